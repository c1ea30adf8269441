//! Shows how drafts are kept, merged, deleted and sent.

use domain::{Draft, Placement};
use http::{Method, StatusCode};
use serde_json::json;

use super::support::{Answer, Product, draft, unknown_draft};

async fn put(product: &Product, token: &str, draft: &Draft) -> Answer {
    let body = Some(serde_json::to_value(draft).unwrap());
    product.ask(Method::PUT, &format!("/api/drafts/{}", draft.id), Some(token), body).await
}

async fn place(product: &Product, token: &str, draft: &Draft, version: u32) -> Answer {
    let path = format!("/api/drafts/{}/place", draft.id);
    product.ask(Method::POST, &path, Some(token), Some(json!({ "version": version }))).await
}

#[tokio::test]
async fn a_save_names_the_version_it_is_based_on() {
    let product = Product::start().await;
    let anna = product.token("anna").await;
    let first = draft();
    assert_eq!(put(&product, &anna, &first).await.json(), json!({ "version": 1 }));
    let other_device = Draft { notes: Some("con urgenza".into()), ..first.clone() };
    let stale = put(&product, &anna, &other_device).await;
    assert_eq!((stale.status, stale.code().as_str()), (StatusCode::CONFLICT, "conflict"));
    assert_eq!(stale.json()["current"]["version"], 1);
    let based = Draft { version: domain::DraftVersion(1), ..other_device };
    assert_eq!(put(&product, &anna, &based).await.json(), json!({ "version": 2 }));
    let listed = product.get("/api/drafts", &anna).await.json();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    assert_eq!(listed[0]["notes"], "con urgenza");
}

#[tokio::test]
async fn a_deleted_draft_never_comes_back() {
    let product = Product::start().await;
    let anna = product.token("anna").await;
    let kept = draft();
    put(&product, &anna, &kept).await;
    let path = format!("/api/drafts/{}", kept.id);
    let early = product.ask(Method::DELETE, &format!("{path}?version=0"), Some(&anna), None).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    let gone = product.ask(Method::DELETE, &format!("{path}?version=1"), Some(&anna), None).await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(put(&product, &anna, &kept).await.status, StatusCode::GONE);
    assert_eq!(product.get(&path, &anna).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn sending_twice_is_sending_once() {
    let product = Product::start().await;
    let anna = product.token("anna").await;
    let sent = draft();
    put(&product, &anna, &sent).await;
    assert_eq!(place(&product, &anna, &sent, 0).await.status, StatusCode::CONFLICT);
    let (first, second) = tokio::join!(place(&product, &anna, &sent, 1), place(&product, &anna, &sent, 1));
    assert_eq!((first.status, second.status), (StatusCode::ACCEPTED, StatusCode::ACCEPTED), "{}", first.text);
    let [first, second] =
        [first, second].map(|answer| serde_json::from_str::<Placement>(&answer.text).unwrap());
    assert_eq!((first.draft_id, &first.marker), (second.draft_id, &second.marker));
    assert_eq!(product.get("/api/placements", &anna).await.json().as_array().unwrap().len(), 1);
    let one = product.get(&format!("/api/placements/{}", sent.id), &anna).await.json();
    assert_eq!(one["marker"], first.marker.as_str());
    assert_eq!(
        put(&product, &anna, &sent).await.status,
        StatusCode::CONFLICT,
        "what was sent can no longer be changed"
    );
    assert_eq!(product.get("/api/drafts", &anna).await.json(), json!([]));
}

#[tokio::test]
async fn an_order_without_customer_is_not_sent() {
    let product = Product::start().await;
    let anna = product.token("anna").await;
    let empty = unknown_draft();
    assert_eq!(place(&product, &anna, &empty, 0).await.status, StatusCode::NOT_FOUND);
    put(&product, &anna, &empty).await;
    let refused = place(&product, &anna, &empty, 1).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::BAD_REQUEST, "bad-request"));
}
