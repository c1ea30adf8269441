//! Sorts what can go wrong between page and server by what the person at the page can do about it.

use domain::{ErrorBody, ErrorDetail};
use serde::{Deserialize, Serialize};
use server_fn::{
    codec::JsonEncoding,
    error::{FromServerFnError, ServerFnErrorErr},
};

/// What kind of failure it is. The names are the stable `code` of error answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ErrorCode {
    /// The request makes no sense; asking again will not help.
    BadRequest,
    /// Nobody is signed in, or the session is over: sign in again.
    SignedOut,
    /// The ERP refuses this account or password.
    WrongCredentials,
    /// The account is not on the allow-list, or may not do this.
    NotAllowed,
    /// There is no such thing, or it belongs to somebody else.
    NotFound,
    /// The server holds another version, or the draft is already on its way.
    Conflict,
    /// The order number is that of another order that was sent from here.
    NumberTaken,
    /// The form lease has ended; enter again with a new session id.
    LeaseEnded,
    /// Too many sign-in attempts: wait.
    TooManyAttempts,
    /// The type has no reader yet.
    NotAvailable,
    /// The ERP does not answer: retry later, cached data stands.
    ErpUnreachable,
    /// The server could not be reached at all. Only the browser makes this one.
    Offline,
    /// A fault of our own.
    Internal,
}

impl ErrorCode {
    /// All codes, for looking one up by its name.
    const ALL: [Self; 13] = [
        Self::BadRequest,
        Self::SignedOut,
        Self::WrongCredentials,
        Self::NotAllowed,
        Self::NotFound,
        Self::Conflict,
        Self::NumberTaken,
        Self::LeaseEnded,
        Self::TooManyAttempts,
        Self::NotAvailable,
        Self::ErpUnreachable,
        Self::Offline,
        Self::Internal,
    ];

    /// The name machines read.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::BadRequest => "bad-request",
            Self::SignedOut => "signed-out",
            Self::WrongCredentials => "wrong-credentials",
            Self::NotAllowed => "not-allowed",
            Self::NotFound => "not-found",
            Self::Conflict => "conflict",
            Self::NumberTaken => "number-taken",
            Self::LeaseEnded => "lease-ended",
            Self::TooManyAttempts => "too-many-attempts",
            Self::NotAvailable => "not-available",
            Self::ErpUnreachable => "erp-unreachable",
            Self::Offline => "offline",
            Self::Internal => "internal",
        }
    }

    /// The HTTP status that goes with it.
    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::SignedOut | Self::WrongCredentials => 401,
            Self::NotAllowed => 403,
            Self::NotFound => 404,
            Self::Conflict | Self::NumberTaken => 409,
            Self::LeaseEnded => 410,
            Self::TooManyAttempts => 429,
            Self::Internal => 500,
            Self::NotAvailable => 501,
            Self::ErpUnreachable | Self::Offline => 503,
        }
    }
}

/// An error answer. Its JSON is `{ "error": { "code", "message" } }`, also where a server function fails.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(from = "ErrorBody", into = "ErrorBody")]
#[error("{}: {message}", code.as_str())]
pub struct ApiError {
    /// What kind of failure.
    pub code: ErrorCode,
    /// One sentence for logs and API users; pages have their own texts per code.
    pub message: String,
}

impl ApiError {
    /// An error of this kind.
    pub fn new(code: ErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }
}

impl From<ErrorBody> for ApiError {
    fn from(body: ErrorBody) -> Self {
        let known = ErrorCode::ALL.into_iter().find(|code| code.as_str() == body.error.code);
        Self { code: known.unwrap_or(ErrorCode::Internal), message: body.error.message }
    }
}

impl From<ApiError> for ErrorBody {
    fn from(error: ApiError) -> Self {
        Self { error: ErrorDetail { code: error.code.as_str().to_owned(), message: error.message } }
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        let code = match &error {
            ServerFnErrorErr::Request(_) => ErrorCode::Offline,
            ServerFnErrorErr::Args(_)
            | ServerFnErrorErr::MissingArg(_)
            | ServerFnErrorErr::Deserialization(_)
            | ServerFnErrorErr::UnsupportedRequestMethod(_) => ErrorCode::BadRequest,
            ServerFnErrorErr::Registration(_)
            | ServerFnErrorErr::ServerError(_)
            | ServerFnErrorErr::MiddlewareError(_)
            | ServerFnErrorErr::Serialization(_)
            | ServerFnErrorErr::Response(_) => ErrorCode::Internal,
        };
        Self::new(code, error.to_string())
    }

    /// Called once, when the answer is written: the place to give it the status that fits.
    fn ser(&self) -> server_fn::Bytes {
        #[cfg(feature = "ssr")]
        crate::service::answer_with_status(self.code.status());
        serde_json::to_vec(self).unwrap_or_default().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_survives_the_wire() {
        for code in ErrorCode::ALL {
            let error = ApiError::new(code, "why");
            let json = serde_json::to_string(&error).unwrap();
            assert_eq!(serde_json::from_str::<ApiError>(&json).unwrap(), error);
        }
    }

    #[test]
    fn the_json_is_the_one_of_every_rest_answer() {
        let json = serde_json::to_string(&ApiError::new(ErrorCode::LeaseEnded, "over")).unwrap();
        assert_eq!(json, r#"{"error":{"code":"lease-ended","message":"over"}}"#);
    }

    #[test]
    fn an_unknown_code_of_a_newer_server_is_an_internal_error() {
        let error: ApiError = serde_json::from_str(r#"{"error":{"code":"newer","message":"?"}}"#).unwrap();
        assert_eq!(error.code, ErrorCode::Internal);
    }
}
