//! Lets tests change the world, break it, and look at what the ERP holds; all in JSON, below `/_sim`.
//!
//! A field that is not known is refused with status 400 and the known ones, so that a misspelt fault cannot make a test
//! pass by doing nothing.

use std::sync::Arc;

use axum::{
    Json, Router,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, patch},
};
use serde_json::{Map, Value, json};

use crate::state::Shared;

mod catalogue;
mod customers;
mod drift;
mod faults;
mod log;
mod orders;
mod truth;

/// The routes below `/_sim`.
pub(crate) fn routes(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/health", get(|| async { "ok" }))
        .route("/customers", get(customers::list).post(customers::create))
        .route("/customers/{id}", get(customers::show).patch(customers::change).delete(customers::delete))
        .route("/products", axum::routing::post(catalogue::create))
        .route("/products/{id}", patch(catalogue::change).delete(catalogue::delete).get(catalogue::show))
        .route("/prices/{id}", patch(catalogue::change_price))
        .route("/orders", get(orders::list))
        .route("/orders/{id}", get(orders::show).patch(orders::change).delete(orders::delete))
        .route("/orders/{id}/again", axum::routing::post(orders::type_again))
        .route("/faults", get(faults::list).put(faults::replace).post(faults::add).delete(faults::clear))
        .route("/sessions/{account}", axum::routing::delete(faults::log_out))
        .route("/log", get(log::list).delete(log::clear))
        .route("/drift", axum::routing::post(drift::drift))
        .route("/truth/{entity}", get(truth::show))
        .with_state(shared)
}

/// Why a control request was refused.
#[derive(Debug)]
struct Refusal(StatusCode, String);

impl Refusal {
    fn bad(text: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, text.into())
    }

    fn missing(what: &str, id: impl std::fmt::Display) -> Self {
        Self(StatusCode::NOT_FOUND, format!("there is no {what} {id}"))
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        (self.0, Json(json!({ "error": self.1 }))).into_response()
    }
}

/// The body as a JSON object.
fn object(body: &[u8]) -> Result<Map<String, Value>, Refusal> {
    let value: Value =
        serde_json::from_slice(body).map_err(|error| Refusal::bad(format!("not JSON: {error}")))?;
    match value {
        Value::Object(fields) => Ok(fields),
        _ => Err(Refusal::bad("expected a JSON object")),
    }
}

/// Puts the fields of `changes` over those of `base`; all must be known there, and `id` stays.
fn merge(base: &mut Map<String, Value>, changes: Map<String, Value>) -> Result<(), Refusal> {
    for (field, value) in changes {
        if field == "id" || !base.contains_key(&field) {
            let known: Vec<&str> = base.keys().map(String::as_str).filter(|known| *known != "id").collect();
            return Err(Refusal::bad(format!("unknown field {field:?}; known are {}", known.join(", "))));
        }
        base.insert(field, value);
    }
    Ok(())
}

/// A value as a JSON object.
fn fields_of(value: &impl serde::Serialize) -> Map<String, Value> {
    match serde_json::to_value(value) {
        Ok(Value::Object(fields)) => fields,
        _ => Map::new(),
    }
}

/// A typed value from merged fields.
fn typed<T: serde::de::DeserializeOwned>(fields: Map<String, Value>) -> Result<T, Refusal> {
    serde_json::from_value(Value::Object(fields)).map_err(|error| Refusal::bad(error.to_string()))
}
