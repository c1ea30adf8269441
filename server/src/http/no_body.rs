//! Reads a request without a body as one without arguments, so that `curl -X POST` needs no `-d '{}'`.

use axum::{
    body::{Body, HttpBody},
    extract::Request,
    middleware::Next,
    response::Response,
};
use http::{HeaderValue, Method, header};

/// Gives a `POST` without a body an empty JSON object.
pub(crate) async fn is_no_arguments(mut request: Request, next: Next) -> Response {
    if request.method() == Method::POST && request.body().size_hint().exact() == Some(0) {
        *request.body_mut() = Body::from("{}");
        let headers = request.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("2"));
    }
    next.run(request).await
}
