//! Writes the changes of the orchestrator's steps.

use domain::{DurationMs, SmartSyncRun, SyncEvent, Timestamp};
use orchestrator::{
    Auth, Change, Circuit, Counters, Ending, HistoryRow, LastOutcome, Lease, LeaseKey, Login, Pause,
    ScheduleEntry, SmartWait, Spending, Task,
};
use sqlx::{QueryBuilder, Sqlite, SqliteConnection, query_builder::Separated};

use super::words::{conduct_columns, error_word, scope_text, whole, word, work_text};
use crate::{Result, StoreError};

/// Ended tasks kept per scope and type.
const HISTORY_ROWS_MAX: i64 = 100;
/// How long smart syncs are remembered: 30 days, and the day in progress.
const SMART_SYNCS_FOR: DurationMs = DurationMs::minutes(31 * 24 * 60);

/// Makes one change.
pub(super) async fn change(connection: &mut SqliteConnection, change: &Change) -> Result<()> {
    match change {
        Change::RemoveTask(id) => {
            let sql = sqlx::query("DELETE FROM tasks WHERE id = ?").bind(whole(id.0));
            sql.execute(connection).await?;
        }
        Change::PutTask(task) => put_task(connection, task).await?,
        Change::RemoveLease(key) => {
            delete_lease(connection, "DELETE FROM form_leases WHERE agent = ? AND session = ?", key).await?;
        }
        Change::PutLease(lease) => put_lease(connection, lease).await?,
        Change::PutEndedLease(key, at) => put_ended_lease(connection, key, *at).await?,
        Change::ForgetEndedLease(key) => {
            delete_lease(connection, "DELETE FROM ended_form_leases WHERE agent = ? AND session = ?", key)
                .await?;
        }
        Change::RemoveLogin(agent) => {
            sqlx::query("DELETE FROM logins WHERE agent = ?")
                .bind(agent.as_str())
                .execute(connection)
                .await?;
        }
        Change::PutLogin(login) => put_login(connection, login).await?,
        Change::PutSpending(spending) => put_spending(connection, spending).await?,
        Change::PutSchedule(entry) => put_schedule(connection, entry).await?,
        Change::PutOutcome(outcome) => put_outcome(connection, outcome).await?,
        Change::AppendHistory(row) => append_history(connection, row).await?,
        Change::AppendSmartSync(run) => append_smart_sync(connection, run).await?,
        Change::PutCounters(counters) => put_counters(connection, counters).await?,
    }
    Ok(())
}

/// Appends an event under its number.
pub(super) async fn event(connection: &mut SqliteConnection, event: &SyncEvent) -> Result<()> {
    let body = serde_json::to_string(event).map_err(|error| StoreError::unreadable("an event", error))?;
    sqlx::query("INSERT INTO events (number, scope, body) VALUES (?, ?, ?)")
        .bind(whole(event.number))
        .bind(scope_text(&event.scope))
        .bind(body)
        .execute(connection)
        .await?;
    Ok(())
}

