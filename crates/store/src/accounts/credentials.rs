//! Keeps the ERP passwords, sealed: the server encrypts them, here they are bytes.

use domain::{AgentId, Timestamp};
use sqlx::Row;

use super::{Accounts, agents::agent_id};
use crate::Result;

/// An ERP password as the server sealed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedCredentials {
    /// Used once, for this value only.
    pub nonce: Vec<u8>,
    /// The sealed bytes, with their authentication tag.
    pub sealed: Vec<u8>,
}

impl Accounts {
    /// Keeps an agent's sealed password in place of the one before.
    ///
    /// # Errors
    /// `Database` for an agent who is not on the list.
    pub async fn put_credentials(
        &self,
        agent: &AgentId,
        credentials: &SealedCredentials,
        now: Timestamp,
    ) -> Result<()> {
        let mut transaction = self.database.begin().await?;
        sqlx::query(
            "INSERT INTO erp_credentials (agent, nonce, sealed, saved_at) VALUES (?, ?, ?, ?)
             ON CONFLICT (agent) DO UPDATE
             SET nonce = excluded.nonce, sealed = excluded.sealed, saved_at = excluded.saved_at",
        )
        .bind(agent.as_str())
        .bind(&credentials.nonce)
        .bind(&credentials.sealed)
        .bind(now.0)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// An agent's sealed password; `None` when they never signed in or it was forgotten.
    pub async fn credentials(&self, agent: &AgentId) -> Result<Option<SealedCredentials>> {
        let row = sqlx::query("SELECT nonce, sealed FROM erp_credentials WHERE agent = ?")
            .bind(agent.as_str())
            .fetch_optional(self.database.readers())
            .await?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(SealedCredentials { nonce: row.try_get(0)?, sealed: row.try_get(1)? }))
    }

    /// Forgets an agent's password.
    pub async fn forget_credentials(&self, agent: &AgentId) -> Result<()> {
        let mut transaction = self.database.begin().await?;
        sqlx::query("DELETE FROM erp_credentials WHERE agent = ?")
            .bind(agent.as_str())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The agents whose login the scheduler can use, by name.
    pub async fn agents_with_credentials(&self) -> Result<Vec<AgentId>> {
        let names: Vec<String> = sqlx::query_scalar("SELECT agent FROM erp_credentials ORDER BY agent")
            .fetch_all(self.database.readers())
            .await?;
        names.iter().map(|name| agent_id(name)).collect()
    }
}
