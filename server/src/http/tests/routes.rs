//! Walks the whole table of routes: as nobody, as another agent, and beside the published description.

use std::collections::BTreeSet;

use app::App;
use http::{Method, StatusCode, header};
use leptos::server_fn::axum::server_fn_paths;
use leptos_axum::generate_route_list;
use serde_json::Value;

use super::support::{Product, draft};
use crate::http::{OPEN, openapi, table};

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH];

/// Every path with a handler, of ours and of the pages.
fn paths() -> BTreeSet<String> {
    let ours = table().into_iter().map(|(path, _)| path.to_owned());
    let functions = server_fn_paths().map(|(path, _)| path.to_owned());
    let pages = generate_route_list(App).into_iter().map(|page| page.path().to_owned());
    ours.chain(functions).chain(pages).collect()
}

fn with_id(path: &str, id: &str) -> String {
    path.replace("{id}", id).replace("{type}", "customers")
}

#[tokio::test]
async fn nobody_gets_past_the_sign_in() {
    let product = Product::start().await;
    let id = draft().id.to_string();
    let mut refused = 0;
    for path in paths() {
        for method in METHODS {
            if OPEN.contains(&(method.as_str(), path.as_str())) {
                continue;
            }
            let answer = product.ask(method.clone(), &with_id(&path, &id), None, None).await;
            refused += 1;
            if path.starts_with("/api/") || method != Method::GET {
                let said = (answer.status, answer.code());
                assert_eq!(said, (StatusCode::UNAUTHORIZED, "signed-out".to_owned()), "{method} {path}");
            } else {
                assert_eq!(answer.status, StatusCode::SEE_OTHER, "{method} {path}");
                let to = answer.headers[header::LOCATION].to_str().unwrap();
                assert!(to.starts_with("/login?next=/"), "{method} {path} leads to {to}");
            }
        }
    }
    assert!(refused > 30, "the walk has met only {refused} closed doors");
}

#[tokio::test]
async fn what_is_open_is_written_down_and_exists() {
    let product = Product::start().await;
    for (method, path) in OPEN {
        let answer = product.ask(method.parse().unwrap(), path, None, None).await;
        assert!(paths().contains(path), "{path}");
        assert_ne!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        assert_ne!(answer.status, StatusCode::NOT_FOUND, "{method} {path}");
    }
}

#[tokio::test]
async fn another_agent_sees_and_changes_nothing_of_ours() {
    let product = Product::start().await;
    let (anna, bruno) = (product.token("anna").await, product.token("bruno").await);
    let ours = draft();
    let id = ours.id.to_string();
    let body = Some(serde_json::to_value(&ours).unwrap());
    let saved = product.ask(Method::PUT, &format!("/api/drafts/{id}"), Some(&anna), body).await;
    assert_eq!(saved.status, StatusCode::OK, "{}", saved.text);
    for path in paths().iter().filter(|path| path.contains("{id}")) {
        for method in METHODS {
            let version = serde_json::json!({ "version": 1 });
            let path = format!("{}?version=1", with_id(path, &id));
            let answer = product.ask(method.clone(), &path, Some(&bruno), Some(version)).await;
            assert!(!answer.text.contains("Àncora"), "{method} {path}: {}", answer.text);
            assert!(
                !answer.status.is_success() || method == Method::DELETE,
                "{method} {path}: {}",
                answer.text
            );
        }
    }
    for path in ["/api/drafts", "/api/placements"] {
        assert_eq!(product.get(path, &bruno).await.json(), Value::Array(Vec::new()), "{path}");
    }
    let still_there = product.get(&format!("/api/drafts/{id}"), &anna).await;
    assert_eq!(still_there.json()["customer"]["name"], "Òttica «Àncora» S.r.l.");
}

#[tokio::test]
async fn the_published_description_has_every_route_and_no_other() {
    let product = Product::start().await;
    let document: Value = serde_json::from_str(openapi::DOCUMENT).unwrap();
    let pages: BTreeSet<String> =
        generate_route_list(App).into_iter().map(|page| page.path().to_owned()).collect();
    let described: BTreeSet<String> = document["paths"].as_object().unwrap().keys().cloned().collect();
    let served: BTreeSet<String> = paths().difference(&pages).cloned().collect();
    assert_eq!(described, served);
    for (path, operations) in document["paths"].as_object().unwrap() {
        for method in METHODS {
            // Signing out is one of them, so each request has a session of its own.
            let anna = product.token("anna").await;
            let documented = operations.get(method.as_str().to_lowercase()).is_some();
            let status = product.status(method.clone(), &with_id(path, "1"), &anna).await;
            assert_eq!(documented, status != StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn errors_have_one_shape_and_answers_the_headers_that_protect() {
    let product = Product::start().await;
    let anna = product.token("anna").await;
    let unknown = product.get("/api/nothing-like-that", &anna).await;
    assert_eq!((unknown.status, unknown.code().as_str()), (StatusCode::NOT_FOUND, "not-found"));
    let wrong_method = product.ask(Method::PATCH, "/api/drafts", Some(&anna), None).await;
    assert_eq!(
        (wrong_method.status, wrong_method.code().as_str()),
        (StatusCode::METHOD_NOT_ALLOWED, "bad-request")
    );
    let malformed = product.get("/api/drafts/not-an-id", &anna).await;
    assert_eq!((malformed.status, malformed.code().as_str()), (StatusCode::BAD_REQUEST, "bad-request"));
    let large = Some(Value::String("x".repeat(300 * 1024)));
    let large = product.ask(Method::POST, "/api/drafts", Some(&anna), large).await;
    assert_eq!((large.status, large.code().as_str()), (StatusCode::PAYLOAD_TOO_LARGE, "bad-request"));
    assert_eq!(large.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    let page = product.ask(Method::GET, "/login", None, None).await;
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("frame-ancestors 'none'") && policy.contains("'nonce-"), "{policy}");
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    assert_eq!(
        page.text.matches("<script").count(),
        page.text.matches(&format!("nonce=\"{nonce}\"")).count()
    );
}
