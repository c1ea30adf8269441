//! Sends drafts on their way, once each.

use domain::{Draft, DraftId, DraftVersion, Marker, Placement, PlacementState, Timestamp};
use sqlx::{AssertSqlSafe, SqliteConnection};

use super::{
    AgentStore,
    drafts::{self, Stored},
    placement_rows::{COLUMNS, expect_one, find, log, not_found, parse, step},
};
use crate::{Result, StoreError};

/// What became of sending a draft.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(clippy::large_enum_variant, reason = "there is one at a time, and the large one is the usual one")]
pub enum SubmitOutcome {
    /// It is on its way; the same placement however often it is sent.
    Accepted(Placement),
    /// Another device has saved since; this is its copy.
    Stale(Draft),
    /// The draft has been deleted.
    Deleted,
    /// There is no such draft.
    Unknown,
    /// It has no customer or no lines.
    Incomplete,
}

impl AgentStore {
    /// Sends a draft: takes it out of editing and makes its placement, in one transaction. Sending it again, from
    /// wherever, gives the same placement. `marker` is used for the first sending only.
    ///
    /// # Errors
    /// `MarkerTaken` when another placement has `marker`: call again with the draft's next one.
    pub async fn submit(
        &self,
        id: DraftId,
        based_on: DraftVersion,
        marker: &Marker,
        now: Timestamp,
    ) -> Result<SubmitOutcome> {
        let mut transaction = self.database.begin().await?;
        let draft = match drafts::load(&mut transaction, id).await? {
            None => return Ok(SubmitOutcome::Unknown),
            Some(Stored::Deleted) => return Ok(SubmitOutcome::Deleted),
            Some(Stored::Submitted) => {
                return Ok(SubmitOutcome::Accepted(expect_one(&mut transaction, id).await?));
            }
            Some(Stored::Open(draft)) if draft.version != based_on => return Ok(SubmitOutcome::Stale(draft)),
            Some(Stored::Open(draft)) => draft,
        };
        if draft.customer.is_none() || draft.lines.is_empty() {
            return Ok(SubmitOutcome::Incomplete);
        }
        let back = find(&mut transaction, id).await?;
        let from = back.as_ref().map(|back| back.state.as_str());
        match back {
            None => insert(&mut transaction, &draft, marker, now).await?,
            Some(back) => resubmit(&mut transaction, &back, &draft, now).await?,
        }
        log(&mut transaction, id, (from, PlacementState::Queued.as_str()), None, now, None).await?;
        close_draft(&mut transaction, id).await?;
        let placement = expect_one(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(SubmitOutcome::Accepted(placement))
    }

    /// Makes the draft of a rejected placement editable again. The placement stays, rejected, until it is sent again.
    /// Asked twice, the answer is the same draft.
    ///
    /// # Errors
    /// `Conflict` when the placement is not rejected, `NotFound` when there is none or the draft has been deleted since.
    pub async fn edit_rejected(&self, id: DraftId) -> Result<Draft> {
        let mut transaction = self.database.begin().await?;
        let rejected = expect_one(&mut transaction, id).await?;
        let PlacementState::Rejected { .. } = rejected.state else {
            return Err(StoreError::Conflict {
                expected: "rejected",
                actual: rejected.state.as_str().to_owned(),
            });
        };
        let draft = reopen(&mut transaction, rejected.order).await?;
        transaction.commit().await?;
        Ok(draft)
    }

    /// Takes an order back that still waits for its turn, or about which a person must decide: its draft is open again.
    /// Asked twice, the answer is the same draft.
    ///
    /// # Errors
    /// `Conflict` when it is being typed already or has ended, `NotFound` when there is none.
    pub async fn withdraw(&self, id: DraftId, now: Timestamp) -> Result<Draft> {
        let mut transaction = self.database.begin().await?;
        let placement = expect_one(&mut transaction, id).await?;
        if placement.state != PlacementState::Withdrawn {
            let from = match &placement.state {
                asked @ PlacementState::NeedsAttention { .. } => asked,
                _ => &PlacementState::Queued,
            };
            step(&mut transaction, id, (from, &PlacementState::Withdrawn), None, now, None).await?;
        }
        let draft = reopen(&mut transaction, placement.order).await?;
        transaction.commit().await?;
        Ok(draft)
    }

    /// A placement of another draft for the same customer with the same lines, sent within the last minutes or still on
    /// its way: probably the same order twice. Warns, does not block. A rejected or withdrawn one is none.
    pub async fn twin(&self, draft: &Draft, now: Timestamp) -> Result<Option<Placement>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM placements WHERE twin_key = ? AND draft_id <> ?
             AND (submitted_at > ? AND state NOT IN ('rejected', 'withdrawn')
                  OR state IN ('queued', 'filling', 'armed', 'saving', 'unknown', 'needs-attention'))
             ORDER BY submitted_at DESC LIMIT 1"
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(twin_key(draft))
            .bind(draft.id.to_string())
            .bind(now.minus(self.config.twin_window).0)
            .fetch_optional(self.database.readers())
            .await?;
        row.as_ref().map(parse).transpose()
    }
}

