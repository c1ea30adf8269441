//! Keeps the one secret of the server and derives a key for each purpose from it.
//!
//! The secret is 32 random bytes, written as 64 hexadecimal digits in a file that only its owner may read, or given in
//! the environment. It is made on the first start. Losing it signs everybody out and makes the stored ERP passwords
//! unreadable: the agents sign in again, nothing else is lost.

use std::{
    fmt, fs,
    io::{ErrorKind, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt},
    path::Path,
};

use anyhow::{Context, Result, bail};
use sha2::{Digest, Sha256};

/// Length of the secret and of every derived key, bytes.
const KEY_BYTES: usize = 32;

/// The server's secret. It has no `Display` and its `Debug` is silent, so that it cannot reach a log.
#[derive(Clone)]
pub struct Secret([u8; KEY_BYTES]);

/// What a derived key is for; two purposes never share a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Signing the short-lived tokens.
    AccessTokens,
    /// Encrypting ERP passwords.
    ErpPasswords,
}

impl Secret {
    /// The secret given as `text`, else the one in `file`, which is made when it does not exist.
    pub fn load(text: Option<&str>, file: &Path) -> Result<Self> {
        if let Some(text) = text {
            return Self::parse(text).context("in ARCHIBALD_SECRET");
        }
        match fs::read_to_string(file) {
            Ok(text) => {
                check_mode(file)?;
                Self::parse(&text).with_context(|| format!("in {}", file.display()))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Self::create(file),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", file.display())),
        }
    }

    fn parse(text: &str) -> Result<Self> {
        let text = text.trim();
        let digits = |i: usize| text.get(2 * i..2 * i + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let bytes: Option<Vec<u8>> = (0..KEY_BYTES).map(digits).collect();
        match bytes.and_then(|bytes| bytes.try_into().ok()) {
            Some(bytes) if text.len() == 2 * KEY_BYTES => Ok(Self(bytes)),
            _ => bail!("the secret is not {} hexadecimal digits", 2 * KEY_BYTES),
        }
    }

    fn create(file: &Path) -> Result<Self> {
        let secret = Self(rand::random());
        let text = hex(&secret.0);
        if let Some(folder) = file.parent() {
            // It will hold everybody's customers: nobody else may look into it.
            let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
            made.with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let open = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(file);
        let mut open = open.with_context(|| format!("cannot make {}", file.display()))?;
        open.write_all(format!("{text}\n").as_bytes())?;
        open.sync_all()?;
        tracing::info!(file = %file.display(), "made a new secret; keep a copy of it beside the backups");
        Ok(secret)
    }

    /// The key for one purpose.
    pub fn key(&self, purpose: Purpose) -> [u8; KEY_BYTES] {
        let label: &[u8] = match purpose {
            Purpose::AccessTokens => b"archibald-orders access tokens v1",
            Purpose::ErpPasswords => b"archibald-orders erp passwords v1",
        };
        let mut hash = Sha256::new();
        hash.update(self.0);
        hash.update(label);
        hash.finalize().into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Secret(…)")
    }
}

/// The bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    let digit = |value: u8| char::from_digit(u32::from(value), 16).expect("four bits are one digit");
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

fn check_mode(file: &Path) -> Result<()> {
    let mode = fs::metadata(file)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        bail!("{} can be read by others (mode {mode:o}); run: chmod 600 {0}", file.display());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_start_makes_a_private_file_and_the_second_reads_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data/secret.key");
        let made = Secret::load(None, &file).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        let read = Secret::load(None, &file).unwrap();
        assert_eq!(made.key(Purpose::AccessTokens), read.key(Purpose::AccessTokens));
        assert_ne!(made.key(Purpose::AccessTokens), made.key(Purpose::ErpPasswords));
    }

    #[test]
    fn a_file_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("secret.key");
        Secret::load(None, &file).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(Secret::load(None, &file).unwrap_err().to_string().contains("chmod 600"));
    }

    #[test]
    fn a_malformed_secret_is_refused() {
        let nowhere = Path::new("/nonexistent/secret.key");
        assert!(Secret::load(Some("abc"), nowhere).is_err());
        assert!(Secret::load(Some(&"zz".repeat(32)), nowhere).is_err());
        assert!(Secret::load(Some(&"0f".repeat(32)), nowhere).is_ok());
        assert_eq!(format!("{:?}", Secret::load(Some(&"0f".repeat(32)), nowhere).unwrap()), "Secret(…)");
    }
}
