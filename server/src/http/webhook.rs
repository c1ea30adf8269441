//! Hears from a system beside Archibald that a customer was changed there, and has that agent's customers read.
//!
//! Whoever calls proves by a signature that they know the configured secret: `X-Archibald-Signature: sha256=…`, the
//! HMAC-SHA256 of the body in hexadecimal digits. A call that is repeated merely joins the reading that waits already.

use axum::{Json, body::Bytes, extract::State};
use domain::{AgentId, AskAnswer};
use hmac::{Hmac, KeyInit, Mac};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use sha2::Sha256;

use super::{AppState, problem::Problem};
use app::error::ErrorCode;

/// The body.
#[derive(Debug, Deserialize)]
struct Modified {
    /// Whose customer it was.
    agent: AgentId,
}

/// `POST /api/webhooks/archibald/customer-modified`
pub(crate) async fn customer_modified(
    State(state): State<AppState>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<(StatusCode, Json<AskAnswer>), Problem> {
    let Some(secret) = &state.config.webhook_secret else {
        return Err(Problem::new(ErrorCode::NotAvailable, "no webhook_secret is configured"));
    };
    let signature = headers.get("x-archibald-signature").and_then(|value| value.to_str().ok());
    if !signature.is_some_and(|signature| is_genuine(secret, &body, signature)) {
        return Err(Problem::new(ErrorCode::NotAllowed, "the signature does not fit the body"));
    }
    let told: Modified = serde_json::from_slice(&body)
        .map_err(|error| Problem::new(ErrorCode::BadRequest, format!("{error}")))?;
    let asked = state.services.customer_modified(&told.agent).await?;
    Ok((StatusCode::ACCEPTED, Json(asked)))
}

fn is_genuine(secret: &str, body: &[u8], signature: &str) -> bool {
    let Some(digits) = signature.strip_prefix("sha256=") else { return false };
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let Some(claimed) = digits.as_bytes().chunks(2).map(byte).collect::<Option<Vec<u8>>>() else {
        return false;
    };
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).expect("HMAC takes keys of any length");
    mac.update(body);
    // Takes the same time for every wrong signature.
    mac.verify_slice(&claimed).is_ok()
}

#[cfg(test)]
mod tests {
    use super::is_genuine;

    /// Test case 2 of RFC 4231.
    #[test]
    fn only_the_right_signature_of_this_very_body_is_genuine() {
        let right = "sha256=5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843";
        let body = b"what do ya want for nothing?";
        assert!(is_genuine("Jefe", body, right));
        assert!(!is_genuine("Jefa", body, right));
        assert!(!is_genuine("Jefe", b"what do ya want for something?", right));
        for wrong in ["", "sha256=", "sha256=5b", "sha256=zz", right.trim_start_matches("sha256=")] {
            assert!(!is_genuine("Jefe", body, wrong), "{wrong}");
        }
    }
}
