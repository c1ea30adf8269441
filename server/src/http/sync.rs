//! Answers requests for single syncs, what became of past ones, and the stream of events.

use std::{convert::Infallible, sync::Arc, time::Duration};

use app::{error::ErrorCode, service::AgentService};
use axum::{
    Extension, Json,
    body::{self, Bytes},
    extract::State,
    response::{IntoResponse, Response},
};
use domain::{
    AgentId, DurationMs, FormSessionId, PastOutcome, PastSync, Scope, SmartSyncFigures, SmartSyncMetrics,
    SyncType, Timestamp,
};
use futures::{Stream, StreamExt, stream};
use http::{HeaderMap, HeaderName, StatusCode, header};
use orchestrator::{Ending, HistoryRow, LocalDay};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::{
    AppState,
    problem::{Asked, Body, Params, Problem},
};
use crate::{clock::now, conductor::Told, problems::from_store, services::Agent};

/// How often an open stream looks whether its session was revoked. A minute is soon enough for what it shows.
const SESSION_CHECK: Duration = Duration::from_mins(1);
/// Events that come within so short a time go out together; nobody sees the difference.
const PIECES_APART: Duration = Duration::from_millis(20);
/// At most so many in one piece, a few kilobytes.
const TEXTS_TOGETHER_MAX: usize = 64;
/// Endings per type; as many as are kept.
const HISTORY_ROWS: u32 = 100;
/// Days of the metrics, today included.
const METRICS_DAYS: u64 = 30;
/// Smart syncs the figures are made of at most: two hundred agents with ten forms each, every day.
const METRICS_ROWS_MAX: u32 = 60_000;
/// Smart syncs that are listed one by one.
const METRICS_TRIGGERS: usize = 200;
/// Readings of customers that are listed one by one.
const METRICS_READINGS: u32 = 50;
/// A hold's reason is a sentence.
const HOLD_REASON_CHARS_MAX: usize = 200;
/// A hold longer than a week is forgotten, not meant.
const HOLD_MINUTES_MAX: u32 = 7 * 24 * 60;

/// `POST /api/sync/{type}`
pub(crate) async fn ask(
    Extension(agent): Extension<Arc<Agent>>,
    Params(kind): Params<String>,
) -> Result<Response, Problem> {
    Ok((StatusCode::ACCEPTED, Json(agent.ask_sync(named(&kind)?).await?)).into_response())
}

/// Body of `PUT /api/sync/schedule/{type}`.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Interval {
    /// Minutes between two runs, 5–1440.
    interval_minutes: u32,
}

