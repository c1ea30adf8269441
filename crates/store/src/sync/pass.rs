//! Begins, resumes and describes passes.

use std::collections::HashSet;

use domain::{ListLook, Scope, SyncType, Timestamp};
use sqlx::{Row, SqliteConnection, sqlite::SqliteRow};
use time::{PrimitiveDateTime, format_description::FormatItem, macros::format_description};

use super::fence;
use crate::{Result, Store, StoreError, sqlite::Database};
use orchestrator::TaskToken;

/// One reading of a whole list that is under way.
#[derive(Debug)]
pub struct Pass {
    pub(super) kind: SyncType,
    pub(super) began_at: Timestamp,
    pub(super) next_page: u32,
    pub(super) new: u32,
    pub(super) updated: u32,
    pub(super) look: Option<ListLook>,
    /// Row ids; a row that is printed twice counts once.
    pub(super) seen: HashSet<i64>,
}

/// What one page brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PageOutcome {
    /// Rows that were not known.
    pub new: u32,
    /// Rows whose values changed.
    pub updated: u32,
    /// Rows that were known like this, and all rows of a page that had been stored before.
    pub unchanged: u32,
}

/// What a complete pass brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PassOutcome {
    /// Rows seen.
    pub rows: u32,
    /// Rows that were not known.
    pub new: u32,
    /// Rows whose values changed.
    pub updated: u32,
    /// Rows deleted because two complete passes in a row did not see them.
    pub deleted: u32,
    /// Absent rows that the pass left alone and did not count as absent, because it saw so few of the known rows that it
    /// was probably cut short. Anything but 0 is worth an operator's look.
    pub withheld: u32,
}

/// The last complete pass of a kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LastPass {
    /// When it began: the data is as of then.
    pub began_at: Timestamp,
    /// When it was complete.
    pub ended_at: Timestamp,
    /// Rows it saw.
    pub rows: u32,
    /// How the list looked just before it was read, if it told; nothing where the pass saw too few of the known rows.
    pub look: Option<ListLook>,
}

impl Pass {
    /// What it reads.
    pub fn kind(&self) -> SyncType {
        self.kind
    }

    /// When it began, before any interruption: what it stores is at least as fresh as that.
    pub fn began_at(&self) -> Timestamp {
        self.began_at
    }

    /// How the list looked just before it was read, if it told.
    pub fn look(&self) -> Option<ListLook> {
        self.look
    }

    /// The page it goes on with, from 0.
    pub fn next_page(&self) -> u32 {
        self.next_page
    }

    /// Rows seen so far.
    pub fn rows(&self) -> u32 {
        self.seen.len() as u32
    }
}

impl Store {
    /// Begins a pass at its first page; one of the same kind that was interrupted is given up (its rows stay). `look` is
    /// what the list told just before, if it did.
    ///
    /// # Errors
    /// `Fenced` when a later task has written this kind; `WrongScope` when the token is for other data.
    pub async fn begin_pass(
        &self,
        token: &TaskToken,
        kind: SyncType,
        now: Timestamp,
        look: Option<ListLook>,
    ) -> Result<Pass> {
        let database = self.synced_file(token, kind).await?;
        let mut transaction = database.begin().await?;
        fence::pass(&mut transaction, kind.as_str(), token.number()).await?;
        sqlx::query("DELETE FROM passes WHERE kind = ?")
            .bind(kind.as_str())
            .execute(&mut *transaction)
            .await?;
        sqlx::query(
            "INSERT INTO passes (kind, token, began_at, next_page, new_rows, updated_rows, newest_change, listed_rows)
             VALUES (?, ?, ?, 0, 0, 0, ?, ?)",
        )
        .bind(kind.as_str())
        .bind(token.number().cast_signed())
        .bind(now.0)
        .bind(look.map(|look| newest_text(&look)))
        .bind(look.and_then(|look| look.rows))
        .execute(&mut *transaction)
        .await?;
        transaction.commit().await?;
        Ok(Pass { kind, began_at: now, next_page: 0, new: 0, updated: 0, look, seen: HashSet::new() })
    }

