//! Keeps drafts: each save names the version it was based on, a deleted draft never comes back.

use domain::{Draft, DraftId, DraftVersion};
use sqlx::{Row, SqliteConnection};

use super::AgentStore;
use crate::{Result, StoreError};

/// What became of a save.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "made once per request; a box would only burden the callers")]
pub enum SaveOutcome {
    /// It is stored under this version. Also the answer to a repeated save whose first answer was lost.
    Saved(DraftVersion),
    /// Another device has saved since; this is its copy, with its version.
    Stale(Draft),
    /// The draft has been deleted and stays so.
    Deleted,
    /// The draft has been sent and cannot be changed.
    Submitted,
}

/// What became of a deletion.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "made once per request; a box would only burden the callers")]
pub enum DeleteOutcome {
    /// It is gone, now or already before.
    Deleted,
    /// Another device has saved since; nothing was deleted.
    Stale(Draft),
    /// The draft has been sent and cannot be deleted.
    Submitted,
}

/// A draft's row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "made once per request and taken apart at once")]
pub(super) enum Stored {
    Open(Draft),
    Submitted,
    Deleted,
}

impl AgentStore {
    /// The drafts being written, the one edited last first.
    pub async fn drafts(&self) -> Result<Vec<Draft>> {
        let sql =
            "SELECT id, version, body FROM drafts WHERE state = 'open' ORDER BY edited_at DESC, id DESC";
        let rows = sqlx::query(sql).fetch_all(self.database.readers()).await?;
        rows.iter().map(|row| parse(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)).collect()
    }

    /// One draft, if it is being written: `None` for an unknown, submitted or deleted one.
    pub async fn draft(&self, id: DraftId) -> Result<Option<Draft>> {
        match load(&mut *self.database.readers().acquire().await?, id).await? {
            Some(Stored::Open(draft)) => Ok(Some(draft)),
            Some(Stored::Submitted | Stored::Deleted) | None => Ok(None),
        }
    }

    /// Stores `draft`, which names in `version` the version it is based on (0 for a new one).
    pub async fn save_draft(&self, draft: &Draft) -> Result<SaveOutcome> {
        let mut transaction = self.database.begin().await?;
        let next = match load(&mut transaction, draft.id).await? {
            None => DraftVersion(draft.version.0 + 1),
            Some(Stored::Deleted) => return Ok(SaveOutcome::Deleted),
            Some(Stored::Submitted) => return Ok(SaveOutcome::Submitted),
            Some(Stored::Open(stored)) if same_content(&stored, draft) => {
                return Ok(SaveOutcome::Saved(stored.version));
            }
            Some(Stored::Open(stored)) if stored.version != draft.version => {
                return Ok(SaveOutcome::Stale(stored));
            }
            Some(Stored::Open(stored)) => DraftVersion(stored.version.0 + 1),
        };
        write_open(&mut transaction, draft, next).await?;
        transaction.commit().await?;
        Ok(SaveOutcome::Saved(next))
    }

    /// Deletes a draft for ever. An unknown id is remembered as deleted too: the draft may still wait on a device that
    /// is offline.
    pub async fn delete_draft(&self, id: DraftId, based_on: DraftVersion) -> Result<DeleteOutcome> {
        let mut transaction = self.database.begin().await?;
        match load(&mut transaction, id).await? {
            Some(Stored::Deleted) => return Ok(DeleteOutcome::Deleted),
            Some(Stored::Submitted) => return Ok(DeleteOutcome::Submitted),
            Some(Stored::Open(stored)) if stored.version != based_on => {
                return Ok(DeleteOutcome::Stale(stored));
            }
            Some(Stored::Open(_)) | None => {}
        }
        sqlx::query(
            "INSERT INTO drafts (id, state, version, body, edited_at) VALUES (?, 'deleted', ?, NULL, 0)
             ON CONFLICT (id) DO UPDATE SET state = 'deleted', version = drafts.version + 1, body = NULL",
        )
        .bind(id.to_string())
        .bind(based_on.0 + 1)
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(DeleteOutcome::Deleted)
    }
}

/// The draft's row, if there is one.
pub(super) async fn load(connection: &mut SqliteConnection, id: DraftId) -> Result<Option<Stored>> {
    let row = sqlx::query("SELECT id, version, body, state FROM drafts WHERE id = ?")
        .bind(id.to_string())
        .fetch_optional(connection)
        .await?;
    let Some(row) = row else { return Ok(None) };
    let state: String = row.try_get(3)?;
    match state.as_str() {
        "open" => Ok(Some(Stored::Open(parse(row.try_get(0)?, row.try_get(1)?, row.try_get(2)?)?))),
        "submitted" => Ok(Some(Stored::Submitted)),
        "deleted" => Ok(Some(Stored::Deleted)),
        other => Err(StoreError::unreadable(format!("draft {id}"), format!("state {other}"))),
    }
}

/// Writes a draft that can be edited, under a version.
pub(super) async fn write_open(
    connection: &mut SqliteConnection,
    draft: &Draft,
    version: DraftVersion,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO drafts (id, state, version, body, edited_at) VALUES (?, 'open', ?, ?, ?)
         ON CONFLICT (id) DO UPDATE SET state = excluded.state, version = excluded.version,
             body = excluded.body, edited_at = excluded.edited_at",
    )
    .bind(draft.id.to_string())
    .bind(version.0)
    .bind(serde_json::to_string(draft).map_err(|fault| StoreError::unreadable("a draft", fault))?)
    .bind(draft.edited_at.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// Whether two copies hold the same order. A device that did not hear the answer to its save sends the same again, from
/// the version before.
fn same_content(stored: &Draft, sent: &Draft) -> bool {
    *stored == Draft { version: stored.version, ..sent.clone() }
}

fn parse(id: &str, version: u32, body: &str) -> Result<Draft> {
    let draft: Draft =
        serde_json::from_str(body).map_err(|fault| StoreError::unreadable(format!("draft {id}"), fault))?;
    Ok(Draft { version: DraftVersion(version), ..draft })
}