async fn insert(
    connection: &mut SqliteConnection,
    draft: &Draft,
    marker: &Marker,
    now: Timestamp,
) -> Result<()> {
    let inserted = sqlx::query(
        "INSERT INTO placements (draft_id, marker, state, submission, body, differences, twin_key, submitted_at,
                                 changed_at)
         VALUES (?, ?, 'queued', 1, ?, '[]', ?, ?, ?) ON CONFLICT (marker) DO NOTHING",
    )
    .bind(draft.id.to_string())
    .bind(marker.as_str())
    .bind(to_json(draft)?)
    .bind(twin_key(draft))
    .bind(now.0)
    .bind(now.0)
    .execute(connection)
    .await?;
    if inserted.rows_affected() == 0 {
        return Err(StoreError::MarkerTaken { marker: marker.to_string() });
    }
    Ok(())
}

/// Sends a draft that had come back, refused or withdrawn: the same row and marker, the next submission.
async fn resubmit(
    connection: &mut SqliteConnection,
    back: &Placement,
    draft: &Draft,
    now: Timestamp,
) -> Result<()> {
    let updated = sqlx::query(
        "UPDATE placements SET state = 'queued', reason = NULL, submission = submission + 1, body = ?, twin_key = ?,
             differences = '[]', note = NULL, typing_since = NULL, lines_done = NULL, lines_total = NULL,
             refused_line = NULL, submitted_at = ?, changed_at = ?
         WHERE draft_id = ? AND state IN ('rejected', 'withdrawn')",
    )
    .bind(to_json(draft)?)
    .bind(twin_key(draft))
    .bind(now.0)
    .bind(now.0)
    .bind(draft.id.to_string())
    .execute(connection)
    .await?;
    if updated.rows_affected() == 0 {
        let actual = back.state.as_str().to_owned();
        return Err(StoreError::Conflict { expected: "rejected or withdrawn", actual });
    }
    Ok(())
}

/// Makes the draft of a placement editable again, unless it is already.
async fn reopen(connection: &mut SqliteConnection, order: Draft) -> Result<Draft> {
    match drafts::load(connection, order.id).await? {
        Some(Stored::Open(draft)) => return Ok(draft),
        Some(Stored::Deleted) | None => return Err(not_found(order.id)),
        Some(Stored::Submitted) => {}
    }
    let version = DraftVersion(order.version.0 + 1);
    drafts::write_open(connection, &order, version).await?;
    Ok(Draft { version, ..order })
}

async fn close_draft(connection: &mut SqliteConnection, id: DraftId) -> Result<()> {
    sqlx::query("UPDATE drafts SET state = 'submitted' WHERE id = ?")
        .bind(id.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

fn to_json(draft: &Draft) -> Result<String> {
    serde_json::to_string(draft).map_err(|fault| StoreError::unreadable("a draft", fault))
}

/// Customer, articles and quantities as one text, whatever the order of the lines.
fn twin_key(draft: &Draft) -> String {
    let customer = draft.customer.as_ref().map(|customer| customer.id.as_str()).unwrap_or_default();
    let mut lines: Vec<String> =
        draft.lines.iter().map(|line| format!("{}={}", line.article, line.quantity.0)).collect();
    lines.sort_unstable();
    format!("{customer}: {}", lines.join(" "))
}
