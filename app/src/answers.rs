//! Shapes the questions and answers that only pages and server exchange; the rest is in `domain`.

use domain::{Draft, DraftVersion, ErrorDetail, Me, OrderState, Timestamp};
use serde::{Deserialize, Serialize};

/// Answer of `POST /api/auth/login` and `…/refresh`. Cookies carry the same session for the PWA.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SignedIn {
    /// Who signed in.
    pub me: Me,
    /// The JWT, as bearer token for API clients.
    pub token: String,
    /// When it ends; renew before.
    pub expires_at: Timestamp,
}

/// What part of a list to answer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListQuery {
    /// Words to find; empty finds everything.
    #[serde(default)]
    pub search: String,
    /// At most this many; the server has its own default and maximum.
    pub limit: Option<u32>,
    /// Where to go on, from the page before.
    pub cursor: Option<String>,
}

/// What part of the orders to answer.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OrderQuery {
    /// Which rows.
    pub list: ListQuery,
    /// Only orders that stand here.
    pub state: Option<OrderState>,
}

/// What a person says of a placement that needs attention.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "kebab-case")]
pub enum Decision {
    /// "Già presente": it is in the ERP.
    AlreadyPlaced {
        /// The ERP's number or id, as a person types it.
        number: String,
    },
    /// "Ripeti": type it again.
    Repeat,
}

/// What became of a save. As HTTP: 200, 409 and 410 with [`DraftConflict`] as body for all but the first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SaveDraftAnswer {
    /// Kept, as this version.
    Saved(DraftVersion),
    /// Another device saved first; this is what the server has.
    Stale(Box<Draft>),
    /// It was deleted, here or on another device, and stays so. 410.
    Deleted,
    /// It is on its way into the ERP and can no longer be changed. 409 without a draft.
    Submitted,
}

/// Body of `PUT /api/drafts/{id}` when it was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftKept {
    /// The version the next save is based on.
    pub version: DraftVersion,
}

/// Body of `PUT /api/drafts/{id}` when it was not kept: an error body, with the server's copy beside it if there is one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftConflict {
    /// `conflict` or `not-found`.
    pub error: ErrorDetail,
    /// The server's copy of a draft that is still one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current: Option<Box<Draft>>,
}

/// Body of `POST /api/drafts/{id}/place`, and query of `DELETE /api/drafts/{id}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct BasedOn {
    /// The version the agent has in front of them.
    pub version: DraftVersion,
}
