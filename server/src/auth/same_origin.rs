//! Refuses unsafe requests that another site made a browser send.
//!
//! `SameSite=Lax` cookies already keep most of them away; this closes the rest (sibling subdomains, old browsers). A request
//! that carries a bearer token, or that no browser sent, brings no cookie of an unsuspecting person and needs no check.

use http::{HeaderMap, Method, header};

/// Whether the request may be processed: it is safe, or the browser says that this site's own page sent it.
pub fn allows(method: &Method, headers: &HeaderMap, public_origin: Option<&str>) -> bool {
    if method.is_safe() || headers.contains_key(header::AUTHORIZATION) {
        return true;
    }
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    match (text("origin"), text("sec-fetch-site")) {
        (Some(origin), site) => {
            is_ours(origin, text("host"), public_origin) && site.is_none_or(|site| site == "same-origin")
        }
        (None, Some(site)) => site == "same-origin",
        (None, None) => !headers.contains_key(header::COOKIE),
    }
}

fn is_ours(origin: &str, host: Option<&str>, public_origin: Option<&str>) -> bool {
    if let Some(ours) = public_origin {
        return origin.eq_ignore_ascii_case(ours.trim_end_matches('/'));
    }
    let authority = origin.strip_prefix("https://").or_else(|| origin.strip_prefix("http://"));
    matches!((authority, host), (Some(authority), Some(host)) if authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    fn post(pairs: &[(&'static str, &'static str)]) -> bool {
        let headers =
            pairs.iter().map(|(n, v)| (http::HeaderName::from_static(n), HeaderValue::from_static(v)));
        allows(&Method::POST, &headers.collect(), None)
    }

    #[test]
    fn only_our_own_pages_may_send_unsafe_requests() {
        let host = ("host", "ordini.example");
        assert!(post(&[host, ("origin", "https://ordini.example"), ("sec-fetch-site", "same-origin")]));
        assert!(post(&[host, ("origin", "https://ordini.example")]));
        assert!(post(&[host, ("sec-fetch-site", "same-origin"), ("cookie", "a=1")]));
        assert!(!post(&[host, ("origin", "https://evil.example"), ("cookie", "a=1")]));
        assert!(!post(&[host, ("origin", "https://shop.ordini.example"), ("sec-fetch-site", "same-site")]));
        assert!(!post(&[host, ("origin", "null"), ("cookie", "a=1")]));
        assert!(!post(&[host, ("sec-fetch-site", "cross-site"), ("cookie", "a=1")]));
        assert!(!post(&[host, ("cookie", "a=1")]));
    }

    #[test]
    fn programs_with_a_bearer_token_or_without_cookies_are_no_browsers() {
        assert!(post(&[("host", "h"), ("authorization", "Bearer t")]));
        assert!(post(&[("host", "h")]));
    }

    #[test]
    fn behind_a_proxy_the_configured_origin_counts() {
        let headers: HeaderMap = [
            (header::ORIGIN, HeaderValue::from_static("https://ordini.example")),
            (header::HOST, HeaderValue::from_static("10.0.0.1:3000")),
        ]
        .into_iter()
        .collect();
        assert!(!allows(&Method::POST, &headers, None));
        assert!(allows(&Method::POST, &headers, Some("https://ordini.example/")));
    }

    #[test]
    fn reading_is_always_allowed() {
        assert!(allows(&Method::GET, &HeaderMap::new(), None));
    }
}