/// Runs `INSERT OR REPLACE`-like upserts: `columns` of `table`, values pushed by `values`, `key` decides what is replaced.
async fn upsert(
    connection: &mut SqliteConnection,
    table: &'static str,
    key: &'static str,
    columns: &[&'static str],
    values: impl FnOnce(&mut Separated<'_, Sqlite, &'static str>),
) -> Result<()> {
    let mut sql = QueryBuilder::new("INSERT INTO ");
    sql.push(table).push(" (").push(columns.join(", ")).push(") VALUES (");
    values(&mut sql.separated(", "));
    let updates: Vec<_> = columns.iter().map(|column| format!("{column} = excluded.{column}")).collect();
    sql.push(") ON CONFLICT (").push(key).push(") DO UPDATE SET ").push(updates.join(", "));
    sql.build().execute(connection).await?;
    Ok(())
}

async fn put_task(connection: &mut SqliteConnection, task: &Task) -> Result<()> {
    const COLUMNS: [&str; 27] = [
        "id",
        "scope",
        "work",
        "class",
        "draft",
        "asked_at",
        "needed_from",
        "run_at",
        "attempts",
        "forms_only",
        "by_hand",
        "pass_began",
        "pass_cursor",
        "pass_pages",
        "state",
        "token",
        "slot",
        "login",
        "started_at",
        "worker_until",
        "through_valve",
        "conduct",
        "conduct_since",
        "conduct_then",
        "done",
        "total",
        "told_at",
    ];
    let run = task.run();
    let conduct = run.map(|run| conduct_columns(run.conduct));
    upsert(connection, "tasks", "id", &COLUMNS, |values| {
        values
            .push_bind(whole(task.id.0))
            .push_bind(scope_text(&task.scope).to_owned())
            .push_bind(work_text(task.work))
            .push_bind(word(&task.class()))
            .push_bind(task.work.draft().map(|draft| draft.to_string()))
            .push_bind(task.asked_at.0)
            .push_bind(task.needed_from.0)
            .push_bind(task.run_at.map(|at| at.0))
            .push_bind(task.attempts)
            .push_bind(task.forms_only)
            .push_bind(task.by_hand)
            .push_bind(task.pass.map(|pass| pass.began.0))
            .push_bind(task.pass.map(|pass| pass.cursor.0))
            .push_bind(task.pass.map(|pass| pass.pages))
            .push_bind(if task.is_queued() { "queued" } else { "running" })
            .push_bind(run.map(|run| whole(run.token)))
            .push_bind(run.map(|run| run.slot))
            .push_bind(run.map(|run| run.login.to_string()))
            .push_bind(run.map(|run| run.started_at.0))
            .push_bind(run.map(|run| run.worker_until.0))
            .push_bind(run.map(|run| run.through_valve))
            .push_bind(conduct.map(|(conduct, ..)| conduct))
            .push_bind(conduct.and_then(|(_, since, _)| since))
            .push_bind(conduct.and_then(|(.., then)| then))
            .push_bind(run.map(|run| run.done))
            .push_bind(run.and_then(|run| run.total))
            .push_bind(run.map(|run| run.told_at.0));
    })
    .await
}

async fn put_lease(connection: &mut SqliteConnection, lease: &Lease) -> Result<()> {
    const COLUMNS: [&str; 10] = [
        "agent",
        "session",
        "opened_at",
        "last_beat",
        "last_input",
        "pause",
        "failed_at",
        "smart",
        "smart_task",
        "smart_since",
    ];
    let (pause, failed_at) = match lease.pause {
        Pause::Held => ("held", None),
        Pause::LiftedByFailure { at } => ("lifted-by-failure", Some(at.0)),
        Pause::LiftedByPlacement => ("lifted-by-placement", None),
    };
    let smart = match lease.smart {
        SmartWait::None => "none",
        SmartWait::Wants(..) => "wants",
        SmartWait::Waits(..) => "waits",
    };
    upsert(connection, "form_leases", "agent, session", &COLUMNS, |values| {
        values
            .push_bind(lease.key.agent.to_string())
            .push_bind(lease.key.session.to_string())
            .push_bind(lease.opened_at.0)
            .push_bind(lease.last_beat.0)
            .push_bind(lease.last_input.0)
            .push_bind(pause)
            .push_bind(failed_at)
            .push_bind(smart)
            .push_bind(lease.smart.task().map(|task| whole(task.0)))
            .push_bind(lease.smart.since().map(|since| since.0));
    })
    .await
}

async fn put_ended_lease(connection: &mut SqliteConnection, key: &LeaseKey, at: Timestamp) -> Result<()> {
    upsert(connection, "ended_form_leases", "agent, session", &["agent", "session", "ended_at"], |values| {
        values.push_bind(key.agent.to_string()).push_bind(key.session.to_string()).push_bind(at.0);
    })
    .await
}

async fn delete_lease(connection: &mut SqliteConnection, sql: &'static str, key: &LeaseKey) -> Result<()> {
    sqlx::query(sql).bind(key.agent.as_str()).bind(key.session.to_string()).execute(connection).await?;
    Ok(())
}

async fn put_login(connection: &mut SqliteConnection, login: &Login) -> Result<()> {
    const COLUMNS: [&str; 11] = [
        "agent",
        "circuit",
        "circuit_errors",
        "circuit_until",
        "circuit_wait_ms",
        "circuit_probe",
        "auth_needed",
        "served",
        "used",
        "hold_reason",
        "hold_until",
    ];
    let (name, errors, until, wait, probe) = match login.circuit {
        Circuit::Closed { errors } => ("closed", Some(errors), None, None, None),
        Circuit::Open { until, wait } => ("open", None, Some(until.0), Some(whole(wait.0)), None),
        Circuit::HalfOpen { probe, wait } => {
            ("half-open", None, None, Some(whole(wait.0)), Some(whole(probe.0)))
        }
    };
    upsert(connection, "logins", "agent", &COLUMNS, |values| {
        values
            .push_bind(login.agent.to_string())
            .push_bind(name)
            .push_bind(errors)
            .push_bind(until)
            .push_bind(wait)
            .push_bind(probe)
            .push_bind(login.auth == Auth::Needed)
            .push_bind(whole(login.served))
            .push_bind(whole(login.used))
            .push_bind(login.hold.as_ref().map(|hold| hold.reason.clone()))
            .push_bind(login.hold.as_ref().map(|hold| hold.until.0));
    })
    .await
}

async fn put_spending(connection: &mut SqliteConnection, spending: &Spending) -> Result<()> {
    upsert(connection, "erp_spending", "login", &["login", "local_day", "logins", "requests"], |values| {
        values
            .push_bind(spending.login.to_string())
            .push_bind(spending.day.0)
            .push_bind(spending.logins)
            .push_bind(spending.requests);
    })
    .await
}

async fn put_schedule(connection: &mut SqliteConnection, entry: &ScheduleEntry) -> Result<()> {
    const COLUMNS: [&str; 6] = ["type", "interval_ms", "offset_ms", "anchor", "enabled", "next_due"];
    upsert(connection, "schedule", "type", &COLUMNS, |values| {
        values
            .push_bind(entry.kind.as_str())
            .push_bind(whole(entry.interval.0))
            .push_bind(whole(entry.offset.0))
            .push_bind(entry.anchor.0)
            .push_bind(entry.enabled)
            .push_bind(entry.next_due.0);
    })
    .await
}

async fn put_outcome(connection: &mut SqliteConnection, outcome: &LastOutcome) -> Result<()> {
    const COLUMNS: [&str; 9] = [
        "scope",
        "type",
        "success_began",
        "success_ended",
        "success_rows",
        "failed_at",
        "failure_kind",
        "failure_message",
        "failures_in_row",
    ];
    let (success, failure) = (outcome.success, outcome.failure.as_ref());
    upsert(connection, "last_outcomes", "scope, type", &COLUMNS, |values| {
        values
            .push_bind(scope_text(&outcome.scope).to_owned())
            .push_bind(outcome.kind.as_str())
            .push_bind(success.map(|success| success.began.0))
            .push_bind(success.map(|success| success.ended.0))
            .push_bind(success.map(|success| success.rows))
            .push_bind(failure.map(|failure| failure.at.0))
            .push_bind(failure.map(|failure| error_word(failure.kind)))
            .push_bind(failure.map(|failure| failure.message.clone()))
            .push_bind(outcome.failures_in_row);
    })
    .await
}

async fn put_counters(connection: &mut SqliteConnection, counters: &Counters) -> Result<()> {
    const COLUMNS: [&str; 6] = ["id", "task", "token", "event", "shared_served", "clock"];
    upsert(connection, "counters", "id", &COLUMNS, |values| {
        values
            .push_bind(1_i64)
            .push_bind(whole(counters.task))
            .push_bind(whole(counters.token))
            .push_bind(whole(counters.event))
            .push_bind(whole(counters.shared_served))
            .push_bind(counters.clock.0);
    })
    .await
}

async fn append_history(connection: &mut SqliteConnection, row: &HistoryRow) -> Result<()> {
    let (ending, counts, served_by, failure) = match &row.ending {
        Ending::Done { rows, new, updated } => ("done", Some((*rows, *new, *updated)), None, None),
        Ending::Unchanged => ("unchanged", None, None, None),
        Ending::Failed { kind, message } => {
            ("failed", None, None, Some((error_word(*kind), message.as_str())))
        }
        Ending::Cancelled => ("cancelled", None, None, None),
        Ending::ServedBy(task) => ("served", None, Some(whole(task.0)), None),
    };
    sqlx::query(
        "INSERT INTO history (task, scope, work, class, draft, asked_at, started_at, ended_at, ending,
                              rows_read, rows_new, rows_updated, served_by, error, message)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(whole(row.task.0))
    .bind(scope_text(&row.scope))
    .bind(work_text(row.work))
    .bind(word(&row.work.class()))
    .bind(row.work.draft().map(|draft| draft.to_string()))
    .bind(row.asked_at.0)
    .bind(row.started_at.map(|at| at.0))
    .bind(row.ended_at.0)
    .bind(ending)
    .bind(counts.map(|(rows, ..)| rows))
    .bind(counts.map(|(_, new, _)| new))
    .bind(counts.map(|(.., updated)| updated))
    .bind(served_by)
    .bind(failure.as_ref().map(|(kind, _)| kind.as_str()))
    .bind(failure.as_ref().map(|(_, message)| *message))
    .execute(&mut *connection)
    .await?;
    forget_old_history(connection, row).await
}

async fn forget_old_history(connection: &mut SqliteConnection, row: &HistoryRow) -> Result<()> {
    sqlx::query(
        "DELETE FROM history WHERE id IN (
             SELECT id FROM history WHERE scope = ? AND work = ? ORDER BY id DESC LIMIT -1 OFFSET ?)",
    )
    .bind(scope_text(&row.scope))
    .bind(work_text(row.work))
    .bind(HISTORY_ROWS_MAX)
    .execute(connection)
    .await?;
    Ok(())
}

async fn append_smart_sync(connection: &mut SqliteConnection, run: &SmartSyncRun) -> Result<()> {
    sqlx::query(
        "INSERT INTO smart_syncs (asked_at, agent, duration_ms, processed, new, updated, outcome, error)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )
    .bind(run.time.0)
    .bind(run.agent.as_str())
    .bind(whole(run.duration.0))
    .bind(run.processed)
    .bind(run.new)
    .bind(run.updated)
    .bind(word(&run.outcome))
    .bind(run.error.map(error_word))
    .execute(&mut *connection)
    .await?;
    sqlx::query("DELETE FROM smart_syncs WHERE asked_at < ?")
        .bind(run.time.minus(SMART_SYNCS_FOR).0)
        .execute(connection)
        .await?;
    Ok(())
}