    /// Takes up the interrupted pass of this kind at the page it had come to; `None` when there is none.
    ///
    /// # Errors
    /// As [`Store::begin_pass`].
    pub async fn resume_pass(&self, token: &TaskToken, kind: SyncType) -> Result<Option<Pass>> {
        let database = self.synced_file(token, kind).await?;
        let mut transaction = database.begin().await?;
        fence::pass(&mut transaction, kind.as_str(), token.number()).await?;
        let row = sqlx::query(
            "UPDATE passes SET token = ? WHERE kind = ?
             RETURNING began_at, next_page, new_rows, updated_rows, newest_change, listed_rows",
        )
        .bind(token.number().cast_signed())
        .bind(kind.as_str())
        .fetch_optional(&mut *transaction)
        .await?;
        let Some(row) = row else { return Ok(None) };
        let pass = Pass {
            kind,
            began_at: Timestamp(row.try_get(0)?),
            next_page: row.try_get(1)?,
            new: row.try_get(2)?,
            updated: row.try_get(3)?,
            look: look_of(&row)?,
            seen: seen_so_far(&mut transaction, kind).await?,
        };
        transaction.commit().await?;
        Ok(Some(pass))
    }

    /// The last complete pass of what a task reads; `None` before the first.
    ///
    /// # Errors
    /// `WrongScope` when the token is for other data.
    pub async fn last_pass(&self, token: &TaskToken, kind: SyncType) -> Result<Option<LastPass>> {
        last_pass(&self.synced_file(token, kind).await?, kind).await
    }

    /// The file that a task may write this kind of rows to.
    pub(super) async fn synced_file(&self, token: &TaskToken, kind: SyncType) -> Result<Database> {
        let shared = match token.scope() {
            Scope::Shared => true,
            Scope::Agent(_) => false,
        };
        if shared == kind.is_shared() {
            return self.database_of(token.scope()).await;
        }
        Err(StoreError::WrongScope {
            given: format!("a token for {:?}", token.scope()),
            wanted: kind.to_string(),
        })
    }
}

/// Makes sure that the pass is still the one under way, in the transaction that goes on with it.
pub(super) async fn check_current(
    connection: &mut SqliteConnection,
    pass: &Pass,
    token: &TaskToken,
) -> Result<()> {
    let current =
        sqlx::query("SELECT 1 FROM passes WHERE kind = ? AND token = ? AND next_page = ? AND began_at = ?")
            .bind(pass.kind.as_str())
            .bind(token.number().cast_signed())
            .bind(pass.next_page)
            .bind(pass.began_at.0)
            .fetch_optional(connection)
            .await?;
    current.map(|_| ()).ok_or(StoreError::PassReplaced { kind: pass.kind })
}

async fn seen_so_far(connection: &mut SqliteConnection, kind: SyncType) -> Result<HashSet<i64>> {
    let pages: Vec<Vec<u8>> = sqlx::query_scalar("SELECT seen FROM pass_pages WHERE kind = ?")
        .bind(kind.as_str())
        .fetch_all(connection)
        .await?;
    let rows = pages.iter().flat_map(|page| page.as_chunks().0);
    Ok(rows.map(|bytes| i64::from_le_bytes(*bytes)).collect())
}

/// The last complete pass in a file; `None` before the first.
pub(crate) async fn last_pass(database: &Database, kind: SyncType) -> Result<Option<LastPass>> {
    let row = sqlx::query(
        "SELECT began_at, ended_at, seen_rows, newest_change, listed_rows FROM last_passes WHERE kind = ?",
    )
    .bind(kind.as_str())
    .fetch_optional(database.readers())
    .await?;
    let Some(row) = row else { return Ok(None) };
    let (began_at, ended_at) = (Timestamp(row.try_get(0)?), Timestamp(row.try_get(1)?));
    Ok(Some(LastPass { began_at, ended_at, rows: row.try_get(2)?, look: look_of(&row)? }))
}

/// Sortable text, as all times of the ERP are stored.
const MOMENT: &[FormatItem<'_>] = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");

pub(super) fn newest_text(look: &ListLook) -> String {
    look.newest_change.format(MOMENT).expect("the ERP's years have four digits")
}

fn look_of(row: &SqliteRow) -> Result<Option<ListLook>> {
    let Some(newest) = row.try_get::<Option<String>, _>("newest_change")? else { return Ok(None) };
    let newest_change = PrimitiveDateTime::parse(&newest, MOMENT)
        .map_err(|fault| StoreError::unreadable(format!("how a list looked at {newest:?}"), fault))?;
    Ok(Some(ListLook { newest_change, rows: row.try_get("listed_rows")? }))
}
