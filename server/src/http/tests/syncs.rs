//! Shows the order form's requests, questions for syncs, and the stream of events.

use std::{fmt::Write, time::Duration};

use axum::body::Body;
use domain::FormSessionId;
use futures::StreamExt;
use hmac::{Hmac, KeyInit, Mac};
use http::{Method, Request, StatusCode, header};
use serde_json::json;
use sha2::Sha256;
use tower::ServiceExt;

use super::support::{Product, draft};

const PATIENCE: Duration = Duration::from_secs(10);

fn form() -> FormSessionId {
    FormSessionId(uuid::Uuid::from_bytes(rand::random()))
}

/// Reads a stream of events until it holds `wanted`.
async fn read_until(product: &Product, path: &str, token: &str, last: Option<u64>, wanted: &str) -> String {
    let mut request = Request::get(path).header(header::AUTHORIZATION, format!("Bearer {token}"));
    if let Some(last) = last {
        request = request.header("last-event-id", last);
    }
    let response = product.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
    let mut stream = response.into_body().into_data_stream();
    let mut text = String::new();
    let reading = async {
        while !text.contains(wanted) {
            let bytes = stream.next().await.expect("the stream goes on").unwrap();
            text.push_str(std::str::from_utf8(&bytes).unwrap());
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.unwrap_or_else(|_| panic!("no {wanted} in {text}"));
    text
}

#[tokio::test]
async fn a_form_is_entered_lives_and_is_left() {
    let product = Product::start().await;
    let anna = product.token("anna").await;
    let id = form();
    let session = json!({ "sessionId": id });
    let entered =
        product.ask(Method::POST, "/api/customers/smart-sync", Some(&anna), Some(session.clone())).await;
    assert_eq!(entered.status, StatusCode::OK, "{}", entered.text);
    assert_eq!((&entered.json()["success"], &entered.json()["activeSessions"]), (&json!(true), &json!(1)));
    let beat = json!({ "sessionId": id, "active": true });
    let alive =
        product.ask(Method::POST, "/api/customers/session-beat", Some(&anna), Some(beat.clone())).await;
    assert_eq!(alive.status, StatusCode::OK, "{}", alive.text);
    for _ in 0..2 {
        let left = product
            .ask(Method::POST, "/api/customers/resume-syncs", Some(&anna), Some(session.clone()))
            .await;
        assert_eq!(left.status, StatusCode::OK);
    }
    let dead = product.ask(Method::POST, "/api/customers/session-beat", Some(&anna), Some(beat)).await;
    assert_eq!((dead.status, dead.code().as_str()), (StatusCode::GONE, "lease-ended"));
}

#[tokio::test]
async fn an_expected_form_does_not_read_again_what_the_sign_in_has_just_read() {
    let product = Product::start().await;
    let (anna, nothing) = (product.token("anna").await, json!({}));
    let path = "/api/customers/expect-form";
    let stranger = product.ask(Method::POST, path, None, Some(nothing.clone())).await;
    assert_eq!(stranger.status, StatusCode::UNAUTHORIZED);
    for _ in 0..3 {
        let heard = product.ask(Method::POST, path, Some(&anna), Some(nothing.clone())).await;
        assert_eq!(heard.status, StatusCode::OK, "{}", heard.text);
    }
    let history = product.get("/api/sync/history?type=customers", &anna).await.json();
    assert!(history.as_array().unwrap().len() <= 1, "{history}");
}

#[tokio::test]
async fn a_sync_is_asked_for_and_answered_at_once() {
    let product = Product::start().await;
    let anna = product.token("anna").await;
    let asked = product.ask(Method::POST, "/api/sync/customers", Some(&anna), None).await;
    assert_eq!(asked.status, StatusCode::ACCEPTED, "{}", asked.text);
    assert!(asked.json()["ticket"].is_number());
    let no_type = product.ask(Method::POST, "/api/sync/weather", Some(&anna), None).await;
    assert_eq!(no_type.status, StatusCode::NOT_FOUND);
    let all = product.ask(Method::POST, "/api/sync/full", Some(&anna), None).await;
    assert_eq!((all.status, all.json().as_array().unwrap().len()), (StatusCode::ACCEPTED, 6), "{}", all.text);
    let status = product.get("/api/sync/status", &anna).await.json();
    assert_eq!(status["statuses"].as_array().unwrap().len(), 6);
    assert_eq!(product.get("/api/sync/schedule", &anna).await.json().as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn only_an_administrator_changes_the_schedule_and_only_within_bounds() {
    let product = Product::start().await;
    let (anna, carla) = (product.token("anna").await, product.token("carla").await);
    let set = async |token: &str, minutes: u32| {
        let body = Some(json!({ "intervalMinutes": minutes }));
        product.ask(Method::PUT, "/api/sync/schedule/customers", Some(token), body).await
    };
    assert_eq!(set(&anna, 60).await.code(), "not-allowed");
    assert_eq!(set(&carla, 4).await.code(), "bad-request");
    assert_eq!(set(&carla, 60).await.status, StatusCode::NO_CONTENT);
    let rows = product.get("/api/sync/schedule", &anna).await.json();
    let row = rows.as_array().unwrap().iter().find(|row| row["type"] == "customers").unwrap();
    assert_eq!(row["intervalMinutes"], 60);
}

#[tokio::test]
async fn pages_hear_what_happens_and_miss_nothing_while_they_were_away() {
    let product = Product::start().await;
    let anna = product.token("anna").await;
    let save = async || {
        let kept = draft();
        let body = Some(serde_json::to_value(&kept).unwrap());
        product.ask(Method::PUT, &format!("/api/drafts/{}", kept.id), Some(&anna), body).await;
        kept.id.to_string()
    };
    let (first, second) = (save().await, save().await);
    let text = read_until(&product, "/api/sync/events?after=0", &anna, None, &second).await;
    assert!(text.contains("event: draft-changed"), "{text}");
    let seen = text
        .split("id: ")
        .filter(|event| event.contains(&first))
        .find_map(|event| event.lines().next()?.parse().ok());
    let resumed = read_until(&product, "/api/sync/events?after=0", &anna, seen, &second).await;
    assert!(!resumed.contains(&first), "the header counts, and what was seen is not told again: {resumed}");
}

#[tokio::test]
async fn another_agent_hears_nothing_of_ours() {
    let product = Product::start().await;
    let (anna, bruno) = (product.token("anna").await, product.token("bruno").await);
    for token in [&anna, &bruno] {
        let kept = draft();
        let body = Some(serde_json::to_value(&kept).unwrap());
        product.ask(Method::PUT, &format!("/api/drafts/{}", kept.id), Some(token), body).await;
    }
    let mine = product.get("/api/drafts", &anna).await.json()[0]["id"].as_str().unwrap().to_owned();
    let theirs = product.get("/api/drafts", &bruno).await.json()[0]["id"].as_str().unwrap().to_owned();
    let text = read_until(&product, "/api/sync/events?after=0", &bruno, None, &theirs).await;
    assert!(!text.contains(&mine), "{text}");
}

#[tokio::test]
async fn streams_end_when_the_server_stops() {
    let product = Product::start().await;
    let anna = product.token("anna").await;
    let path = format!("/api/sync/events?sessionId={}", form());
    let request =
        Request::get(path).header(header::AUTHORIZATION, format!("Bearer {anna}")).body(Body::empty());
    let response = product.router.clone().oneshot(request.unwrap()).await.unwrap();
    let mut stream = response.into_body().into_data_stream();
    product.server.stop().await;
    let end = async { while stream.next().await.is_some() {} };
    tokio::time::timeout(PATIENCE, end).await.expect("the stream ends");
}

#[tokio::test]
async fn smart_syncs_and_endings_are_on_record() {
    let product = Product::start().await;
    let (anna, bruno) = (product.token("anna").await, product.token("bruno").await);
    let before = product.get("/api/metrics/smart-sync", &anna).await.json();
    assert_eq!(before["today"]["total"], 0, "{before}");
    let session = json!({ "sessionId": form() });
    let entered = product.ask(Method::POST, "/api/customers/smart-sync", Some(&anna), Some(session)).await;
    let after = product.get("/api/metrics/smart-sync", &anna).await.json();
    let figures =
        ["total", "average", "median", "p95", "fastest", "slowest", "successRate", "averageCustomers"];
    for period in ["today", "last30Days"] {
        let fields = after[period].as_object().unwrap();
        assert!(figures.iter().all(|name| fields.contains_key(*name)) && fields.len() == 8, "{after}");
        assert_eq!((&fields["total"], &fields["successRate"]), (&json!(1), &json!(1.0)));
    }
    let trigger = after["triggers"][0].as_object().unwrap();
    let named = ["time", "agent", "duration", "processed", "new", "updated", "outcome", "error"];
    assert!(named.iter().all(|name| trigger.contains_key(*name)) && trigger.len() == 8, "{after}");
    assert_eq!((&trigger["agent"], &trigger["outcome"]), (&json!("anna"), &entered.json()["outcome"]));
    let theirs = product.get("/api/metrics/smart-sync", &bruno).await.json();
    assert_eq!(theirs["triggers"], json!([]), "another agent's forms are none of theirs");
    let past = product.get("/api/sync/history?type=customers", &anna).await.json();
    assert_eq!(past[0]["work"], "customers", "{past}");
    assert_eq!(product.get("/api/sync/history?type=weather", &anna).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_administrator_holds_a_login_with_a_reason_and_an_end() {
    let product = Product::start().await;
    let (anna, carla) = (product.token("anna").await, product.token("carla").await);
    let path = "/api/sync/logins/anna/hold";
    let hold = async |token: &str, reason: &str, minutes: u32| {
        let body = Some(json!({ "reason": reason, "minutes": minutes }));
        product.ask(Method::PUT, path, Some(token), body).await.status
    };
    assert_eq!(hold(&anna, "I want to", 5).await, StatusCode::FORBIDDEN);
    assert_eq!(hold(&carla, "  ", 5).await, StatusCode::BAD_REQUEST);
    assert_eq!(hold(&carla, "for ever", 1_000_000).await, StatusCode::BAD_REQUEST);
    assert_eq!(hold(&carla, "the ERP is being updated", 5).await, StatusCode::NO_CONTENT);
    let login = product.get("/api/sync/status", &anna).await.json()["logins"][0].clone();
    assert_eq!(login["held"]["reason"], "the ERP is being updated", "{login}");
    assert_eq!(login["budget"]["loginsPerDayMax"], 20);
    let ended = product.ask(Method::DELETE, path, Some(&carla), None).await;
    assert_eq!(ended.status, StatusCode::NO_CONTENT);
    let login = product.get("/api/sync/status", &anna).await.json()["logins"][0].clone();
    assert_eq!(login["held"], json!(null));
    let nobody = product.ask(Method::DELETE, "/api/sync/logins/nobody/hold", Some(&carla), None).await;
    assert_eq!(nobody.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_signed_webhook_has_customers_read_and_an_unsigned_one_nothing() {
    let secret = |config: &mut crate::config::Config| config.set("webhook_secret", "Jefe").unwrap();
    let product = Product::start_with(secret).await;
    product.token("anna").await;
    let now = crate::clock::now().0 / 1_000;
    let call = async |agent: &str, event: &str, time: i64, secret: &str| {
        let body = json!({ "agent": agent, "event": event }).to_string();
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(format!("{time}.{body}").as_bytes());
        let digits = mac.finalize().into_bytes().iter().fold(String::new(), |mut digits, byte| {
            write!(digits, "{byte:02x}").unwrap();
            digits
        });
        let request = Request::post("/api/webhooks/archibald/customer-modified")
            .header(header::CONTENT_TYPE, "application/json")
            .header("x-archibald-time", time.to_string())
            .header("x-archibald-signature", format!("sha256={digits}"));
        product.send(request.body(Body::from(body)).unwrap()).await
    };
    assert_eq!(call("anna", "1", now, "another").await.status, StatusCode::FORBIDDEN);
    assert_eq!(call("anna", "1", now - 400, "Jefe").await.status, StatusCode::FORBIDDEN, "it is too old");
    let first = call("anna", "1", now, "Jefe").await;
    assert_eq!(first.status, StatusCode::ACCEPTED);
    assert!(first.json()["ticket"].is_number());
    let again = call("anna", "1", now + 1, "Jefe").await;
    assert_eq!((again.status, again.json()), (StatusCode::ACCEPTED, json!({ "repeated": true })));
    assert_eq!(call("anna", "", now, "Jefe").await.status, StatusCode::BAD_REQUEST);
    for _ in 0..2 {
        assert_eq!(call("nobody", "2", now, "Jefe").await.status, StatusCode::NOT_FOUND);
    }
}
