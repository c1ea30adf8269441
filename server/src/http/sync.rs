//! Answers requests for single syncs, and the stream of events.

use std::{convert::Infallible, sync::Arc, time::Duration};

use app::{error::ErrorCode, service::AgentService};
use axum::{
    Extension, Json,
    extract::State,
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use domain::{FormSessionId, SyncEvent, SyncType};
use futures::{Stream, StreamExt};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Deserialize;

use super::{
    AppState,
    problem::{Asked, Body, Params, Problem},
};
use crate::services::Agent;

/// How often an open stream looks whether its session was revoked. A minute is soon enough for what it shows.
const SESSION_CHECK: Duration = Duration::from_mins(1);

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
    let stream = events.map(move |event| {
        let _bound_until_the_stream_ends = &form;
        Ok::<_, Infallible>(as_sse(&event))
    });
    let stream = stream.take_until(state.stopping.clone().cancelled_owned()).take_until(session_ends(agent));
    answer(stream, Duration::from_secs(state.config.events_keep_alive_seconds))
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

fn answer(
    stream: impl Stream<Item = Result<Event, Infallible>> + Send + 'static,
    keep_alive: Duration,
) -> Response {
    let mut response = Sse::new(stream).keep_alive(KeepAlive::new().interval(keep_alive)).into_response();
    // Proxies that buffer answers would hold events back.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}

fn as_sse(event: &SyncEvent) -> Event {
    let name = serde_json::to_value(event.what).ok().and_then(|name| name.as_str().map(str::to_owned));
    Event::default()
        .id(event.number.to_string())
        .event(name.unwrap_or_default())
        .json_data(event)
        .expect("an event of numbers and texts can always be written")
}
