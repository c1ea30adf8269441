//! Keeps sessions: opened at a log-in, kept alive by refresh tokens that change with each use, ended at any moment.
//!
//! A refresh token that comes back after it was replaced has been copied by somebody, and nobody can tell which of the
//! two is the agent: the whole session ends. Only right after its use it may come again, because two tabs refresh at
//! the same moment ([`crate::Config::refresh_grace`]).

use std::fmt;

use domain::{AgentId, Timestamp};
use sqlx::{Row, SqliteConnection};
use uuid::Uuid;

use super::{Accounts, agents::agent_id};
use crate::{Result, StoreError};

/// A session's key, made at the log-in from random bits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SessionId(pub Uuid);

impl fmt::Display for SessionId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

/// The SHA-256 of a refresh token. The token itself, 256 random bits, is only ever in the agent's hands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct RefreshTokenHash(pub [u8; 32]);

impl fmt::Debug for RefreshTokenHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("RefreshTokenHash(…)")
    }
}

/// Proves that somebody is signed in. Only a session that was looked up and found alive makes one, so whatever takes a
/// proof need not check again; it is made for one request and not kept.
#[derive(Debug, Clone)]
pub struct SessionProof {
    agent: AgentId,
    admin: bool,
    session: SessionId,
}

impl SessionProof {
    /// Who is signed in.
    pub fn agent(&self) -> &AgentId {
        &self.agent
    }

    /// Whether they may change schedules and see every agent's state.
    pub fn is_admin(&self) -> bool {
        self.admin
    }

    /// Which session it is.
    pub fn session(&self) -> SessionId {
        self.session
    }
}

/// A session to open.
#[derive(Debug, Clone)]
pub struct NewSession {
    /// Made from random bits.
    pub id: SessionId,
    /// Whose password the ERP has just accepted.
    pub agent: AgentId,
    /// Of its first refresh token.
    pub refresh: RefreshTokenHash,
    /// When it ends, whatever is refreshed.
    pub expires_at: Timestamp,
}

/// What became of a refresh.
#[derive(Debug, Clone)]
pub enum RefreshOutcome {
    /// The session lives on with the new token.
    Refreshed(SessionProof),
    /// The token had been replaced already: the session is ended.
    Reused(SessionId),
    /// The token is unknown, or its session has ended.
    Refused,
}

impl Accounts {
    /// Opens a session; `None` for an agent who is not on the list.
    pub async fn open_session(&self, session: &NewSession, now: Timestamp) -> Result<Option<SessionProof>> {
        let mut transaction = self.database.begin().await?;
        sqlx::query(
            "INSERT INTO sessions (id, agent, created_at, expires_at) SELECT ?, agent, ?, ? FROM agents WHERE agent = ?",
        )
        .bind(session.id.to_string())
        .bind(now.0)
        .bind(session.expires_at.0)
        .bind(session.agent.as_str())
        .execute(&mut *transaction)
        .await?;
        let Some(proof) = live_session(&mut transaction, session.id, now).await? else { return Ok(None) };
        add_token(&mut transaction, session.id, session.refresh, now).await?;
        transaction.commit().await?;
        Ok(Some(proof))
    }

    /// Proves that a session is alive: not expired, not revoked, its agent still on the list. `None` otherwise.
    pub async fn verify_session(&self, id: SessionId, now: Timestamp) -> Result<Option<SessionProof>> {
        live_session(&mut *self.database.readers().acquire().await?, id, now).await
    }

    /// Replaces a refresh token by the next one of its session.
    pub async fn refresh(
        &self,
        presented: RefreshTokenHash,
        next: RefreshTokenHash,
        now: Timestamp,
    ) -> Result<RefreshOutcome> {
        let mut transaction = self.database.begin().await?;
        let Some((id, used_at)) = find_token(&mut transaction, presented).await? else {
            return Ok(RefreshOutcome::Refused);
        };
        let Some(proof) = live_session(&mut transaction, id, now).await? else {
            return Ok(RefreshOutcome::Refused);
        };
        let outcome = if used_at.is_some_and(|used_at| now.since(used_at) > self.config.refresh_grace) {
            revoke(&mut transaction, id, "a replaced refresh token came back", now).await?;
            RefreshOutcome::Reused(id)
        } else {
            sqlx::query("UPDATE refresh_tokens SET used_at = coalesce(used_at, ?) WHERE token_hash = ?")
                .bind(now.0)
                .bind(presented.0.to_vec())
                .execute(&mut *transaction)
                .await?;
            add_token(&mut transaction, id, next, now).await?;
            RefreshOutcome::Refreshed(proof)
        };
        transaction.commit().await?;
        Ok(outcome)
    }

