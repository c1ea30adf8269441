//! Keeps what changes in the catalogue: what, when, from, to.
//!
//! It is written in the transaction that changes the row, so the history and the rows never disagree. The first reading
//! of all makes no history: everything would be new.

use domain::{ChangeKind, SyncType, Timestamp};
use serde_json::Value;
use sqlx::SqliteConnection;

use super::table::{Fields, Table};
use crate::{Result, control::words::word};

/// Changes that are kept; years of them.
const CHANGES_MAX: i64 = 200_000;
/// Fields that change with every other one and tell nobody anything.
const UNTOLD: [&str; 4] = ["modifiedAt", "modifiedBy", "createdAt", "createdBy"];

/// The catalogue's own rows have a history; what belongs to one agent has none.
const fn is_kept(kind: SyncType) -> bool {
    kind.is_shared()
}

/// Writes down which fields of a row have other values now.
pub(super) async fn changed(
    connection: &mut SqliteConnection,
    kind: SyncType,
    (before, after): (&Fields, &Fields),
    now: Timestamp,
) -> Result<()> {
    if !is_kept(kind) {
        return Ok(());
    }
    for (field, value) in after {
        let was = before.get(field).unwrap_or(&Value::Null);
        if was != value && !UNTOLD.contains(&field.as_str()) {
            let change = (ChangeKind::Changed, Some(field.as_str()), [text(was), text(value)]);
            write(connection, kind, after, change, now).await?;
        }
    }
    Ok(())
}

/// Writes down that a row is new, once the list was read whole.
pub(super) async fn added(
    connection: &mut SqliteConnection,
    kind: SyncType,
    row: &Fields,
    now: Timestamp,
) -> Result<()> {
    if !is_kept(kind) {
        return Ok(());
    }
    let known: bool = sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM last_passes WHERE kind = ?)")
        .bind(kind.as_str())
        .fetch_one(&mut *connection)
        .await?;
    if known {
        write(connection, kind, row, (ChangeKind::Added, None, [None, None]), now).await?;
    }
    Ok(())
}

/// Writes down which rows are about to go, and forgets the oldest changes.
pub(super) async fn removed(
    connection: &mut SqliteConnection,
    kind: SyncType,
    table: &Table,
    row_ids: &[i64],
    now: Timestamp,
) -> Result<()> {
    if !is_kept(kind) {
        return Ok(());
    }
    for row_id in row_ids {
        let row = table.stored(&mut *connection, *row_id).await?;
        write(connection, kind, &row, (ChangeKind::Removed, None, [None, None]), now).await?;
    }
    sqlx::query("DELETE FROM changes WHERE number <= (SELECT max(number) FROM changes) - ?")
        .bind(CHANGES_MAX)
        .execute(connection)
        .await?;
    Ok(())
}

async fn write(
    connection: &mut SqliteConnection,
    kind: SyncType,
    row: &Fields,
    (what, field, [before, after]): (ChangeKind, Option<&str>, [Option<String>; 2]),
    now: Timestamp,
) -> Result<()> {
    sqlx::query(
        "INSERT INTO changes (at, kind, row_key, item, what, field, before, after) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(now.0)
    .bind(kind.as_str())
    .bind(row.get("id").and_then(text))
    .bind(item(row))
    .bind(word(&what))
    .bind(field)
    .bind(before)
    .bind(after)
    .execute(connection)
    .await?;
    Ok(())
}

/// The article that a product or a price is about: `012345K2 AB12XY.104.023`.
fn item(row: &Fields) -> String {
    let said = |field: &str| row.get(field).and_then(Value::as_str).map(str::trim);
    let words = if row.contains_key("itemSelection") {
        [said("itemSelection"), said("itemDescription")]
    } else {
        [said("id"), said("name")]
    };
    words.into_iter().flatten().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}
