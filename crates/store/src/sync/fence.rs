//! Refuses writers that were overtaken.
//!
//! Each data file remembers, per kind of data, the highest task number that has written it. The check and the writes
//! it protects are one transaction, so the zombie of a preempted or reclaimed task cannot overwrite its successor.

use sqlx::SqliteConnection;

use crate::{Result, StoreError, sqlite::Database};

/// Lets a task write `kind`, and shuts out every older one from now on.
pub(crate) async fn pass(connection: &mut SqliteConnection, kind: &str, token: u64) -> Result<()> {
    let newest: Option<i64> = sqlx::query_scalar("SELECT token FROM fences WHERE kind = ?")
        .bind(kind)
        .fetch_optional(&mut *connection)
        .await?;
    let newest = newest.unwrap_or(0).cast_unsigned();
    if token < newest {
        return Err(StoreError::Fenced { kind: kind.to_owned(), token, newest });
    }
    if token > newest {
        sqlx::query("INSERT INTO fences (kind, token) VALUES (?, ?) ON CONFLICT (kind) DO UPDATE SET token = excluded.token")
            .bind(kind)
            .bind(token.cast_signed())
            .execute(connection)
            .await?;
    }
    Ok(())
}

/// The highest number that has written any kind of data in a file; 0 when none has.
pub(crate) async fn newest(database: &Database) -> Result<u64> {
    let newest: i64 = sqlx::query_scalar("SELECT coalesce(max(token), 0) FROM fences")
        .fetch_one(database.readers())
        .await?;
    Ok(newest.cast_unsigned())
}
