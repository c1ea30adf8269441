//! Puts security and caching headers on every answer.

use axum::{
    extract::{Request, State},
    middleware::Next,
    response::Response,
};
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::AppState;

/// What every answer says. Pages replace the policy of content with [`page_policy`]; the service worker lives under this
/// one, and fetches pages and assets from here.
const ALWAYS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("permissions-policy"), "camera=(), geolocation=(), microphone=(), payment=()"),
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'none'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    ),
];

/// A year, and never asked for again: only where the names of files in `/pkg` carry a hash of their content.
const IMMUTABLE: &str = "public, max-age=31536000, immutable";
/// Kept, but asked whether it still holds before each use.
const REVALIDATE: &str = "no-cache";
/// Never kept anywhere.
const PRIVATE: &str = "no-store";

/// The policy of a page whose inline scripts carry `nonce`. `'self'` for scripts, because the browser preloads modules that
/// the nonce does not cover; inline style attributes, because server-rendered views have them.
pub(crate) fn page_policy(nonce: &str) -> HeaderValue {
    let policy = format!(
        "default-src 'self'; script-src 'self' 'nonce-{nonce}' 'wasm-unsafe-eval'; style-src 'self' 'nonce-{nonce}'; \
         style-src-attr 'unsafe-inline'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'; \
         frame-ancestors 'none'"
    );
    HeaderValue::from_str(&policy).expect("a nonce is base64")
}

/// Adds the headers that the answer does not have yet.
pub(crate) async fn add(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let caching = caching(request.uri().path(), state.leptos.hash_files);
    let mut response = next.run(request).await;
    let good = matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED);
    let headers = response.headers_mut();
    for (name, value) in ALWAYS {
        add_missing(headers, name, value);
    }
    add_missing(headers, header::CACHE_CONTROL, if good { caching } else { PRIVATE });
    response
}

fn caching(path: &str, names_have_hashes: bool) -> &'static str {
    if names_have_hashes && path.starts_with("/pkg/") {
        IMMUTABLE
    } else if path.starts_with("/api/") {
        PRIVATE
    } else {
        REVALIDATE
    }
}

fn add_missing(headers: &mut HeaderMap, name: HeaderName, value: &'static str) {
    headers.entry(name).or_insert(HeaderValue::from_static(value));
}
