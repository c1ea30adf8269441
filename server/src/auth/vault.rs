//! Encrypts ERP passwords at rest with XChaCha20-Poly1305.
//!
//! The account's name is bound to the sealed password, so that one agent's is worthless in another's row.

use anyhow::{Result, anyhow};
use chacha20poly1305::{
    XChaCha20Poly1305, XNonce,
    aead::{Aead, KeyInit, Payload},
};
use domain::AgentId;
use store::accounts::SealedCredentials;

use super::secret::{Purpose, Secret};

const NONCE_BYTES: usize = 24;

/// Seals and opens ERP passwords.
#[derive(Clone)]
pub struct Vault {
    cipher: XChaCha20Poly1305,
}

impl Vault {
    /// A vault with the secret's key for passwords.
    pub fn new(secret: &Secret) -> Self {
        Self { cipher: XChaCha20Poly1305::new(&secret.key(Purpose::ErpPasswords).into()) }
    }

    /// The password as it may be stored.
    pub fn seal(&self, agent: &AgentId, password: &str) -> SealedCredentials {
        let nonce: [u8; NONCE_BYTES] = rand::random();
        let payload = Payload { msg: password.as_bytes(), aad: agent.as_str().as_bytes() };
        let sealed = self
            .cipher
            .encrypt(&XNonce::from(nonce), payload)
            .expect("a password is shorter than 2^38 bytes");
        SealedCredentials { nonce: nonce.to_vec(), sealed }
    }

    /// The password that was sealed for `agent`; an error when it was changed, belongs to somebody else or was sealed
    /// with another secret.
    pub fn open(&self, agent: &AgentId, stored: &SealedCredentials) -> Result<String> {
        let refused =
            || anyhow!("the stored ERP password of {agent} cannot be opened with this server's secret");
        let nonce: [u8; NONCE_BYTES] = stored.nonce.as_slice().try_into().map_err(|_| refused())?;
        let payload = Payload { msg: &stored.sealed, aad: agent.as_str().as_bytes() };
        let bytes = self.cipher.decrypt(&XNonce::from(nonce), payload).map_err(|_| refused())?;
        String::from_utf8(bytes).map_err(|_| refused())
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    fn vault(secret: &str) -> Vault {
        Vault::new(&Secret::load(Some(&secret.repeat(32)), Path::new("")).unwrap())
    }

    #[test]
    fn a_password_is_only_opened_whole_for_its_agent_and_with_its_secret() {
        let (anna, bruno): (AgentId, AgentId) = ("anna".parse().unwrap(), "bruno".parse().unwrap());
        let sealed = vault("01").seal(&anna, "pàsswörd");
        assert_eq!(vault("01").open(&anna, &sealed).unwrap(), "pàsswörd");
        assert!(vault("01").open(&bruno, &sealed).is_err());
        assert!(vault("02").open(&anna, &sealed).is_err());
        for cut in 0..sealed.sealed.len() {
            let cut = SealedCredentials { sealed: sealed.sealed[..cut].to_vec(), ..sealed.clone() };
            assert!(vault("01").open(&anna, &cut).is_err());
        }
    }

    #[test]
    fn sealing_twice_gives_two_texts() {
        let anna = "anna".parse().unwrap();
        assert_ne!(vault("01").seal(&anna, "x"), vault("01").seal(&anna, "x"));
    }
}