/// `PUT /api/sync/schedule/{type}`, for administrators.
pub(crate) async fn set_interval(
    Extension(agent): Extension<Arc<Agent>>,
    Params(kind): Params<String>,
    Body(wanted): Body<Interval>,
) -> Result<StatusCode, Problem> {
    agent.set_interval(named(&kind)?, wanted.interval_minutes).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Body of `PUT /api/sync/logins/{login}/hold`.
#[derive(Debug, Deserialize)]
pub(crate) struct Holding {
    /// Why, for whoever wonders that nothing happens.
    reason: String,
    /// After so many minutes, 1–10080, it ends by itself.
    minutes: u32,
}

/// `PUT /api/sync/logins/{login}/hold`, for administrators: nothing runs in that login for a while.
pub(crate) async fn hold(
    Extension(agent): Extension<Arc<Agent>>,
    Params(login): Params<String>,
    Body(wanted): Body<Holding>,
) -> Result<StatusCode, Problem> {
    let reason = wanted.reason.trim();
    if reason.is_empty() || reason.chars().count() > HOLD_REASON_CHARS_MAX {
        return Err(Problem::new(ErrorCode::BadRequest, "a hold has a reason of at most 200 characters"));
    }
    if !(1..=HOLD_MINUTES_MAX).contains(&wanted.minutes) {
        return Err(Problem::new(ErrorCode::BadRequest, "a hold ends after 1 to 10080 minutes"));
    }
    agent.hold(&login_named(&login)?, reason.to_owned(), wanted.minutes).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `DELETE /api/sync/logins/{login}/hold`, for administrators.
pub(crate) async fn end_hold(
    Extension(agent): Extension<Arc<Agent>>,
    Params(login): Params<String>,
) -> Result<StatusCode, Problem> {
    agent.end_hold(&login_named(&login)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn login_named(login: &str) -> Result<AgentId, Problem> {
    login.parse().map_err(|error| Problem::new(ErrorCode::NotFound, format!("{error}")))
}

/// Query of the history.
#[derive(Debug, Deserialize)]
pub(crate) struct PastQuery {
    /// One type; all without it.
    r#type: Option<String>,
}

/// `GET /api/sync/history`: the last 100 endings of each type in this agent's scope and the shared one, newest first.
pub(crate) async fn history(
    State(state): State<AppState>,
    Extension(agent): Extension<Arc<Agent>>,
    Asked(asked): Asked<PastQuery>,
) -> Result<Json<Vec<PastSync>>, Problem> {
    let kinds = match &asked.r#type {
        Some(kind) => vec![named(kind)?],
        None => SyncType::ALL.to_vec(),
    };
    let me = agent.me().agent;
    let mut rows = Vec::new();
    for kind in kinds {
        let scope = if kind.is_shared() { Scope::Shared } else { Scope::Agent(me.clone()) };
        rows.extend(state.store.control().history(&scope, kind, HISTORY_ROWS).await.map_err(from_store)?);
    }
    rows.sort_by_key(|row| std::cmp::Reverse(row.ended_at));
    Ok(Json(rows.into_iter().map(past).collect()))
}

fn past(row: HistoryRow) -> PastSync {
    let mut past = PastSync {
        ticket: row.task.0,
        work: row.work.name(),
        class: row.work.class(),
        scope: row.scope,
        asked_at: row.asked_at,
        started_at: row.started_at,
        ended_at: row.ended_at,
        outcome: PastOutcome::Cancelled,
        rows: None,
        new: None,
        updated: None,
        error: None,
        message: None,
    };
    match row.ending {
        Ending::Done { rows, new, updated } => {
            past.outcome = PastOutcome::Done;
            (past.rows, past.new, past.updated) = (Some(rows), Some(new), Some(updated));
        }
        Ending::Unchanged => past.outcome = PastOutcome::Unchanged,
        Ending::Failed { kind, message } => {
            past.outcome = PastOutcome::Failed;
            (past.error, past.message) = (Some(kind), Some(message));
        }
        Ending::Cancelled => {}
        Ending::ServedBy(_) => past.outcome = PastOutcome::Served,
    }
    past
}

/// `GET /api/metrics/smart-sync`: how the order forms were served, today and in the last 30 days; an administrator sees
/// everybody's.
pub(crate) async fn smart_sync_metrics(
    State(state): State<AppState>,
    Extension(agent): Extension<Arc<Agent>>,
) -> Result<Json<SmartSyncMetrics>, Problem> {
    let me = agent.me();
    let whose = (!me.admin).then_some(&me.agent);
    let today: Timestamp = LocalDay::of(now()).at_minute(0);
    let since = today.minus(DurationMs::minutes((METRICS_DAYS - 1) * 24 * 60));
    let runs = state.store.control().smart_syncs(whose, since, METRICS_ROWS_MAX).await.map_err(from_store)?;
    Ok(Json(SmartSyncMetrics {
        today: SmartSyncFigures::of(runs.iter().filter(|run| run.time >= today)),
        last30_days: SmartSyncFigures::of(&runs),
        triggers: runs.into_iter().take(METRICS_TRIGGERS).collect(),
        readings: state.store.control().readings(whose, METRICS_READINGS).await.map_err(from_store)?,
    }))
}

fn named(kind: &str) -> Result<SyncType, Problem> {
    kind.parse().map_err(|error| Problem::new(ErrorCode::NotFound, format!("{error}")))
}

/// Query of the stream.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Streaming {
    /// The order form that lives as long as this connection.
    session_id: Option<FormSessionId>,
    /// Where to go on, for a client that cannot send `Last-Event-ID`.
    after: Option<u64>,
}

/// `GET /api/sync/events`: the events after `Last-Event-ID`, or from now on, for this agent's eyes.
pub(crate) async fn events(
    State(state): State<AppState>,
    Extension(agent): Extension<Arc<Agent>>,
    Asked(asked): Asked<Streaming>,
    headers: HeaderMap,
) -> Response {
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok()?.trim().parse().ok());
    let after = last.or(asked.after);
    let form = match asked.session_id {
        Some(session) => Some(agent.bind_stream(session).await),
        None => None,
    };
    let events = agent.events(after);
    agent.reconnected().await;
    let texts = events.map(move |told| {
        let _bound_until_the_stream_ends = &form;
        text(&told)
    });
    let texts = texts.take_until(state.stopping.clone().cancelled_owned()).take_until(session_ends(agent));
    answer(texts, Duration::from_secs(state.config.events_keep_alive_seconds))
}

async fn session_ends(agent: Arc<Agent>) {
    let mut ticks = tokio::time::interval(SESSION_CHECK);
    ticks.tick().await;
    loop {
        ticks.tick().await;
        if !agent.session_is_live().await {
            return;
        }
    }
}

/// Sends what is told: what comes close together in one piece, because each piece is a write for the server and a wake-up
/// for the phone; and a comment after a while of silence, so that nobody on the way takes the connection for dead.
fn answer(texts: impl Stream<Item = Bytes> + Send + 'static, keep_alive: Duration) -> Response {
    let begin = (Box::pin(texts.ready_chunks(TEXTS_TOGETHER_MAX)), Instant::now());
    let pieces = stream::unfold(begin, move |(mut texts, not_before)| async move {
        tokio::time::sleep_until(not_before).await;
        let piece = match tokio::time::timeout(keep_alive, texts.next()).await {
            Ok(Some(together)) => Bytes::from(together.concat()),
            Ok(None) => return None,
            Err(_) => Bytes::from_static(b":\n\n"),
        };
        Some((Ok::<_, Infallible>(piece), (texts, Instant::now() + PIECES_APART)))
    });
    let headers = [
        (header::CONTENT_TYPE, "text/event-stream"),
        (header::CACHE_CONTROL, "no-cache"),
        // Proxies that buffer answers would hold events back.
        (HeaderName::from_static("x-accel-buffering"), "no"),
    ];
    (headers, body::Body::from_stream(pieces)).into_response()
}

fn text(told: &Told) -> Bytes {
    match told {
        Told::Event(event) => event.text(|event| {
            let name =
                serde_json::to_value(event.what).ok().and_then(|name| name.as_str().map(str::to_owned));
            message(event.number, &name.unwrap_or_default(), event)
        }),
        Told::Snapshot(status) => message(status.as_of_event, "snapshot", status),
    }
}

/// One message of the event stream format; JSON has no line breaks of its own.
fn message(number: u64, name: &str, data: &impl Serialize) -> Bytes {
    let data = serde_json::to_string(data).expect("numbers and texts can always be written");
    format!("id: {number}\nevent: {name}\ndata: {data}\n\n").into()
}
