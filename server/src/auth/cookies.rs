//! Reads and writes the two cookies of a browser session.
//!
//! Both have the `__Host-` prefix: the browser accepts them only when they are `Secure`, for this host alone and for every
//! path. Chromium counts `http://127.0.0.1` and `http://localhost` as secure, so development needs no exception.

use http::{HeaderMap, HeaderValue, header};

/// The cookie with the short-lived token.
pub const ACCESS: &str = "__Host-access";
/// The cookie with the refresh token.
pub const REFRESH: &str = "__Host-refresh";

/// The value of a cookie, if the request carries it.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
}

/// The header that sets a cookie for `seconds`.
pub fn set(name: &str, value: &str, seconds: u64) -> HeaderValue {
    let line = format!("{name}={value}; Path=/; Max-Age={seconds}; HttpOnly; Secure; SameSite=Lax");
    HeaderValue::from_str(&line).expect("tokens are plain ASCII")
}

/// The header that removes a cookie.
pub fn clear(name: &str) -> HeaderValue {
    set(name, "", 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others_and_in_several_lines() {
        let mut headers = HeaderMap::new();
        headers.append(header::COOKIE, HeaderValue::from_static("a=1; __Host-access=x.y.z"));
        headers.append(header::COOKIE, HeaderValue::from_static("__Host-refresh=r"));
        assert_eq!(read(&headers, ACCESS), Some("x.y.z"));
        assert_eq!(read(&headers, REFRESH), Some("r"));
        assert_eq!(read(&headers, "Host-access"), None);
    }

    #[test]
    fn a_cookie_is_out_of_reach_of_scripts_and_other_sites() {
        assert_eq!(
            set(ACCESS, "t", 900),
            "__Host-access=t; Path=/; Max-Age=900; HttpOnly; Secure; SameSite=Lax"
        );
    }
}