    /// Ends a session. Ending it twice, or one that never was, is fine.
    pub async fn revoke_session(&self, id: SessionId, because: &str, now: Timestamp) -> Result<()> {
        let mut transaction = self.database.begin().await?;
        revoke(&mut transaction, id, because, now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Ends all sessions of an agent and answers how many were alive.
    pub async fn revoke_all_sessions(&self, agent: &AgentId, because: &str, now: Timestamp) -> Result<u64> {
        let mut transaction = self.database.begin().await?;
        let ended = sqlx::query(
            "UPDATE sessions SET revoked_at = ?1, revoked_because = ?2
             WHERE agent = ?3 AND revoked_at IS NULL AND expires_at > ?1",
        )
        .bind(now.0)
        .bind(because)
        .bind(agent.as_str())
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(ended.rows_affected())
    }

    /// Deletes sessions that have been over since before `before`, with their tokens.
    pub async fn forget_ended_sessions(&self, before: Timestamp) -> Result<u64> {
        let mut transaction = self.database.begin().await?;
        let gone = sqlx::query("DELETE FROM sessions WHERE expires_at < ?1 OR revoked_at < ?1")
            .bind(before.0)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(gone.rows_affected())
    }
}

async fn live_session(
    connection: &mut SqliteConnection,
    id: SessionId,
    now: Timestamp,
) -> Result<Option<SessionProof>> {
    let row = sqlx::query(
        "SELECT agents.agent, agents.admin FROM sessions JOIN agents ON agents.agent = sessions.agent
         WHERE sessions.id = ? AND sessions.revoked_at IS NULL AND sessions.expires_at > ?",
    )
    .bind(id.to_string())
    .bind(now.0)
    .fetch_optional(connection)
    .await?;
    let Some(row) = row else { return Ok(None) };
    let agent: String = row.try_get(0)?;
    Ok(Some(SessionProof { agent: agent_id(&agent)?, admin: row.try_get(1)?, session: id }))
}

async fn find_token(
    connection: &mut SqliteConnection,
    token: RefreshTokenHash,
) -> Result<Option<(SessionId, Option<Timestamp>)>> {
    let row = sqlx::query("SELECT session, used_at FROM refresh_tokens WHERE token_hash = ?")
        .bind(token.0.to_vec())
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let id: String = row.try_get(0)?;
    let id = Uuid::parse_str(&id).map_err(|fault| StoreError::unreadable(format!("session {id}"), fault))?;
    Ok(Some((SessionId(id), row.try_get::<Option<i64>, _>(1)?.map(Timestamp))))
}

async fn add_token(
    connection: &mut SqliteConnection,
    session: SessionId,
    token: RefreshTokenHash,
    now: Timestamp,
) -> Result<()> {
    sqlx::query("INSERT INTO refresh_tokens (token_hash, session, issued_at) VALUES (?, ?, ?)")
        .bind(token.0.to_vec())
        .bind(session.to_string())
        .bind(now.0)
        .execute(connection)
        .await?;
    Ok(())
}

async fn revoke(
    connection: &mut SqliteConnection,
    id: SessionId,
    because: &str,
    now: Timestamp,
) -> Result<()> {
    sqlx::query(
        "UPDATE sessions SET revoked_at = ?, revoked_because = ? WHERE id = ? AND revoked_at IS NULL",
    )
    .bind(now.0)
    .bind(because)
    .bind(id.to_string())
    .execute(connection)
    .await?;
    Ok(())
}
