//! Doubts everything that was on its way when the file was brought back from an older copy.
//!
//! The copy says "not yet" of orders that may have been saved after it was made. So whatever was on its way becomes
//! `unknown` and is looked up before anything is typed; and the time is kept, because drafts of the copy may have been
//! sent since: their markers follow from their ids, so a second sending carries the first one's marker and finds it.

use std::path::Path;

use domain::Timestamp;
use sqlx::Row;

use crate::{Result, sqlite::Database};

/// Remembers which file of the disk the rows were written to, unless that is known already.
pub(crate) async fn remember_file(database: &Database, path: &Path) -> Result<()> {
    let mut transaction = database.begin().await?;
    sqlx::query("INSERT INTO file_identity (id, identity) VALUES (1, ?) ON CONFLICT (id) DO NOTHING")
        .bind(identity(path))
        .execute(&mut *transaction)
        .await?;
    Ok(transaction.commit().await?)
}

/// Whether the rows were written to another file; then this one is a copy.
pub(crate) async fn is_a_copy(database: &Database, path: &Path) -> Result<bool> {
    let written: Option<String> =
        sqlx::query_scalar("SELECT identity FROM file_identity").fetch_optional(database.readers()).await?;
    Ok(written.is_some_and(|written| written != identity(path)))
}

/// What no two files of one disk share, and no copy keeps.
#[cfg(unix)]
fn identity(path: &Path) -> String {
    use std::os::unix::fs::MetadataExt;
    let Ok(file) = std::fs::metadata(path) else { return String::new() };
    let born = file.created().ok().and_then(|born| born.duration_since(std::time::UNIX_EPOCH).ok());
    format!("{} {}", file.ino(), born.map_or(0, |born| born.as_nanos()))
}

#[cfg(not(unix))]
fn identity(_: &Path) -> String {
    String::new()
}

/// Why a placement is doubted, for its agent.
const WHY: &str = "I dati sono stati ripristinati da una copia più vecchia";

/// Doubts the placements of one agent's file, which is the original from now on; answers how many.
pub(crate) async fn restored(database: &Database, path: &Path, now: Timestamp) -> Result<u64> {
    let mut transaction = database.begin().await?;
    sqlx::query("UPDATE file_identity SET identity = ?")
        .bind(identity(path))
        .execute(&mut *transaction)
        .await?;
    let doubted = sqlx::query(
        "UPDATE placements SET state = 'unknown', note = ?, changed_at = ?, typing_since = NULL, lines_done = NULL,
             lines_total = NULL
         WHERE state IN ('queued', 'filling', 'armed', 'saving')
         RETURNING draft_id, submission",
    )
    .bind(WHY)
    .bind(now.0)
    .fetch_all(&mut *transaction)
    .await?;
    for row in &doubted {
        sqlx::query(
            "INSERT INTO placement_log (draft_id, submission, at, to_state, words)
             VALUES (?, ?, ?, 'unknown', ?)",
        )
        .bind(row.try_get::<String, _>("draft_id")?)
        .bind(row.try_get::<u32, _>("submission")?)
        .bind(now.0)
        .bind(WHY)
        .execute(&mut *transaction)
        .await?;
    }
    sqlx::query("INSERT INTO restores (at) VALUES (?) ON CONFLICT (at) DO NOTHING")
        .bind(now.0)
        .execute(&mut *transaction)
        .await?;
    transaction.commit().await?;
    Ok(doubted.len() as u64)
}
