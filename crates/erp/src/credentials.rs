//! Holds an ERP login so that its password cannot slip into a log.

use std::fmt;

/// An account of the ERP with its password.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The account name as typed into the login page.
    pub account: String,
    /// The password.
    pub password: String,
}

impl Credentials {
    /// An account with its password.
    pub fn new(account: impl Into<String>, password: impl Into<String>) -> Self {
        Self { account: account.into(), password: password.into() }
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Credentials").field("account", &self.account).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_printed() {
        let text = format!("{:?}", Credentials::new("agente1", "segreto"));
        assert!(text.contains("agente1") && !text.contains("segreto"), "{text}");
    }
}
