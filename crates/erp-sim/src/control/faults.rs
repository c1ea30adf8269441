//! Sets and clears faults, and ends logins.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};
use serde_json::{Value, json};

use super::{Refusal, fields_of, typed};
use crate::{faults::Fault, state::Shared};

/// The fields every fault may have.
const COMMON: [&str; 6] = ["kind", "on", "account", "entity", "after", "count"];

/// `PUT /_sim/faults`: replaces all faults by one fault, a list, or `{"faults": […]}`.
pub(super) async fn replace(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<Json<Value>, Refusal> {
    shared.faults.replace(read(&body)?);
    Ok(waiting(&shared))
}

/// `POST /_sim/faults`: the same, added to those in force.
pub(super) async fn add(State(shared): State<Arc<Shared>>, body: Bytes) -> Result<Json<Value>, Refusal> {
    for fault in read(&body)? {
        shared.faults.add(fault);
    }
    Ok(waiting(&shared))
}

/// `GET /_sim/faults`: those still waiting, with what is left of their counts.
pub(super) async fn list(State(shared): State<Arc<Shared>>) -> Json<Value> {
    waiting(&shared)
}

/// `DELETE /_sim/faults`
pub(super) async fn clear(State(shared): State<Arc<Shared>>) -> StatusCode {
    shared.faults.replace(Vec::new());
    StatusCode::NO_CONTENT
}

/// `DELETE /_sim/sessions/{account}`: all logins of the account end now.
pub(super) async fn log_out(State(shared): State<Arc<Shared>>, Path(account): Path<String>) -> StatusCode {
    shared.sessions.log_out(&account.to_ascii_lowercase());
    StatusCode::NO_CONTENT
}

fn waiting(shared: &Shared) -> Json<Value> {
    Json(json!({ "faults": shared.faults.waiting() }))
}

fn read(body: &[u8]) -> Result<Vec<Fault>, Refusal> {
    let value: Value =
        serde_json::from_slice(body).map_err(|error| Refusal::bad(format!("not JSON: {error}")))?;
    let list = match value {
        Value::Array(list) => list,
        Value::Object(mut fields) => match (fields.remove("faults"), fields.len()) {
            (Some(Value::Array(list)), 0) => list,
            (Some(_), _) => return Err(Refusal::bad("\"faults\" must be a list and stand alone")),
            (None, _) => vec![Value::Object(fields)],
        },
        _ => return Err(Refusal::bad("expected a fault, a list of faults, or {\"faults\": […]}")),
    };
    list.into_iter().map(fault).collect()
}

fn fault(value: Value) -> Result<Fault, Refusal> {
    let Value::Object(fields) = value else { return Err(Refusal::bad("a fault is a JSON object")) };
    let named: Vec<String> = fields.keys().cloned().collect();
    let fault: Fault = typed(fields)?;
    let own = fields_of(&fault);
    match named.iter().find(|field| !COMMON.contains(&field.as_str()) && !own.contains_key(*field)) {
        Some(field) => {
            let mut known: Vec<&str> = COMMON.to_vec();
            known.extend(own.keys().map(String::as_str).filter(|field| !COMMON.contains(field)));
            Err(Refusal::bad(format!("unknown field {field:?}; known are {}", known.join(", "))))
        }
        None => Ok(fault),
    }
}
