//! Reads one HTTP request into the few things the simulated server looks at.

use std::collections::HashMap;

use axum::{
    body::{Bytes, to_bytes},
    extract::Request,
    http::{HeaderMap, Method, header},
};

use crate::world::Entity;

/// The largest request body: a long order form posts about 200 KB.
const BODY_BYTES_MAX: usize = 4 * 1024 * 1024;

/// What a request is about; faults and latencies are addressed by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A script, style or image; without session.
    Asset,
    /// The login page.
    LoginPage,
    /// A login attempt.
    LogIn,
    /// The start page and other plain pages.
    Page,
    /// A list view.
    List(Entity),
    /// The new-order form.
    NewForm,
    /// An order or customer opened for reading or editing.
    Detail,
    /// "Esportare in".
    Export(Entity),
    /// A new value of the filter combo.
    Filter,
    /// Paging, searching, sorting, selecting in a list.
    Grid,
    /// The column chooser.
    Columns,
    /// The customer lookup of the order form.
    CustomerLookup,
    /// The article lookup of an order line.
    ArticleLookup,
    /// Beginning, changing or abandoning an order line.
    Line,
    /// "Update" on an order line.
    LineUpdate,
    /// Saving an order.
    Save,
    /// The optional REST API.
    Api,
}

/// One request, read completely.
#[derive(Debug)]
pub(crate) struct Visit {
    pub(crate) method: Method,
    /// Decoded only as far as the server needs it: paths here are plain ASCII.
    pub(crate) path: String,
    pub(crate) raw_query: String,
    pub(crate) query: Vec<(String, String)>,
    pub(crate) form: Vec<(String, String)>,
    pub(crate) cookies: HashMap<String, String>,
    pub(crate) accept_language: String,
}

impl Visit {
    /// Reads a request; a body that is too long or breaks off counts as empty.
    pub(crate) async fn read(request: Request) -> Self {
        let (parts, body) = request.into_parts();
        let bytes: Bytes = to_bytes(body, BODY_BYTES_MAX).await.unwrap_or_default();
        let raw_query = parts.uri.query().unwrap_or_default().to_owned();
        Self {
            method: parts.method,
            path: parts.uri.path().to_owned(),
            query: decode_pairs(&raw_query),
            raw_query,
            form: decode_pairs(&String::from_utf8_lossy(&bytes)),
            cookies: cookies(&parts.headers),
            accept_language: header_text(&parts.headers, &header::ACCEPT_LANGUAGE),
        }
    }

    /// A query parameter, its name compared without case as ASP.NET does.
    pub(crate) fn query_value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// A posted field by its exact name.
    pub(crate) fn field(&self, name: &str) -> Option<&str> {
        self.form.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The callback the page asks for: the control's name and its argument without the `c0:` in front.
    pub(crate) fn callback(&self) -> Option<(&str, &str)> {
        let id = self.field("__CALLBACKID").filter(|id| !id.is_empty())?;
        let param = self.field("__CALLBACKPARAM").unwrap_or_default();
        Some((id, param.strip_prefix("c0:").unwrap_or(param)))
    }

    /// The post-back the page asks for: target and argument.
    pub(crate) fn post_back(&self) -> Option<(&str, &str)> {
        let target = self.field("__EVENTTARGET").filter(|target| !target.is_empty())?;
        Some((target, self.field("__EVENTARGUMENT").unwrap_or_default()))
    }

    /// Path and query as they stood in the request line.
    pub(crate) fn path_and_query(&self) -> String {
        if self.raw_query.is_empty() {
            self.path.clone()
        } else {
            format!("{}?{}", self.path, self.raw_query)
        }
    }
}

fn header_text(headers: &HeaderMap, name: &header::HeaderName) -> String {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

fn cookies(headers: &HeaderMap) -> HashMap<String, String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
}

/// Decodes `a=b&c=d` as a form posts it.
fn decode_pairs(text: &str) -> Vec<(String, String)> {
    text.split('&')
        .filter(|pair| !pair.is_empty())
        .map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            (decode(key), decode(value))
        })
        .collect()
}

fn decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let escaped = match (first, tail) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)).map(|(high, low)| high * 16 + low),
            _ => None,
        };
        match (escaped, first) {
            (Some(byte), _) => {
                bytes.push(byte);
                rest = &tail[2..];
                continue;
            }
            (None, b'+') => bytes.push(b' '),
            (None, byte) => bytes.push(*byte),
        }
        rest = tail;
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn hex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).map(|value| value as u8)
}

/// Encodes a text for a query the way the real server does: lower-case hex, slashes too.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for digit in [byte >> 4, byte & 15] {
                encoded.push(char::from_digit(u32::from(digit), 16).expect("four bits are a hex digit"));
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_return_url_is_encoded_like_the_real_one() {
        let path = "/Archibald/SALESTABLE_DetailViewAgent/?NewObject=true";
        let encoded = "%2fArchibald%2fSALESTABLE_DetailViewAgent%2f%3fNewObject%3dtrue";
        assert_eq!(encode(path), encoded);
        assert_eq!(decode(encoded), path);
        assert_eq!(decode("a+b%20%e0%"), "a b \u{fffd}%");
    }
}
