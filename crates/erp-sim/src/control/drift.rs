//! Changes rows of every list at once, for measurements.

use std::sync::Arc;

use axum::{Json, extract::State, http::StatusCode};
use serde::Deserialize;

use crate::{session::lock, state::Shared};

/// What changes.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Drift {
    /// Every so manieth row.
    nth: usize,
    /// What it then says.
    word: String,
}

/// `POST /_sim/drift`: some rows of each list change.
pub(super) async fn drift(State(shared): State<Arc<Shared>>, Json(drift): Json<Drift>) -> StatusCode {
    lock(&shared.records).drift(drift.nth, &drift.word);
    StatusCode::NO_CONTENT
}
