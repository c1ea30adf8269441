//! Keeps and asks the full-text index. Everything that only SQLite's FTS5 has is here.
//!
//! The index stores no text of its own ("contentless"), only pieces and row ids; the rows are in their own tables.

use std::fmt::Write as _;

use sqlx::{AssertSqlSafe, SqliteConnection};

use crate::Result;

/// Letters in a piece of the index; from so many on a term is found inside a word.
pub(crate) const PIECE: usize = 3;

/// Puts a row's words into the index, in place of those it had.
pub(crate) async fn put(
    connection: &mut SqliteConnection,
    index: &'static str,
    row_id: i64,
    words: &str,
) -> Result<()> {
    let sql = format!("INSERT OR REPLACE INTO {index} (rowid, words) VALUES (?, ?)");
    sqlx::query(AssertSqlSafe(sql)).bind(row_id).bind(words).execute(connection).await?;
    Ok(())
}

/// Takes a row out of the index.
pub(crate) async fn remove(
    connection: &mut SqliteConnection,
    index: &'static str,
    row_id: i64,
) -> Result<()> {
    let sql = format!("DELETE FROM {index} WHERE rowid = ?");
    sqlx::query(AssertSqlSafe(sql)).bind(row_id).execute(connection).await?;
    Ok(())
}

/// Empties the index.
pub(crate) async fn clear(connection: &mut SqliteConnection, index: &'static str) -> Result<()> {
    let sql = format!("INSERT INTO {index} ({index}) VALUES ('delete-all')");
    sqlx::query(AssertSqlSafe(sql)).execute(connection).await?;
    Ok(())
}

/// The index expression for rows that have every term: from three letters on anywhere in a word, below that (or always,
/// when `only_at_starts`) at the start of one. Terms are folded text: letters and digits, so nothing needs escaping.
pub(crate) fn all_of(terms: &[String], only_at_starts: bool) -> String {
    let mut expression = String::new();
    for term in terms {
        let before = match term.chars().count() {
            1 => "  ",
            2 => " ",
            _ if only_at_starts => "  ",
            _ => "",
        };
        let and = if expression.is_empty() { "" } else { " AND " };
        write!(expression, "{and}\"{before}{term}\"").expect("writing to a string cannot fail");
    }
    expression
}
