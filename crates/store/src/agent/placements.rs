//! Follows submitted drafts into the ERP, so that each becomes at most one order there.
//!
//! A placement is one row per draft, for ever, made in the transaction that takes the draft out of editing. Its
//! marker follows from the draft's id and stays, also when a rejected order is edited and sent again: whichever
//! submission reached the ERP, the one search for the marker finds it, so a second order cannot go unnoticed. The
//! row's `submission` counts the sendings. Every step is a compare-and-set on the state left, checked against the
//! arrows of the life cycle, fenced by the task's number, and logged. A commit of an agent's file is on disk before
//! it returns, so the step into `saving` outlives a crash that follows it.

use domain::{AgentId, DraftId, LineId, Placement, PlacementState, Scope, SeenOrder, Timestamp};
use sqlx::{AssertSqlSafe, Sqlite, SqliteConnection, Transaction};

use super::{
    AgentStore,
    placement_rows::{COLUMNS, UNFINISHED, expect_one, find, log, parse, step},
};
use crate::{Result, StoreError, sqlite::Database, sync::fence};
use orchestrator::TaskToken;

/// What a person says of a placement that needs attention.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Resolution {
    /// "Già presente": the order is in the ERP under this number.
    AlreadyPlaced {
        /// The ERP's number or id.
        number: String,
    },
    /// "Ripeti": it is not there, type it again.
    Repeat,
}

/// What a person is shown who must decide.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attention {
    /// Why nobody else can.
    pub reason: String,
    /// The orders in question.
    pub seen: Vec<SeenOrder>,
    /// The file name of a picture of them.
    pub screenshot: Option<String>,
}

/// A placement that the system still has to work on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnfinishedPlacement {
    /// Whose.
    pub agent: AgentId,
    /// Which.
    pub draft: DraftId,
    /// Where it stands.
    pub state: PlacementState,
}

/// Placements sent last that are listed although they are settled; all others stand among the orders.
const SETTLED_MAX: u32 = 100;
/// The kind of data under which placements are fenced.
const FENCE: &str = "placements";

impl AgentStore {
    /// The placements that are not settled, and those sent last, the latest first. What came back to an agent who then
    /// deleted its draft is settled.
    pub async fn placements(&self) -> Result<Vec<Placement>> {
        let sql = format!(
            "SELECT {COLUMNS} FROM placements
             WHERE NOT (state IN ('rejected', 'withdrawn')
                        AND draft_id IN (SELECT id FROM drafts WHERE state = 'deleted'))
               AND (state NOT IN ('verified', 'withdrawn') OR draft_id IN (
                        SELECT draft_id FROM placements ORDER BY submitted_at DESC, draft_id DESC LIMIT ?))
             ORDER BY submitted_at DESC, draft_id DESC"
        );
        let rows =
            sqlx::query(AssertSqlSafe(sql)).bind(SETTLED_MAX).fetch_all(self.database.readers()).await?;
        rows.iter().map(parse).collect()
    }

    /// The placement of a draft; `None` when it was never sent.
    pub async fn placement(&self, id: DraftId) -> Result<Option<Placement>> {
        find(&mut *self.database.readers().acquire().await?, id).await
    }

    /// Placements the system still has to work on, the one sent first first.
    pub async fn unfinished_placements(&self) -> Result<Vec<Placement>> {
        let sql =
            format!("SELECT {COLUMNS} FROM placements WHERE {UNFINISHED} ORDER BY submitted_at, draft_id");
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(self.database.readers()).await?;
        rows.iter().map(parse).collect()
    }

