//! Lets a request through only with a session, unless its route is open to everybody.

use std::sync::Arc;

use app::{
    error::{ApiError, ErrorCode},
    routes,
    service::AgentService,
};
use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use http::{HeaderMap, HeaderValue, Method, header};

use super::{AppState, OPEN, problem::Problem};
use crate::{auth::same_origin, services::Agent};

/// Finds out who asks, and puts their services into the request's extensions.
pub(crate) async fn check(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    if !same_origin::allows(request.method(), request.headers(), state.config.public_origin.as_deref()) {
        return Problem::new(ErrorCode::NotAllowed, "this request came from another site").into_response();
    }
    if is_open(&request) {
        return open(state, request, next).await;
    }
    let headers = request.headers().clone();
    match who(&state, &headers).await {
        Ok((agent, cookies)) => {
            request.extensions_mut().insert::<Arc<dyn AgentService>>(agent.clone());
            request.extensions_mut().insert::<Arc<Agent>>(agent);
            let mut response = next.run(request).await;
            add_cookies(&mut response, cookies);
            response
        }
        Err(error) if error.code == ErrorCode::SignedOut && is_page(&request) => to_sign_in(&request),
        Err(error) => Problem(error).into_response(),
    }
}

async fn who(state: &AppState, headers: &HeaderMap) -> Result<(Arc<Agent>, Vec<HeaderValue>), ApiError> {
    let found = state.sessions.find(headers).await?;
    let agent = state.services.agent(found.proof).await?;
    Ok((Arc::new(agent), found.cookies))
}

fn is_open(request: &Request) -> bool {
    let path = request.extensions().get::<MatchedPath>().map(MatchedPath::as_str);
    let method = if request.method() == Method::HEAD { "GET" } else { request.method().as_str() };
    path.is_some_and(|path| OPEN.contains(&(method, path)))
}

async fn open(state: AppState, mut request: Request, next: Next) -> Response {
    request.extensions_mut().insert(state.accounts);
    next.run(request).await
}

fn is_page(request: &Request) -> bool {
    request.method().is_safe() && !request.uri().path().starts_with("/api/")
}

/// To the sign-in page, and from there back to where the person wanted to go.
fn to_sign_in(request: &Request) -> Response {
    let wanted = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let next: String = url_encoded(wanted);
    Redirect::to(&format!("{}?next={next}", routes::LOGIN)).into_response()
}

fn url_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/');
    text.bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

fn add_cookies(response: &mut Response, cookies: Vec<HeaderValue>) {
    for cookie in cookies {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
}
