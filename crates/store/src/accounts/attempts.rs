//! Slows down whoever guesses passwords, per account and per address.
//!
//! After a few free failures each further one doubles the wait before the next try. Nobody is locked out for long, so a
//! stranger cannot keep an agent from work; and all is forgotten after a while.

use domain::{DurationMs, Timestamp};
use sqlx::{Row, SqliteConnection};

use super::Accounts;
use crate::{Config, Result};

/// A name from outside is kept this long at most, characters.
const SUBJECT_CHARS_MAX: usize = 100;

impl Accounts {
    /// Until when a log-in of `account` from `address` has to wait; `None` when it may be tried now.
    pub async fn login_wait(
        &self,
        account: &str,
        address: &str,
        now: Timestamp,
    ) -> Result<Option<Timestamp>> {
        let rows = sqlx::query(
            "SELECT failures, last_at FROM login_failures
             WHERE (kind = 'account' AND subject = ?) OR (kind = 'address' AND subject = ?)",
        )
        .bind(subject(account))
        .bind(subject(address))
        .fetch_all(self.database.readers())
        .await?;
        let mut until = None;
        for row in rows {
            let (failures, last_at) = (row.try_get(0)?, Timestamp(row.try_get(1)?));
            until = until.max(wait(&self.config, failures, last_at).filter(|until| *until > now));
        }
        Ok(until)
    }

    /// Notes a failed log-in. Failures longer ago than the memory are forgotten, everybody's.
    pub async fn login_failed(&self, account: &str, address: &str, now: Timestamp) -> Result<()> {
        let mut transaction = self.database.begin().await?;
        sqlx::query("DELETE FROM login_failures WHERE last_at < ?")
            .bind(now.minus(self.config.login_memory).0)
            .execute(&mut *transaction)
            .await?;
        count(&mut transaction, "account", &subject(account), now).await?;
        count(&mut transaction, "address", &subject(address), now).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Forgets the failures of an account that has signed in. Those of the address stay: one own account must not buy
    /// guesses at others.
    pub async fn login_succeeded(&self, account: &str) -> Result<()> {
        let mut transaction = self.database.begin().await?;
        sqlx::query("DELETE FROM login_failures WHERE kind = 'account' AND subject = ?")
            .bind(subject(account))
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }
}

async fn count(connection: &mut SqliteConnection, kind: &str, subject: &str, now: Timestamp) -> Result<()> {
    sqlx::query(
        "INSERT INTO login_failures (kind, subject, failures, last_at) VALUES (?, ?, 1, ?)
         ON CONFLICT (kind, subject) DO UPDATE
         SET failures = login_failures.failures + 1, last_at = excluded.last_at",
    )
    .bind(kind)
    .bind(subject)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(())
}

fn wait(config: &Config, failures: u32, last_at: Timestamp) -> Option<Timestamp> {
    let beyond = failures.checked_sub(config.login_failures_free)?;
    let span = config.login_wait_first.0.saturating_mul(1 << beyond.min(32));
    Some(last_at.plus(DurationMs(span).min(config.login_wait_max)))
}

fn subject(text: &str) -> String {
    text.trim().to_lowercase().chars().take(SUBJECT_CHARS_MAX).collect()
}
