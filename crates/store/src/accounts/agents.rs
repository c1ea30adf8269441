//! Keeps the list of agents who may sign in.

use domain::{AgentId, Timestamp};
use sqlx::{Row, sqlite::SqliteRow};

use super::Accounts;
use crate::{Result, StoreError};

/// Somebody who may sign in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agent {
    /// The ERP account.
    pub id: AgentId,
    /// May change schedules and see every agent's state.
    pub admin: bool,
}

impl Accounts {
    /// Everybody on the list, by name.
    pub async fn agents(&self) -> Result<Vec<Agent>> {
        let rows = sqlx::query("SELECT agent, admin FROM agents ORDER BY agent")
            .fetch_all(self.database.readers())
            .await?;
        rows.iter().map(parse).collect()
    }

    /// One agent; `None` for somebody who is not on the list.
    pub async fn agent(&self, id: &AgentId) -> Result<Option<Agent>> {
        let row = sqlx::query("SELECT agent, admin FROM agents WHERE agent = ?")
            .bind(id.as_str())
            .fetch_optional(self.database.readers())
            .await?;
        row.as_ref().map(parse).transpose()
    }

    /// Puts an agent on the list, or changes whether they are an administrator.
    pub async fn allow(&self, agent: &Agent, now: Timestamp) -> Result<()> {
        let mut transaction = self.database.begin().await?;
        sqlx::query(
            "INSERT INTO agents (agent, admin, added_at) VALUES (?, ?, ?)
             ON CONFLICT (agent) DO UPDATE SET admin = excluded.admin WHERE agents.admin <> excluded.admin",
        )
        .bind(agent.id.as_str())
        .bind(agent.admin)
        .bind(now.0)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Takes an agent off the list, with their sessions and password. Their data file stays. Answers whether they were
    /// on it.
    pub async fn disallow(&self, id: &AgentId) -> Result<bool> {
        let mut transaction = self.database.begin().await?;
        let removed = sqlx::query("DELETE FROM agents WHERE agent = ?")
            .bind(id.as_str())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(removed.rows_affected() > 0)
    }
}

fn parse(row: &SqliteRow) -> Result<Agent> {
    let id: String = row.try_get(0)?;
    Ok(Agent { id: agent_id(&id)?, admin: row.try_get(1)? })
}

/// An agent's name as stored.
pub(super) fn agent_id(text: &str) -> Result<AgentId> {
    text.parse().map_err(|fault| StoreError::unreadable(format!("agent {text:?}"), fault))
}