    /// A step of the task that places it, and why, in the agent's language, where the state does not tell. Only the
    /// state's name is compared with `from`.
    ///
    /// # Errors
    /// `Fenced` for an overtaken task, `Conflict` when the placement is not (any more) in `from`, `IllegalTransition`
    /// when no arrow leads to `to`, `NotFound`. Nothing is changed then.
    pub async fn advance(
        &self,
        token: &TaskToken,
        id: DraftId,
        from: &PlacementState,
        to: &PlacementState,
        because: Option<&str>,
        now: Timestamp,
    ) -> Result<()> {
        let mut transaction = self.begin_placing(token).await?;
        step(&mut transaction, id, (from, to), because, now, Some(token.number())).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// Writes into the placement's log what was seen on the way.
    ///
    /// # Errors
    /// `Fenced` for an overtaken task.
    pub async fn note_in_log(
        &self,
        token: &TaskToken,
        id: DraftId,
        what: &str,
        words: &str,
        now: Timestamp,
    ) -> Result<()> {
        let mut transaction = self.begin_placing(token).await?;
        log(&mut transaction, id, (None, what), Some(words), now, Some(token.number())).await?;
        transaction.commit().await?;
        Ok(())
    }

    /// `unknown | placed → needs-attention`, with what was seen.
    ///
    /// # Errors
    /// As [`Self::advance`].
    pub async fn need_attention(
        &self,
        token: &TaskToken,
        id: DraftId,
        from: &PlacementState,
        attention: &Attention,
        now: Timestamp,
    ) -> Result<()> {
        let mut transaction = self.begin_placing(token).await?;
        let to = PlacementState::NeedsAttention { reason: attention.reason.clone() };
        step(&mut transaction, id, (from, &to), None, now, Some(token.number())).await?;
        sqlx::query("UPDATE placements SET seen = ?, screenshot = ? WHERE draft_id = ?")
            .bind(serde_json::to_string(&attention.seen).expect("what was seen is JSON"))
            .bind(&attention.screenshot)
            .bind(id.to_string())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// The ERP refuses the order in its words, which may concern one line.
    ///
    /// # Errors
    /// As [`Self::advance`].
    pub async fn reject(
        &self,
        token: &TaskToken,
        id: DraftId,
        from: &PlacementState,
        reason: &str,
        line: Option<LineId>,
        now: Timestamp,
    ) -> Result<()> {
        let mut transaction = self.begin_placing(token).await?;
        let to = PlacementState::Rejected { reason: reason.to_owned() };
        step(&mut transaction, id, (from, &to), None, now, Some(token.number())).await?;
        sqlx::query("UPDATE placements SET refused_line = ? WHERE draft_id = ?")
            .bind(line.map(|line| line.to_string()))
            .bind(id.to_string())
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// A person's decision about a placement that needs attention.
    ///
    /// # Errors
    /// `Conflict` when it does not (any more) need attention, `NumberTaken` when the number is another placement's,
    /// `NotFound`.
    pub async fn resolve(&self, id: DraftId, resolution: Resolution, now: Timestamp) -> Result<Placement> {
        let from = PlacementState::NeedsAttention { reason: String::new() };
        let to = match resolution {
            Resolution::AlreadyPlaced { number } => PlacementState::Placed { number },
            Resolution::Repeat => PlacementState::Queued,
        };
        let mut transaction = self.database.begin().await?;
        if let PlacementState::Placed { number } = &to
            && is_anothers(&mut transaction, id, number).await?
        {
            return Err(StoreError::NumberTaken { number: number.clone() });
        }
        step(&mut transaction, id, (&from, &to), None, now, None).await?;
        let placement = expect_one(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(placement)
    }

    /// Whether another draft's placement has this number or id of the ERP's; the digits of a number are enough.
    pub async fn is_anothers(&self, id: DraftId, number: &str) -> Result<bool> {
        is_anothers(&mut *self.database.readers().acquire().await?, id, number).await
    }

    /// The agent takes an order as the ERP holds it, although it differs from what was sent: `placed → verified`.
    ///
    /// # Errors
    /// `Conflict` when it is not placed with differences, `NotFound`.
    pub async fn accept_differences(&self, id: DraftId, now: Timestamp) -> Result<Placement> {
        let mut transaction = self.database.begin().await?;
        let number = different(&mut transaction, id).await?;
        let arrow =
            (&PlacementState::Placed { number: number.clone() }, &PlacementState::Verified { number });
        log(&mut transaction, id, (None, "accepted"), None, now, None).await?;
        step(&mut transaction, id, arrow, None, now, None).await?;
        let placement = expect_one(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(placement)
    }

    /// Has an order read from the ERP again that differed from what was sent.
    ///
    /// # Errors
    /// `Conflict` when it is not placed with differences, `NotFound`.
    pub async fn read_again(&self, id: DraftId, now: Timestamp) -> Result<Placement> {
        let mut transaction = self.database.begin().await?;
        different(&mut transaction, id).await?;
        sqlx::query("UPDATE placements SET differences = '[]', changed_at = ? WHERE draft_id = ?")
            .bind(now.0)
            .bind(id.to_string())
            .execute(&mut *transaction)
            .await?;
        let placement = expect_one(&mut transaction, id).await?;
        transaction.commit().await?;
        Ok(placement)
    }

    /// Notes what the ERP holds otherwise than it was sent. A placement with differences stays `placed` and waits for
    /// nobody but its agent.
    pub async fn set_differences(
        &self,
        token: &TaskToken,
        id: DraftId,
        differences: &[String],
        now: Timestamp,
    ) -> Result<()> {
        let mut transaction = self.begin_placing(token).await?;
        sqlx::query(
            "UPDATE placements SET differences = ?, changed_at = ? WHERE draft_id = ? AND state = 'placed'",
        )
        .bind(serde_json::to_string(differences).expect("texts are JSON"))
        .bind(now.0)
        .bind(id.to_string())
        .execute(&mut *transaction)
        .await?;
        let words = differences.join("; ");
        log(&mut transaction, id, (None, "differences"), Some(&words), now, Some(token.number())).await?;
        transaction.commit().await?;
        Ok(())
    }

    pub(super) async fn begin_placing(&self, token: &TaskToken) -> Result<Transaction<'static, Sqlite>> {
        if *token.scope() != Scope::Agent(self.agent.clone()) {
            let given = format!("a token for {:?}", token.scope());
            return Err(StoreError::WrongScope {
                given,
                wanted: format!("the placements of {}", self.agent),
            });
        }
        let mut transaction = self.database.begin().await?;
        fence::pass(&mut transaction, FENCE, token.number()).await?;
        Ok(transaction)
    }
}

async fn is_anothers(connection: &mut SqliteConnection, id: DraftId, number: &str) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM placements
                              WHERE draft_id <> ?1 AND (number = ?2 OR number LIKE '%/' || ?2))";
    Ok(sqlx::query_scalar(sql).bind(id.to_string()).bind(number).fetch_one(connection).await?)
}

/// The number of an order that is placed and differs from what was sent.
async fn different(connection: &mut SqliteConnection, id: DraftId) -> Result<String> {
    let placement = expect_one(connection, id).await?;
    match placement.state {
        PlacementState::Placed { number } if !placement.differences.is_empty() => Ok(number),
        other => Err(StoreError::Conflict {
            expected: "placed with differences",
            actual: other.as_str().to_owned(),
        }),
    }
}

/// The unfinished placements in one agent's file.
pub(crate) async fn unfinished(database: &Database, agent: &AgentId) -> Result<Vec<UnfinishedPlacement>> {
    let sql = format!("SELECT {COLUMNS} FROM placements WHERE {UNFINISHED} ORDER BY submitted_at, draft_id");
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(database.readers()).await?;
    let unfinished = |row| {
        let placement = parse(row)?;
        Ok(UnfinishedPlacement { agent: agent.clone(), draft: placement.draft_id, state: placement.state })
    };
    rows.iter().map(unfinished).collect()
}
