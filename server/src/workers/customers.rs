//! Reads an agent's customers: for somebody who waits by the quickest way that works, else the whole list.
//!
//! The ways, in order: the ERP's REST API, if the installation has one, tells what changed; the export of the list,
//! compared row by row, tells everything. Each falls back to the next, and why it did is logged and kept.

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use domain::{AgentId, ApiSkipped, Class, CustomerReading, DurationMs, ReadingWay, SyncType, Timestamp};
use erp::{ApiQuestion, ChangedCustomers, ErpError, ErpSession};
use orchestrator::Cursor;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use tokio_util::sync::CancellationToken;

use super::{Workers, logins::Lane, look_up, sync};
use crate::{
    clock::now,
    conductor::{Job, Outcome},
    config::Config,
    http::metrics::{self, Phase},
};

/// How far before the latest change known the API is asked again: a change may become visible after a later one.
const OVERLAP: time::Duration = time::Duration::minutes(10);
/// How long an API that has failed a login is left alone by it, so that it does not cost every form its limit.
const REST: Duration = Duration::from_mins(5);
/// How long answers are asked for: by then an export is half done. What they have told is kept, and the next question goes
/// on from there, so even an API that begins with everybody arrives at today.
const WITHIN: Duration = Duration::from_secs(2);

/// The ERP's REST API, as configured.
pub(super) struct CustomersApi {
    path: String,
    limit: usize,
    rests_until: Mutex<HashMap<AgentId, Instant>>,
}

impl CustomersApi {
    /// The API that the settings name, if they do.
    pub(super) fn of(config: &Config) -> Option<Self> {
        let path = config.erp_customers_api.clone()?;
        Some(Self { path, limit: config.erp_customers_api_rows_max.max(1), rests_until: Mutex::default() })
    }

    fn is_resting(&self, login: &AgentId) -> bool {
        self.rests_until
            .lock()
            .is_ok_and(|until| until.get(login).is_some_and(|until| Instant::now() < *until))
    }

    fn let_rest(&self, login: &AgentId) {
        if let Ok(mut until) = self.rests_until.lock() {
            until.insert(login.clone(), Instant::now() + REST);
        }
    }
}

/// Why a reading by the API has no end of its own.
enum NoReading {
    /// The next way is tried.
    Skipped(ApiSkipped),
    /// The job ends so.
    Ended(Outcome),
}

/// Reads the customers.
pub(super) async fn run(workers: &Workers, job: &Job) -> Outcome {
    match job.class {
        Class::Background | Class::Write => return sync::customers(workers, job).await,
        Class::Interactive => {}
    }
    if let Err(outcome) = look_up::serve(workers, job).await {
        return outcome;
    }
    let began = Instant::now();
    let (outcome, way, skipped) = match by_api(workers, job).await {
        Ok(outcome) => (outcome, ReadingWay::Api, None),
        Err(NoReading::Ended(outcome)) => return outcome,
        Err(NoReading::Skipped(reason)) => {
            (sync::customers(workers, job).await, ReadingWay::Export, Some(reason))
        }
    };
    if let Outcome::Done { new, updated, .. } = outcome {
        let took = DurationMs(u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX));
        let (at, agent) = (now(), job.login.clone());
        log(workers, &CustomerReading { at, agent, way, skipped, took, changed: new + updated }).await;
        // Whoever asked before the ERP was asked for the list counts as served by this reading, and is told here; a
        // failure is theirs, the reading itself is done.
        let _ = look_up::serve(workers, job).await;
    }
    outcome
}

async fn log(workers: &Workers, reading: &CustomerReading) {
    metrics::count_reading(reading.way);
    tracing::info!(login = %reading.agent, way = ?reading.way, skipped = ?reading.skipped, ms = reading.took.0, changed = reading.changed, "customers were read");
    if let Err(error) = workers.store.control().log_reading(reading).await {
        tracing::error!(%error, "a reading of customers is not in the history");
    }
}

