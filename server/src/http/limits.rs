//! Ends requests that take too long, and counts and logs them all.

use std::time::{Duration, Instant};

use app::error::ErrorCode;
use axum::{
    extract::{Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};

use super::{AppState, problem::Problem};

/// Requests that answer only when the ERP has.
const WAIT_FOR_THE_ERP: [&str; 3] =
    ["/api/auth/login", "/api/customers/smart-sync", "/api/customers/look-up"];

/// Gives the request its time.
pub(crate) async fn hold(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let waits = WAIT_FOR_THE_ERP.contains(&request.uri().path());
    let limit = if waits { state.config.erp_wait_limit() } else { state.config.request_limit() };
    let line = format!("{} {}", request.method(), request.uri().path());
    let began = Instant::now();
    let response = match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => too_late(&line, limit, waits),
    };
    super::metrics::count(response.status(), began.elapsed());
    tracing::debug!(status = response.status().as_u16(), ms = began.elapsed().as_millis(), "{line}");
    response
}

fn too_late(line: &str, limit: Duration, waits: bool) -> Response {
    tracing::warn!(seconds = limit.as_secs(), "gave up: {line}");
    let code = if waits { ErrorCode::ErpUnreachable } else { ErrorCode::Internal };
    Problem::new(code, format!("no answer within {} s", limit.as_secs())).into_response()
}
