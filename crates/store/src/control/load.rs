//! Reads the whole board.

use std::collections::BTreeMap;

use domain::{DurationMs, SyncFailure};
use orchestrator::{
    Auth, Circuit, Counters, Cursor, Hold, LastOutcome, Lease, LocalDay, Login, Pass, Pause, Run,
    ScheduleEntry, SmartWait, Snapshot, Spending, Success, Task, TaskState,
};
use sqlx::{SqliteConnection, sqlite::SqliteRow};

use super::words::{Columns, read_conduct};
use crate::Result;

/// Reads every row of the board, as one committed moment if the connection is in a transaction.
pub(super) async fn board(connection: &mut SqliteConnection) -> Result<Snapshot> {
    let tasks = rows(connection, "SELECT * FROM tasks").await?;
    let leases = rows(connection, "SELECT * FROM form_leases").await?;
    let ended = rows(connection, "SELECT * FROM ended_form_leases").await?;
    let logins = rows(connection, "SELECT * FROM logins").await?;
    let spending = rows(connection, "SELECT * FROM erp_spending").await?;
    let schedule = rows(connection, "SELECT * FROM schedule").await?;
    let outcomes = rows(connection, "SELECT * FROM last_outcomes").await?;
    let counters = rows(connection, "SELECT * FROM counters").await?;
    Ok(Snapshot {
        tasks: collect(&tasks, "tasks", |row| task(row).map(|task| (task.id, task)))?,
        leases: collect(&leases, "form_leases", |row| lease(row).map(|lease| (lease.key.clone(), lease)))?,
        ended_leases: collect(&ended, "ended_form_leases", |row| {
            Ok((row.lease_key()?, row.at("ended_at")?))
        })?,
        logins: collect(&logins, "logins", |row| login(row).map(|login| (login.agent.clone(), login)))?,
        spending: collect(&spending, "erp_spending", |row| {
            spent(row).map(|spending| (spending.login.clone(), spending))
        })?,
        schedule: collect(&schedule, "schedule", |row| entry(row).map(|entry| (entry.kind, entry)))?,
        outcomes: collect(&outcomes, "last_outcomes", |row| {
            outcome(row).map(|outcome| ((outcome.scope.clone(), outcome.kind), outcome))
        })?,
        counters: match counters.first() {
            Some(row) => read_counters(&Columns::new(row, "counters"))?,
            None => Counters::default(),
        },
    })
}

async fn rows(connection: &mut SqliteConnection, sql: &'static str) -> Result<Vec<SqliteRow>> {
    Ok(sqlx::query(sql).fetch_all(connection).await?)
}

