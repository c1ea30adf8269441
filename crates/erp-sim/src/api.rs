//! Offers the REST API that some installations have: customers changed since a moment.

use std::sync::Arc;

use axum::{
    Json, Router,
    extract::{Query, State},
    http::{StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use serde::Deserialize;
use time::{OffsetDateTime, PrimitiveDateTime, format_description::well_known::Rfc3339};

use crate::{
    faults::Trouble,
    journal::{Deed, Entry, now},
    session::lock,
    state::Shared,
    trouble,
    visit::Kind,
};

/// The most customers in one answer.
const LIMIT_MAX: usize = 5_000;

/// The routes; without the option there are none.
pub(crate) fn routes(shared: Arc<Shared>) -> Router {
    if shared.options.rest_api {
        Router::new().route("/api/customers", get(customers)).with_state(shared)
    } else {
        Router::new()
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    /// RFC 3339; only customers changed at or after it.
    modified_since: Option<String>,
    limit: Option<usize>,
}

/// `GET /api/customers`, with HTTP Basic credentials of an ERP account, oldest change first.
async fn customers(
    State(shared): State<Arc<Shared>>,
    headers: axum::http::HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Response {
    let received_at = now();
    let Some(account) = basic_account(&shared, &headers) else {
        let ask = [(header::WWW_AUTHENTICATE, "Basic realm=\"Archibald\"")];
        return (StatusCode::UNAUTHORIZED, ask).into_response();
    };
    let troubles = shared.faults.strike(Kind::Api, Some(&account));
    tokio::time::sleep(trouble::stall(&troubles).max(shared.options.pace.minimum(Kind::Api, 0))).await;
    if let Some(reply) = trouble::instead(&troubles) {
        return reply.into_response(&[]);
    }
    let response = match since(wanted.modified_since.as_deref()) {
        Ok(since) => changed(&shared, since, wanted.limit.unwrap_or(LIMIT_MAX).min(LIMIT_MAX)),
        Err(error) => (StatusCode::BAD_REQUEST, error).into_response(),
    };
    shared.journal.write(Entry {
        number: 0,
        what: Deed::Api,
        account: Some(account),
        subject: "customers".to_owned(),
        outcome: response.status().as_u16().to_string(),
        received_at,
        started_at: received_at,
        ended_at: now(),
    });
    if troubles.contains(&Trouble::AnswerLost) {
        return crate::reply::Reply::Nothing.into_response(&[]);
    }
    response
}

fn since(text: Option<&str>) -> Result<Option<PrimitiveDateTime>, String> {
    let Some(text) = text else { return Ok(None) };
    let moment = OffsetDateTime::parse(text, &Rfc3339).map_err(|error| format!("modified_since: {error}"))?;
    Ok(Some(PrimitiveDateTime::new(moment.date(), moment.time())))
}

fn changed(shared: &Shared, since: Option<PrimitiveDateTime>, limit: usize) -> Response {
    let records = lock(&shared.records);
    let mut found: Vec<_> = records
        .customers
        .values()
        .filter(|record| since.is_none_or(|since| record.modified_at >= since))
        .collect();
    found.sort_by_key(|record| record.modified_at);
    let total = found.len();
    let items: Vec<serde_json::Value> = found
        .into_iter()
        .take(limit)
        .map(|record| {
            let mut item = serde_json::to_value(&record.customer).expect("customers serialise");
            let modified = record.modified_at.assume_utc().format(&Rfc3339).expect("years have four digits");
            item["modifiedAt"] = serde_json::Value::String(modified);
            item
        })
        .collect();
    Json(serde_json::json!({ "total": total, "customers": items })).into_response()
}

/// The account of valid Basic credentials.
fn basic_account(shared: &Shared, headers: &axum::http::HeaderMap) -> Option<String> {
    let encoded = headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Basic ")?;
    let decoded = decode_base64(encoded.trim())?;
    let (account, password) = decoded.split_once(':')?;
    let known = shared.options.agents.iter().any(|agent| agent.eq_ignore_ascii_case(account));
    (known && password == shared.options.password).then(|| account.to_ascii_lowercase())
}

fn decode_base64(text: &str) -> Option<String> {
    let (mut bits, mut held, mut bytes) = (0_u32, 0_u32, Vec::new());
    for letter in text.trim_end_matches('=').bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    #[test]
    fn basic_credentials_are_decoded() {
        assert_eq!(super::decode_base64("YWdlbnRlMTpkZW1v").as_deref(), Some("agente1:demo"));
    }
}
