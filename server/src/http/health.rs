//! Tells a supervisor whether the process lives and whether it can serve.

use axum::extract::State;
use http::StatusCode;

use super::AppState;

/// The process answers.
pub(crate) async fn livez() -> &'static str {
    "ok\n"
}

/// The databases answer and the server is not stopping. Whether the ERP can be reached does not matter: agents work on
/// cached data without it.
pub(crate) async fn readyz(State(state): State<AppState>) -> (StatusCode, &'static str) {
    if state.stopping.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "stopping\n");
    }
    match state.store.accounts().agents().await {
        Ok(_) => (StatusCode::OK, "ok\n"),
        Err(error) => {
            tracing::error!(%error, "the database does not answer");
            (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n")
        }
    }
}
