//! Answers errors as `{ "error": { "code", "message" } }` with the status that fits.

use app::error::{ApiError, ErrorCode};
use axum::{
    Json,
    extract::{
        Path, Query, Request,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use domain::ErrorBody;
use http::{StatusCode, header};

/// An error on its way out.
#[derive(Debug)]
pub(crate) struct Problem(pub(crate) ApiError);

impl Problem {
    /// A problem of this kind.
    pub(crate) fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self(ApiError::new(code, message))
    }
}

impl From<ApiError> for Problem {
    fn from(error: ApiError) -> Self {
        Self(error)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        (status, Json(ErrorBody::from(self.0))).into_response()
    }
}

/// Gives errors of the layers around the handlers (no such path, wrong method, body too large) the shape of ours.
pub(crate) async fn in_json(request: Request, next: Next) -> Response {
    let is_api = request.uri().path().starts_with("/api/");
    let response = next.run(request).await;
    let status = response.status();
    if !is_api || !(status.is_client_error() || status.is_server_error()) || is_json(&response) {
        return response;
    }
    let code = match status {
        StatusCode::NOT_FOUND => ErrorCode::NotFound,
        status if status.is_client_error() => ErrorCode::BadRequest,
        _ => ErrorCode::Internal,
    };
    let message = status.canonical_reason().unwrap_or("the request failed");
    let mut answer = (status, Json(ErrorBody::from(ApiError::new(code, message)))).into_response();
    if let Some(allowed) = response.headers().get(header::ALLOW) {
        answer.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    answer
}

fn is_json(response: &Response) -> bool {
    let kind = response.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    kind.is_some_and(|kind| kind.starts_with("application/json"))
}

macro_rules! from_rejection {
    ($($kind:ty),*) => {$(
        impl From<$kind> for Problem {
            fn from(rejection: $kind) -> Self {
                Self::new(ErrorCode::BadRequest, rejection.body_text())
            }
        }
    )*};
}

from_rejection!(JsonRejection, PathRejection, QueryRejection);

/// A JSON body whose faults are answered as ours are.
#[derive(axum::extract::FromRequest)]
#[from_request(via(Json), rejection(Problem))]
pub(crate) struct Body<T>(pub(crate) T);

/// Path parameters whose faults are answered as ours are.
#[derive(axum::extract::FromRequestParts)]
#[from_request(via(Path), rejection(Problem))]
pub(crate) struct Params<T>(pub(crate) T);

/// A query whose faults are answered as ours are.
#[derive(axum::extract::FromRequestParts)]
#[from_request(via(Query), rejection(Problem))]
pub(crate) struct Asked<T>(pub(crate) T);
