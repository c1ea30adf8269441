//! Says faults of the layers below in the words of the interface, and logs those that an operator must see.

use app::error::{ApiError, ErrorCode};
use erp::ErpError;
use store::StoreError;

use crate::conductor::ConductorError;

/// A fault of the store.
#[allow(clippy::needless_pass_by_value, reason = "it is what `map_err` hands over")]
pub(crate) fn from_store(error: StoreError) -> ApiError {
    let code = match &error {
        StoreError::NotFound { .. } => ErrorCode::NotFound,
        StoreError::Conflict { .. } => ErrorCode::Conflict,
        StoreError::NumberTaken { .. } => ErrorCode::NumberTaken,
        StoreError::InvalidCursor => ErrorCode::BadRequest,
        StoreError::Fenced { .. }
        | StoreError::WrongScope { .. }
        | StoreError::IllegalTransition { .. }
        | StoreError::PageOutOfOrder { .. }
        | StoreError::PassReplaced { .. }
        | StoreError::MarkerTaken { .. }
        | StoreError::FolderInUse { .. }
        | StoreError::Folder { .. }
        | StoreError::Unreadable { .. }
        | StoreError::Migration { .. }
        | StoreError::Database(_) => {
            tracing::error!(error = %chain(&error), "the store failed");
            return ApiError::new(ErrorCode::Internal, "the server could not read or write its data");
        }
    };
    ApiError::new(code, error.to_string())
}

/// A fault of the conductor.
#[allow(clippy::needless_pass_by_value, reason = "it is handed to map_err as it is")]
pub(crate) fn from_conductor(error: ConductorError) -> ApiError {
    match error {
        ConductorError::NotAvailable(_) => ApiError::new(ErrorCode::NotAvailable, error.to_string()),
        ConductorError::BadInterval => ApiError::new(ErrorCode::BadRequest, error.to_string()),
        ConductorError::NoSuchLogin(_) => ApiError::new(ErrorCode::NotFound, error.to_string()),
        // The conductor has logged why it could not be saved.
        ConductorError::NotSaved | ConductorError::Stopped => {
            ApiError::new(ErrorCode::Internal, error.to_string())
        }
    }
}

/// A fault of the ERP while somebody signs in.
pub(crate) fn from_sign_in(error: &ErpError) -> ApiError {
    match error {
        ErpError::WrongPassword { .. } => {
            ApiError::new(ErrorCode::WrongCredentials, "Archibald refuses the sign-in")
        }
        ErpError::Unreachable { .. }
        | ErpError::LoggedOut
        | ErpError::BrowserLost { .. }
        | ErpError::Cancelled => {
            tracing::warn!(%error, "a password could not be checked");
            ApiError::new(ErrorCode::ErpUnreachable, "Archibald does not answer")
        }
        ErpError::ScreenChanged { .. } | ErpError::Rejected { .. } | ErpError::BadExport { .. } => {
            tracing::error!(%error, "a password could not be checked");
            ApiError::new(ErrorCode::ErpUnreachable, "Archibald's sign-in page is not as expected")
        }
    }
}

/// An error with what caused it, in one line.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}
