//! Hears from a system beside Archibald that a customer was changed there, and has that agent's customers read.
//!
//! Whoever calls proves by a signature that they know the configured secret, and that the call is of now and not heard
//! before: `X-Archibald-Time` has the seconds since 1970, at most five minutes from ours, the body an `event` of its own,
//! and `X-Archibald-Signature: sha256=…` the HMAC-SHA256 of `<time>.<body>` in hexadecimal digits. An event that comes
//! again is accepted, and does nothing.

use axum::{Json, body::Bytes, extract::State};
use domain::{AgentId, AskAnswer, DurationMs, Timestamp};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::{AppState, problem::Problem};
use crate::clock::now;
use app::error::ErrorCode;

/// How far the caller's clock may be from ours, either way.
const AGE_MAX: DurationMs = DurationMs::minutes(5);
/// The longest name of an event; a UUID has 36 characters.
const EVENT_CHARS_MAX: usize = 100;

/// The body.
#[derive(Debug, Deserialize)]
struct Modified {
    /// Whose customer it was.
    agent: AgentId,
    /// Names this change, and no other.
    event: String,
}

/// What is done about a call.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub(crate) enum Heard {
    /// The customers will be read.
    Asked(AskAnswer),
    /// It was heard before.
    Before {
        /// Always true.
        repeated: bool,
    },
}

/// `POST /api/webhooks/archibald/customer-modified`
pub(crate) async fn customer_modified(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<Heard>), Problem> {
    let Some(secret) = &state.config.webhook_secret else {
        return Err(Problem::new(ErrorCode::NotAvailable, "no webhook_secret is configured"));
    };
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (time, signature) = (header("x-archibald-time"), header("x-archibald-signature"));
    if !is_genuine(secret, time, &body, signature) {
        return Err(Problem::new(ErrorCode::NotAllowed, "the signature does not fit time and body"));
    }
    let now = now();
    if !time.parse::<i64>().is_ok_and(|seconds| is_recent(seconds, now)) {
        return Err(Problem::new(ErrorCode::NotAllowed, "the time is more than five minutes from ours"));
    }
    let told: Modified = serde_json::from_slice(&body)
        .map_err(|error| Problem::new(ErrorCode::BadRequest, format!("{error}")))?;
    if !(1..=EVENT_CHARS_MAX).contains(&told.event.chars().count()) {
        let says = format!("an event is named by 1 to {EVENT_CHARS_MAX} characters");
        return Err(Problem::new(ErrorCode::BadRequest, says));
    }
    let heard = match state.services.customer_modified(&told.agent, &told.event, now).await? {
        Some(asked) => Heard::Asked(asked),
        None => Heard::Before { repeated: true },
    };
    Ok((StatusCode::ACCEPTED, Json(heard)))
}

fn is_recent(seconds: i64, now: Timestamp) -> bool {
    let said = Timestamp(seconds.saturating_mul(1_000));
    now.0.abs_diff(said.0) <= AGE_MAX.0
}

fn is_genuine(secret: &str, time: &str, body: &[u8], signature: &str) -> bool {
    let Some(digits) = signature.strip_prefix("sha256=") else { return false };
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let Some(claimed) = digits.as_bytes().chunks(2).map(byte).collect::<Option<Vec<u8>>>() else {
        return false;
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    for part in [time.as_bytes(), b".", body] {
        mac.update(part);
    }
    // Takes the same time for every wrong signature.
    mac.verify_slice(&claimed).is_ok()
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::{is_genuine, is_recent};

    #[test]
    fn only_the_right_signature_of_this_very_time_and_body_is_genuine() {
        let right = "sha256=1cdd0650c8be1cb0974b1788d458b1e781206cfef59b85faafc582d2e182c57e";
        let (time, body) = ("1700000000", b"what do ya want for nothing?");
        assert!(is_genuine("Jefe", time, body, right));
        assert!(!is_genuine("Jefa", time, body, right));
        assert!(!is_genuine("Jefe", "1700000001", body, right));
        assert!(!is_genuine("Jefe", time, b"what do ya want for something?", right));
        for wrong in ["", "sha256=", "sha256=5b", "sha256=zz", right.trim_start_matches("sha256=")] {
            assert!(!is_genuine("Jefe", time, body, wrong), "{wrong}");
        }
    }

    #[test]
    fn a_time_counts_for_five_minutes_either_way() {
        let now = Timestamp(1_700_000_000_000);
        let recent = [0, 300, -300, 301, -301].map(|off| is_recent(1_700_000_000 + off, now));
        assert_eq!(recent, [true, true, true, false, false]);
        assert!(!is_recent(i64::MAX, now) && !is_recent(i64::MIN, now));
    }
}
