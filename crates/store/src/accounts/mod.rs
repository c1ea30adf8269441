//! Knows who may sign in, and who is signed in.
//!
//! Nothing here is cached: each question reads the file, so a session that was revoked, or an agent who was removed,
//! is out at once, also when another process did it. Secrets never come here in the clear: refresh tokens as hashes,
//! ERP passwords sealed by the server.

mod agents;
mod attempts;
mod credentials;
mod sessions;

use std::{path::Path, sync::Arc};

use crate::{Config, Result, files, sqlite::Database};

pub use agents::Agent;
pub use credentials::SealedCredentials;
pub use sessions::{NewSession, RefreshOutcome, RefreshTokenHash, SessionId, SessionProof};

/// The tables of people and sessions.
#[derive(Debug, Clone)]
pub struct Accounts {
    database: Database,
    config: Arc<Config>,
}

impl Accounts {
    /// Opens the accounts alone, beside a server that may be running on the same folder: for commands of an
    /// administrator.
    ///
    /// # Errors
    /// `Folder`, `Migration` or `Database` when the folder cannot be used.
    pub async fn open_beside(folder: &Path) -> Result<Self> {
        files::open_accounts(folder).await
    }

    pub(crate) fn new(database: Database, config: Arc<Config>) -> Self {
        Self { database, config }
    }
}
