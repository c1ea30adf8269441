//! Reads and steps the rows of placements.

use domain::{Draft, DraftId, Placement, PlacementProgress, PlacementState, Timestamp};
use sqlx::{AssertSqlSafe, Row, SqliteConnection, sqlite::SqliteRow};

use super::transitions;
use crate::{Result, StoreError};

/// What [`parse`] reads.
pub(super) const COLUMNS: &str = "draft_id, marker, state, number, reason, lines_done, lines_total, body, submitted_at, \
                       changed_at, differences, submission";

/// What the system still has to do something about: a placed order that was read back and differs is a person's.
pub(super) const UNFINISHED: &str =
    "state IN ('queued', 'filling', 'armed', 'saving', 'unknown', 'placed') AND differences = '[]'";

/// A placement and which sending of its draft it is.
#[derive(Debug)]
pub(super) struct PlacementRow {
    pub(super) placement: Placement,
    pub(super) submission: u32,
}

/// Goes from one state to another: the arrow must exist, and the row must be in the state left.
pub(super) async fn step(
    connection: &mut SqliteConnection,
    id: DraftId,
    (from, to): (&PlacementState, &PlacementState),
    now: Timestamp,
    token: Option<u64>,
) -> Result<()> {
    if !transitions::is_legal(from, to) {
        return Err(StoreError::IllegalTransition { from: from.clone(), to: to.clone() });
    }
    let (number, reason) = details(to);
    let stepped = sqlx::query(
        "UPDATE placements SET state = ?1, number = ?2, reason = ?3, changed_at = ?4,
             lines_done = CASE WHEN ?1 IN ('queued', 'filling') THEN NULL ELSE lines_done END,
             lines_total = CASE WHEN ?1 IN ('queued', 'filling') THEN NULL ELSE lines_total END
         WHERE draft_id = ?5 AND state = ?6",
    )
    .bind(to.as_str())
    .bind(number)
    .bind(reason)
    .bind(now.0)
    .bind(id.to_string())
    .bind(from.as_str())
    .execute(&mut *connection)
    .await?;
    if stepped.rows_affected() == 0 {
        let found = find(connection, id).await?.ok_or_else(|| not_found(id))?;
        let actual = found.placement.state.as_str().to_owned();
        return Err(StoreError::Conflict { expected: from.as_str(), actual });
    }
    log(connection, id, now, Some(from.as_str()), to, token).await
}

/// Writes a step into the placement's log.
pub(super) async fn log(
    connection: &mut SqliteConnection,
    id: DraftId,
    now: Timestamp,
    from: Option<&str>,
    to: &PlacementState,
    token: Option<u64>,
) -> Result<()> {
    let (number, reason) = details(to);
    sqlx::query(
        "INSERT INTO placement_log (draft_id, submission, at, from_state, to_state, token, words)
         SELECT draft_id, submission, ?, ?, ?, ?, ? FROM placements WHERE draft_id = ?",
    )
    .bind(now.0)
    .bind(from)
    .bind(to.as_str())
    .bind(token.map(u64::cast_signed))
    .bind(number.or(reason))
    .bind(id.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// The placement of a draft, if it was ever sent.
pub(super) async fn find(connection: &mut SqliteConnection, id: DraftId) -> Result<Option<PlacementRow>> {
    let sql = format!("SELECT {COLUMNS} FROM placements WHERE draft_id = ?");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(id.to_string()).fetch_optional(connection).await?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(PlacementRow { placement: parse(&row)?, submission: row.try_get("submission")? }))
}

/// The placement of a draft that was sent.
pub(super) async fn expect_one(connection: &mut SqliteConnection, id: DraftId) -> Result<Placement> {
    Ok(find(connection, id).await?.ok_or_else(|| not_found(id))?.placement)
}

pub(super) fn not_found(id: DraftId) -> StoreError {
    StoreError::NotFound { what: "placement", key: id.to_string() }
}

/// The placement in a row of [`COLUMNS`].
pub(super) fn parse(row: &SqliteRow) -> Result<Placement> {
    let id: String = row.try_get("draft_id")?;
    let unreadable = |fault: Box<dyn std::error::Error + Send + Sync>| {
        StoreError::unreadable(format!("placement {id}"), fault)
    };
    let order: Draft =
        serde_json::from_str(row.try_get("body")?).map_err(|fault| unreadable(fault.into()))?;
    let differences =
        serde_json::from_str(row.try_get("differences")?).map_err(|fault| unreadable(fault.into()))?;
    let marker: String = row.try_get("marker")?;
    Ok(Placement {
        draft_id: order.id,
        marker: marker.parse().map_err(|fault: domain::InvalidId| unreadable(fault.into()))?,
        state: state(row)?.ok_or_else(|| unreadable("its state is unknown".into()))?,
        progress: progress(row)?,
        order,
        submitted_at: Timestamp(row.try_get("submitted_at")?),
        changed_at: Timestamp(row.try_get("changed_at")?),
        differences,
    })
}

fn progress(row: &SqliteRow) -> Result<Option<PlacementProgress>> {
    let (done, total): (Option<u32>, Option<u32>) = (row.try_get("lines_done")?, row.try_get("lines_total")?);
    Ok(done.zip(total).map(|(lines_done, lines_total)| PlacementProgress { lines_done, lines_total }))
}

fn state(row: &SqliteRow) -> Result<Option<PlacementState>> {
    let name: String = row.try_get("state")?;
    let (number, reason): (Option<String>, Option<String>) = (row.try_get("number")?, row.try_get("reason")?);
    Ok(match name.as_str() {
        "queued" => Some(PlacementState::Queued),
        "filling" => Some(PlacementState::Filling),
        "armed" => Some(PlacementState::Armed),
        "saving" => Some(PlacementState::Saving),
        "unknown" => Some(PlacementState::Unknown),
        "placed" => number.map(|number| PlacementState::Placed { number }),
        "verified" => number.map(|number| PlacementState::Verified { number }),
        "rejected" => reason.map(|reason| PlacementState::Rejected { reason }),
        "needs-attention" => reason.map(|reason| PlacementState::NeedsAttention { reason }),
        _ => None,
    })
}

/// What a state says beyond its name: the order's number, the reason.
fn details(state: &PlacementState) -> (Option<&str>, Option<&str>) {
    match state {
        PlacementState::Placed { number } | PlacementState::Verified { number } => (Some(number), None),
        PlacementState::Rejected { reason } | PlacementState::NeedsAttention { reason } => {
            (None, Some(reason))
        }
        PlacementState::Queued
        | PlacementState::Filling
        | PlacementState::Armed
        | PlacementState::Saving
        | PlacementState::Unknown => (None, None),
    }
}
