//! Shows the journal.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Query, State},
    http::StatusCode,
};
use serde::Deserialize;

use crate::{journal::Entry, state::Shared};

/// Which entries.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// Only entries with a higher number.
    #[serde(default)]
    after: u64,
    /// Only this account's.
    account: Option<String>,
    /// Only these deeds, e.g. `login`, `export`, `save`.
    what: Option<String>,
}

/// `GET /_sim/log`: what was asked, oldest first, with times in milliseconds since 1970.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    Query(wanted): Query<Wanted>,
) -> Json<Vec<Entry>> {
    let mut entries = shared.journal.after(wanted.after);
    if let Some(account) = &wanted.account {
        entries.retain(|entry| entry.account.as_ref() == Some(account));
    }
    if let Some(what) = &wanted.what {
        entries.retain(|entry| serde_json::to_value(entry.what).is_ok_and(|name| name == what.as_str()));
    }
    Json(entries)
}

/// `DELETE /_sim/log`: forgets the entries; numbers go on.
pub(super) async fn clear(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.journal.clear();
    StatusCode::NO_CONTENT
}
