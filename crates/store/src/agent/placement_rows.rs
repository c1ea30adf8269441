//! Reads and steps the rows of placements.

use domain::{
    Draft, DraftId, DurationMs, Placement, PlacementProgress, PlacementState, SeenOrder, Timestamp,
};
use sqlx::{AssertSqlSafe, Row, SqliteConnection, sqlite::SqliteRow};

use crate::{Result, StoreError};

/// What [`parse`] reads.
pub(super) const COLUMNS: &str = "draft_id, marker, state, number, reason, lines_done, lines_total, body, submitted_at, \
                       changed_at, differences, typing_since, usual_ms, refused_line, seen, screenshot, note";

/// What the system still has to do something about: a placed order that was read back and differs is a person's.
pub(super) const UNFINISHED: &str =
    "state IN ('queued', 'filling', 'armed', 'saving', 'unknown', 'placed') AND differences = '[]'";

/// Goes from one state to another: the arrow must exist, and the row must be in the state left. `because` is for people.
pub(super) async fn step(
    connection: &mut SqliteConnection,
    id: DraftId,
    (from, to): (&PlacementState, &PlacementState),
    because: Option<&str>,
    now: Timestamp,
    token: Option<u64>,
) -> Result<()> {
    if !from.may_become(to) {
        return Err(StoreError::IllegalTransition { from: from.clone(), to: to.clone() });
    }
    let (number, reason) = details(to);
    let stepped = sqlx::query(
        "UPDATE placements SET state = ?1, number = ?2, reason = ?3, changed_at = ?4,
             lines_done = CASE WHEN ?1 IN ('queued', 'filling') THEN NULL ELSE lines_done END,
             lines_total = CASE WHEN ?1 IN ('queued', 'filling') THEN NULL ELSE lines_total END,
             typing_since = CASE ?1 WHEN 'filling' THEN ?4 WHEN 'queued' THEN NULL ELSE typing_since END,
             seen = CASE WHEN ?1 IN ('needs-attention', 'placed') THEN seen ELSE '[]' END,
             screenshot = CASE WHEN ?1 IN ('needs-attention', 'placed') THEN screenshot END,
             note = ?7
         WHERE draft_id = ?5 AND state = ?6",
    )
    .bind(to.as_str())
    .bind(number)
    .bind(reason)
    .bind(now.0)
    .bind(id.to_string())
    .bind(from.as_str())
    .bind(because)
    .execute(&mut *connection)
    .await?;
    if stepped.rows_affected() == 0 {
        let found = find(connection, id).await?.ok_or_else(|| not_found(id))?;
        let actual = found.state.as_str().to_owned();
        return Err(StoreError::Conflict { expected: from.as_str(), actual });
    }
    let words = number.or(reason).or(because);
    log(connection, id, (Some(from.as_str()), to.as_str()), words, now, token).await
}

/// Writes a step, or what was noted, into the placement's log.
pub(super) async fn log(
    connection: &mut SqliteConnection,
    id: DraftId,
    (from, what): (Option<&str>, &str),
    words: Option<&str>,
    now: Timestamp,
    token: Option<u64>,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO placement_log (draft_id, submission, at, from_state, to_state, token, words)
         SELECT draft_id, submission, ?, ?, ?, ?, ? FROM placements WHERE draft_id = ?",
    )
    .bind(now.0)
    .bind(from)
    .bind(what)
    .bind(token.map(u64::cast_signed))
    .bind(words)
    .bind(id.to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// The placement of a draft, if it was ever sent.
pub(super) async fn find(connection: &mut SqliteConnection, id: DraftId) -> Result<Option<Placement>> {
    let sql = format!("SELECT {COLUMNS} FROM placements WHERE draft_id = ?");
    let row = sqlx::query(AssertSqlSafe(sql)).bind(id.to_string()).fetch_optional(connection).await?;
    row.as_ref().map(parse).transpose()
}

/// The placement of a draft that was sent.
pub(super) async fn expect_one(connection: &mut SqliteConnection, id: DraftId) -> Result<Placement> {
    find(connection, id).await?.ok_or_else(|| not_found(id))
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
    let seen: Vec<SeenOrder> =
        serde_json::from_str(row.try_get("seen")?).map_err(|fault| unreadable(fault.into()))?;
    let refused_line: Option<String> = row.try_get("refused_line")?;
    let refused_line = refused_line.map(|line| line.parse()).transpose();
    let marker: String = row.try_get("marker")?;
    Ok(Placement {
        draft_id: order.id,
        marker: marker.parse().map_err(|fault: domain::InvalidId| unreadable(fault.into()))?,
        state: state(row)?.ok_or_else(|| unreadable("its state is unknown".into()))?,
        note: row.try_get("note")?,
        progress: progress(row)?,
        order,
        submitted_at: Timestamp(row.try_get("submitted_at")?),
        changed_at: Timestamp(row.try_get("changed_at")?),
        differences,
        typing_since: row.try_get::<Option<i64>, _>("typing_since")?.map(Timestamp),
        usual: row.try_get::<Option<i64>, _>("usual_ms")?.map(|ms| DurationMs(ms.cast_unsigned())),
        refused_line: refused_line.map_err(|fault: domain::InvalidId| unreadable(fault.into()))?,
        seen,
        screenshot: row.try_get("screenshot")?,
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
        "withdrawn" => Some(PlacementState::Withdrawn),
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
        | PlacementState::Unknown
        | PlacementState::Withdrawn => (None, None),
    }
}