fn collect<K: Ord, V>(
    rows: &[SqliteRow],
    table: &'static str,
    read: impl Fn(&Columns<'_>) -> Result<(K, V)>,
) -> Result<BTreeMap<K, V>> {
    rows.iter().map(|row| read(&Columns::new(row, table))).collect()
}

fn task(row: &Columns<'_>) -> Result<Task> {
    let pass = match row.maybe_at("pass_began")? {
        None => None,
        Some(began) => {
            Some(Pass { began, cursor: Cursor(row.whole("pass_cursor")?), pages: row.whole("pass_pages")? })
        }
    };
    let state = match row.text("state")?.as_str() {
        "queued" => TaskState::Queued,
        "running" => TaskState::Running(run(row)?),
        other => return Err(row.unreadable("state", other.to_owned())),
    };
    Ok(Task {
        id: row.task("id")?,
        work: row.work()?,
        scope: row.scope()?,
        asked_at: row.at("asked_at")?,
        needed_from: row.at("needed_from")?,
        run_at: row.maybe_at("run_at")?,
        attempts: row.whole("attempts")?,
        forms_only: row.flag("forms_only")?,
        by_hand: row.flag("by_hand")?,
        pass,
        state,
    })
}

fn run(row: &Columns<'_>) -> Result<Run> {
    Ok(Run {
        token: row.whole("token")?,
        slot: row.whole("slot")?,
        login: row.parsed("login")?,
        started_at: row.at("started_at")?,
        worker_until: row.at("worker_until")?,
        through_valve: row.flag("through_valve")?,
        conduct: read_conduct(row)?,
        done: row.whole("done")?,
        total: row.maybe_whole("total")?,
        told_at: row.at("told_at")?,
    })
}

fn lease(row: &Columns<'_>) -> Result<Lease> {
    let pause = match row.text("pause")?.as_str() {
        "held" => Pause::Held,
        "lifted-by-failure" => Pause::LiftedByFailure { at: row.at("failed_at")? },
        "lifted-by-placement" => Pause::LiftedByPlacement,
        other => return Err(row.unreadable("pause", other.to_owned())),
    };
    let smart = (row.text("smart")?, row.maybe_task("smart_task")?, row.maybe_at("smart_since")?);
    let smart = match (smart.0.as_str(), smart.1, smart.2) {
        ("none", None, None) => SmartWait::None,
        ("wants", Some(task), Some(since)) => SmartWait::Wants(task, since),
        ("waits", Some(task), Some(since)) => SmartWait::Waits(task, since),
        (other, ..) => return Err(row.unreadable("smart", other.to_owned())),
    };
    Ok(Lease {
        key: row.lease_key()?,
        opened_at: row.at("opened_at")?,
        last_beat: row.at("last_beat")?,
        last_input: row.at("last_input")?,
        pause,
        smart,
    })
}

fn login(row: &Columns<'_>) -> Result<Login> {
    let wait = || row.whole("circuit_wait_ms").map(DurationMs);
    let circuit = match row.text("circuit")?.as_str() {
        "closed" => Circuit::Closed { errors: row.whole("circuit_errors")? },
        "open" => Circuit::Open { until: row.at("circuit_until")?, wait: wait()? },
        "half-open" => Circuit::HalfOpen { probe: row.task("circuit_probe")?, wait: wait()? },
        other => return Err(row.unreadable("circuit", other.to_owned())),
    };
    let hold = match row.maybe_text("hold_reason")? {
        None => None,
        Some(reason) => Some(Hold { reason, until: row.at("hold_until")? }),
    };
    Ok(Login {
        hold,
        agent: row.parsed("agent")?,
        circuit,
        auth: if row.flag("auth_needed")? { Auth::Needed } else { Auth::Good },
        served: row.whole("served")?,
        used: row.whole("used")?,
    })
}

fn spent(row: &Columns<'_>) -> Result<Spending> {
    Ok(Spending {
        login: row.parsed("login")?,
        day: LocalDay(row.whole("local_day")?),
        logins: row.whole("logins")?,
        requests: row.whole("requests")?,
    })
}

fn entry(row: &Columns<'_>) -> Result<ScheduleEntry> {
    Ok(ScheduleEntry {
        kind: row.parsed("type")?,
        interval: DurationMs(row.whole("interval_ms")?),
        offset: DurationMs(row.whole("offset_ms")?),
        anchor: row.at("anchor")?,
        enabled: row.flag("enabled")?,
        next_due: row.at("next_due")?,
    })
}

fn outcome(row: &Columns<'_>) -> Result<LastOutcome> {
    let success = match row.maybe_at("success_began")? {
        None => None,
        Some(began) => {
            Some(Success { began, ended: row.at("success_ended")?, rows: row.whole("success_rows")? })
        }
    };
    let failure = match row.maybe_at("failed_at")? {
        None => None,
        Some(at) => {
            Some(SyncFailure { at, kind: row.word("failure_kind")?, message: row.text("failure_message")? })
        }
    };
    Ok(LastOutcome {
        scope: row.scope()?,
        kind: row.parsed("type")?,
        success,
        failure,
        failures_in_row: row.whole("failures_in_row")?,
    })
}

fn read_counters(row: &Columns<'_>) -> Result<Counters> {
    Ok(Counters {
        task: row.whole("task")?,
        token: row.whole("token")?,
        event: row.whole("event")?,
        shared_served: row.whole("shared_served")?,
        clock: row.at("clock")?,
    })
}