async fn by_api(workers: &Workers, job: &Job) -> Result<Outcome, NoReading> {
    let api = workers.api.as_ref().ok_or(NoReading::Skipped(ApiSkipped::NotConfigured))?;
    if api.is_resting(&job.login) {
        return Err(NoReading::Skipped(ApiSkipped::Resting));
    }
    let store_failed = |error| NoReading::Ended(Workers::store_failed(job, &error));
    let last = workers.store.last_pass(&job.token, SyncType::Customers).await.map_err(store_failed)?;
    let began = now();
    // The API never tells what was deleted. The schedule usually reads the list long before.
    let recent = |began_at| began.since(began_at) <= SyncType::Customers.read_whole_every();
    if !last.is_some_and(|last| recent(last.began_at)) {
        return Err(NoReading::Skipped(ApiSkipped::CompleteDue));
    }
    let mark = workers.store.change_mark(&job.token, SyncType::Customers).await.map_err(store_failed)?;
    let since = mark.and_then(|mark| OffsetDateTime::parse(&mark, &Rfc3339).ok()).map(|mark| mark - OVERLAP);
    let path = api.path.clone();
    let question = ApiQuestion { path, modified_since: since, limit: api.limit, within: WITHIN };
    let asked = metrics::timed(SyncType::Customers, Phase::Erp, ask(workers, job, &question)).await;
    let changed = asked.map_err(|end| {
        if matches!(end, NoReading::Skipped(_)) {
            api.let_rest(&job.login);
        }
        end
    })?;
    let storing = metrics::timed(SyncType::Customers, Phase::Store, store(workers, job, &changed, began));
    let stored = storing.await.map_err(store_failed)?;
    if changed.complete { Ok(stored) } else { Err(NoReading::Skipped(ApiSkipped::TooMuch)) }
}

async fn ask(workers: &Workers, job: &Job, question: &ApiQuestion) -> Result<ChangedCustomers, NoReading> {
    let taken = workers.logins.take(&job.login, Lane::from(job.class)).await;
    let mut session = taken.map_err(|error| NoReading::Ended(Workers::no_login(job, &error)))?;
    let logins = session.logins();
    let changed = ask_or_yield(&mut session, job, question).await;
    let requests = changed.as_ref().map_or(1, |changed| changed.requests);
    job.pulse.spent(session.logins() - logins, requests);
    match &changed {
        // The web session itself is sound; only the API said no.
        Err(ErpError::Rejected { .. }) => {
            workers.logins.put_back(&job.login, Lane::from(job.class), session);
        }
        _ => sync::give_back(workers, job, session, &changed).await,
    }
    changed.map_err(|error| no_reading(workers, job, &error))
}

/// An answer takes a moment; whoever is more urgent has the page as soon as it is given up.
async fn ask_or_yield(
    session: &mut ErpSession,
    job: &Job,
    question: &ApiQuestion,
) -> Result<ChangedCustomers, ErpError> {
    let cancel = CancellationToken::new();
    let asking = session.changed_customers(question, &cancel);
    tokio::pin!(asking);
    if let Ok(changed) = job.pulse.or_yield(&mut asking).await {
        return changed;
    }
    cancel.cancel();
    asking.await
}

/// A session that is gone would fail the export too; everything else is the API's own fault.
fn no_reading(workers: &Workers, job: &Job, error: &ErpError) -> NoReading {
    let reason = match error {
        ErpError::Unreachable { .. } => ApiSkipped::Unreachable,
        ErpError::Rejected { .. } => ApiSkipped::Refused,
        ErpError::BadExport { .. } => ApiSkipped::Unreadable,
        ErpError::LoggedOut
        | ErpError::WrongPassword { .. }
        | ErpError::ScreenChanged { .. }
        | ErpError::BrowserLost { .. }
        | ErpError::Cancelled => return NoReading::Ended(workers.erp_failed(job, error)),
    };
    tracing::warn!(login = %job.login, %error, "the ERP's API of customers is left alone for a while");
    NoReading::Skipped(reason)
}

async fn store(
    workers: &Workers,
    job: &Job,
    changed: &ChangedCustomers,
    began: Timestamp,
) -> store::Result<Outcome> {
    let mark = changed.newest.and_then(|newest| newest.format(&Rfc3339).ok());
    let stored =
        workers.store.store_found(&job.token, &changed.rows, &changed.missing_fields, mark.as_deref(), now());
    let (outcome, known) = stored.await?;
    metrics::stored(SyncType::Customers, &outcome);
    job.pulse.checkpoint(Cursor(1), known, Some(known)).await;
    Ok(Outcome::Done { rows: known, new: outcome.new, updated: outcome.updated, began })
}
