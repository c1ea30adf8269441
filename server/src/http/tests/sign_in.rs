//! Shows how sessions begin, are carried, renewed and ended.

use std::sync::atomic::Ordering;

use axum::body::Body;
use http::{Method, Request, StatusCode, header};

use super::support::{PASSWORD, Product};
use crate::auth::cookies::{ACCESS, REFRESH};

#[tokio::test]
async fn the_erp_decides_whether_a_password_is_right() {
    let product = Product::start().await;
    let wrong = product.sign_in("anna", "sbagliata").await;
    assert_eq!((wrong.status, wrong.code().as_str()), (StatusCode::UNAUTHORIZED, "wrong-credentials"));
    let right = product.sign_in(" Anna ", PASSWORD).await;
    assert_eq!(right.json()["me"], serde_json::json!({ "agent": "anna", "admin": false }));
    let me = product.get("/api/auth/me", right.json()["token"].as_str().unwrap()).await;
    assert_eq!(me.json()["agent"], "anna");
    *product.erp.down.lock().unwrap() = true;
    let down = product.sign_in("anna", PASSWORD).await;
    assert_eq!((down.status, down.code().as_str()), (StatusCode::SERVICE_UNAVAILABLE, "erp-unreachable"));
}

#[tokio::test]
async fn strangers_are_refused_without_asking_the_erp() {
    let product = Product::start().await;
    for stranger in ["dario", "", "../etc/passwd"] {
        let answer = product.sign_in(stranger, PASSWORD).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (StatusCode::FORBIDDEN, "not-allowed"),
            "{stranger}"
        );
        product.server.state.store.accounts().login_succeeded(stranger).await.unwrap();
    }
    assert_eq!(product.erp.asked.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    let product = Product::start().await;
    let mut statuses = Vec::new();
    for _ in 0..5 {
        statuses.push(product.sign_in("anna", "sbagliata").await.status.as_u16());
    }
    assert_eq!(statuses, [401, 401, 401, 429, 429]);
    assert_eq!(product.erp.asked.load(Ordering::Relaxed), 3);
    assert_eq!(product.sign_in("anna", PASSWORD).await.code(), "too-many-attempts");
}

#[tokio::test]
async fn the_password_is_on_disk_only_sealed() {
    let product = Product::start().await;
    product.token("anna").await;
    let data = product.folder.path().join("data");
    assert!(
        product.server.state.store.accounts().credentials(&"anna".parse().unwrap()).await.unwrap().is_some()
    );
    for file in
        std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file())
    {
        let bytes = std::fs::read(&file).unwrap();
        assert!(!bytes.windows(PASSWORD.len()).any(|part| part == PASSWORD.as_bytes()), "{}", file.display());
    }
}

#[tokio::test]
async fn a_browser_carries_the_session_in_cookies_out_of_reach_of_scripts() {
    let product = Product::start().await;
    let answer = product.sign_in("anna", PASSWORD).await;
    for line in answer.headers.get_all(header::SET_COOKIE) {
        let line = line.to_str().unwrap();
        assert!(line.starts_with("__Host-") && line.contains("HttpOnly; Secure; SameSite=Lax"), "{line}");
    }
    let cookies = answer.cookies();
    let me = product.page_asks(Method::GET, "/api/auth/me", &cookies).await;
    assert_eq!(me.json()["agent"], "anna");
    assert!(me.cookies().is_empty(), "a session that is good is not renewed");
}

#[tokio::test]
async fn a_session_whose_token_is_over_is_renewed_on_the_way() {
    let product = Product::start().await;
    let mut cookies = product.sign_in("anna", PASSWORD).await.cookies();
    cookies.remove(ACCESS);
    let page = product.page_asks(Method::GET, "/drafts", &cookies).await;
    assert_eq!(page.status, StatusCode::OK);
    let renewed = page.cookies();
    assert_ne!(renewed[REFRESH], cookies[REFRESH]);
    assert_eq!(product.page_asks(Method::GET, "/api/auth/me", &renewed).await.json()["agent"], "anna");
    // The other tab woke up at the same moment, with the same cookies.
    assert_eq!(product.page_asks(Method::GET, "/api/drafts", &cookies).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_refresh_token_that_comes_back_ends_the_session() {
    let product = Product::start_with(|config| config.refresh_grace_seconds = 0).await;
    let stolen = product.sign_in("anna", PASSWORD).await.cookies();
    let only_refresh = |cookies: &std::collections::HashMap<String, String>| {
        [(REFRESH.to_owned(), cookies[REFRESH].clone())].into_iter().collect()
    };
    let renewed = product.page_asks(Method::POST, "/api/auth/refresh", &stolen).await;
    assert_eq!(renewed.status, StatusCode::OK, "{}", renewed.text);
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(5);
    // The grace is zero milliseconds, and the clock counts whole ones.
    let reused = loop {
        let answer = product.page_asks(Method::GET, "/api/auth/me", &only_refresh(&stolen)).await;
        if answer.status == StatusCode::UNAUTHORIZED || std::time::Instant::now() > deadline {
            break answer;
        }
    };
    assert_eq!(reused.code(), "signed-out");
    let honest = product.page_asks(Method::GET, "/api/auth/me", &renewed.cookies()).await;
    assert_eq!(honest.code(), "signed-out", "nobody can tell which of the two is the agent");
}

#[tokio::test]
async fn signing_out_ends_the_session_at_once_and_everywhere() {
    let product = Product::start().await;
    let answer = product.sign_in("anna", PASSWORD).await;
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    let out = product.page_asks(Method::POST, "/api/auth/logout", &answer.cookies()).await;
    assert_eq!(out.status, StatusCode::OK, "{}", out.text);
    assert_eq!(out.cookies()[ACCESS], "");
    assert_eq!(product.get("/api/auth/me", &token).await.code(), "signed-out");
    assert_eq!(product.page_asks(Method::GET, "/api/drafts", &answer.cookies()).await.code(), "signed-out");
    assert_eq!(
        product.page_asks(Method::POST, "/api/auth/logout", &answer.cookies()).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn an_agent_who_is_taken_off_the_list_is_out_at_once() {
    let product = Product::start().await;
    let token = product.token("anna").await;
    product.server.state.store.accounts().disallow(&"anna".parse().unwrap()).await.unwrap();
    assert_eq!(product.get("/api/drafts", &token).await.code(), "signed-out");
}

#[tokio::test]
async fn another_site_cannot_act_in_the_agents_name() {
    let product = Product::start().await;
    let cookies = product.sign_in("anna", PASSWORD).await.cookies();
    let request = Request::post("/api/sync/customers")
        .header("host", "ordini.example")
        .header("origin", "https://evil.example")
        .header("sec-fetch-site", "cross-site")
        .header(header::COOKIE, format!("{ACCESS}={}", cookies[ACCESS]))
        .body(Body::empty());
    let refused = product.send(request.unwrap()).await;
    assert_eq!((refused.status, refused.code().as_str()), (StatusCode::FORBIDDEN, "not-allowed"));
}

#[tokio::test]
async fn a_malformed_bearer_token_is_nobodys_even_beside_good_cookies() {
    let product = Product::start().await;
    let cookies = product.sign_in("anna", PASSWORD).await.cookies();
    for value in ["Bearer", "Bearer x.y.z", "Basic YTpi"] {
        let request = Request::get("/api/drafts")
            .header(header::AUTHORIZATION, value)
            .header(header::COOKIE, format!("{ACCESS}={}", cookies[ACCESS]));
        assert_eq!(product.send(request.body(Body::empty()).unwrap()).await.code(), "signed-out", "{value}");
    }
}
