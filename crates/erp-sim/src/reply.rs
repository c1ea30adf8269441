//! Turns what a screen decided into an HTTP response.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use maud::Markup;
use serde::Serialize;

/// What a screen answers.
#[derive(Debug)]
pub(crate) enum Reply {
    /// A whole page.
    Page(Markup),
    /// The answer to an asynchronous callback.
    Callback(Callback),
    /// A redirect by status 302.
    Redirect(String),
    /// A file to save.
    Attachment {
        /// As the browser will name it.
        file_name: String,
        /// The content.
        bytes: Vec<u8>,
    },
    /// A script, style or image.
    Asset {
        /// Its media type.
        media_type: &'static str,
        /// The content.
        bytes: &'static [u8],
    },
    /// A status with nothing but a short page.
    Status(StatusCode),
    /// The connection is cut without an answer.
    Nothing,
}

/// What the page's script does with the answer to a callback.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Callback {
    /// Elements to replace: id and new outer HTML.
    pub(crate) updates: Vec<(String, String)>,
    /// Where the page goes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) redirect: Option<String>,
    /// What the address bar shows from now on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address: Option<String>,
    /// A value for whoever asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) value: Option<serde_json::Value>,
}

impl Callback {
    /// Replaces one element.
    pub(crate) fn update(id: impl Into<String>, html: Markup) -> Self {
        Self::default().and_update(id, html)
    }

    /// Replaces one more element.
    pub(crate) fn and_update(mut self, id: impl Into<String>, html: Markup) -> Self {
        self.updates.push((id.into(), html.into_string()));
        self
    }

    /// Sends the page elsewhere.
    pub(crate) fn redirect(address: impl Into<String>) -> Self {
        Self { redirect: Some(address.into()), ..Self::default() }
    }
}

impl Reply {
    /// The HTTP response, with the cookies to set.
    pub(crate) fn into_response(self, cookies: &[String]) -> Response {
        let mut response = match self {
            Self::Page(markup) => typed(StatusCode::OK, "text/html; charset=utf-8", markup.into_string()),
            Self::Callback(callback) => {
                let json = serde_json::to_string(&callback).expect("texts always serialise");
                typed(StatusCode::OK, "text/plain; charset=utf-8", format!("0|/*DX*/({json})"))
            }
            Self::Redirect(address) => redirect(&address),
            Self::Attachment { file_name, bytes } => attachment(&file_name, bytes),
            Self::Asset { media_type, bytes } => {
                let mut response = typed(StatusCode::OK, media_type, bytes);
                let hour = HeaderValue::from_static("public, max-age=3600");
                response.headers_mut().insert(header::CACHE_CONTROL, hour);
                response
            }
            Self::Status(status) => error_page(status),
            Self::Nothing => cut(),
        };
        let headers = response.headers_mut();
        for cookie in cookies {
            headers
                .append(header::SET_COOKIE, HeaderValue::from_str(cookie).expect("cookies are plain ASCII"));
        }
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store"));
        headers.insert(header::SERVER, HeaderValue::from_static("Microsoft-IIS/10.0"));
        response
    }
}

fn typed(status: StatusCode, media_type: &'static str, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    response
}

fn redirect(address: &str) -> Response {
    let mut response = typed(StatusCode::FOUND, "text/html; charset=utf-8", "<h2>Object moved</h2>");
    let location = HeaderValue::from_str(address).unwrap_or(HeaderValue::from_static("/Archibald/"));
    response.headers_mut().insert(header::LOCATION, location);
    response
}

fn attachment(file_name: &str, bytes: Vec<u8>) -> Response {
    let mut response = typed(StatusCode::OK, "application/pdf", bytes);
    let disposition = format!("attachment; filename=\"{file_name}\"");
    let disposition = HeaderValue::from_str(&disposition).expect("file names are plain ASCII");
    response.headers_mut().insert(header::CONTENT_DISPOSITION, disposition);
    response
}

fn error_page(status: StatusCode) -> Response {
    let reason = status.canonical_reason().unwrap_or("Error");
    let body = format!(
        "<!DOCTYPE html><html><head><title>{code} - {reason}</title></head><body><h2>{code} - {reason}</h2></body></html>",
        code = status.as_u16()
    );
    typed(status, "text/html; charset=utf-8", body)
}

/// A response whose body breaks before its first byte, so that the connection is closed with the answer incomplete.
fn cut() -> Response {
    let broken = futures::stream::once(async { Err::<Vec<u8>, _>(std::io::Error::other("cut by a fault")) });
    let mut response = Response::new(Body::from_stream(broken));
    response.headers_mut().insert(header::CONTENT_LENGTH, HeaderValue::from_static("1"));
    response
}
