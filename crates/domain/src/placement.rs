//! Follows a submitted draft on its way into the ERP.

use serde::{Deserialize, Serialize};

use crate::{ArticleId, Cents, Draft, DraftId, Marker, Percent, Quantity, Timestamp};

/// Where a placement stands (arrows: docs/lifecycle.md). `saving` means "perhaps in the ERP", anything before it
/// "certainly not": the step into `saving` is committed to disk before the Save click.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "kebab-case")]
pub enum PlacementState {
    /// Waits for its turn in the ERP login.
    Queued,
    /// The form is being filled; safe to start again.
    Filling,
    /// The form is complete and checked; safe to start again.
    Armed,
    /// Save has been, or is about to be, clicked.
    Saving,
    /// It was `saving` when something broke; the ERP must be searched for the marker.
    Unknown,
    /// The ERP has it.
    Placed {
        /// The ERP's id or number of the order.
        number: String,
    },
    /// The ERP has it and what it holds equals what was sent.
    Verified {
        /// The ERP's id or number of the order.
        number: String,
    },
    /// The ERP refused it; the agent edits the draft and sends again.
    Rejected {
        /// The ERP's words.
        reason: String,
    },
    /// Only a person can tell; the screenshot and what was seen are kept.
    NeedsAttention {
        /// What was seen.
        reason: String,
    },
}

impl PlacementState {
    /// The state's name as stored and shown in JSON.
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Filling => "filling",
            Self::Armed => "armed",
            Self::Saving => "saving",
            Self::Unknown => "unknown",
            Self::Placed { .. } => "placed",
            Self::Verified { .. } => "verified",
            Self::Rejected { .. } => "rejected",
            Self::NeedsAttention { .. } => "needs-attention",
        }
    }

    /// Whether the step to `next` is one of the life cycle's arrows. A restore from a backup is outside of it: it sets
    /// every placement touched since to `unknown`, whatever it was.
    pub const fn may_become(&self, next: &Self) -> bool {
        match self {
            Self::Queued => matches!(next, Self::Filling | Self::Rejected { .. }),
            Self::Filling => matches!(next, Self::Queued | Self::Armed | Self::Rejected { .. }),
            Self::Armed => matches!(next, Self::Queued | Self::Saving | Self::Rejected { .. }),
            Self::Saving => matches!(next, Self::Placed { .. } | Self::Unknown | Self::Rejected { .. }),
            Self::Unknown => matches!(next, Self::Queued | Self::Placed { .. } | Self::NeedsAttention { .. }),
            Self::Placed { .. } => matches!(next, Self::Verified { .. } | Self::NeedsAttention { .. }),
            // The agent's two buttons: "already there" and "send again".
            Self::NeedsAttention { .. } => matches!(next, Self::Placed { .. } | Self::Queued),
            Self::Verified { .. } | Self::Rejected { .. } => false,
        }
    }

    /// Whether the ERP may hold the order: after these states only a search for the marker tells, before them nothing
    /// was saved and starting again is safe.
    pub const fn may_be_in_erp(&self) -> bool {
        match self {
            Self::Queued | Self::Filling | Self::Armed | Self::Rejected { .. } => false,
            Self::Saving
            | Self::Unknown
            | Self::Placed { .. }
            | Self::Verified { .. }
            | Self::NeedsAttention { .. } => true,
        }
    }

    /// Whether nothing more will happen by itself.
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Verified { .. } | Self::Rejected { .. } | Self::NeedsAttention { .. })
    }
}

/// A submitted draft. At most one per draft, for ever: its key is the draft's id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Placement {
    /// The draft it came from, and its own key.
    pub draft_id: DraftId,
    /// What finds it in the ERP.
    pub marker: Marker,
    /// Where it stands.
    #[serde(flatten)]
    pub state: PlacementState,
    /// How far the form is filled, while it is.
    pub progress: Option<PlacementProgress>,
    /// The order exactly as it was submitted.
    pub order: Draft,
    /// When the agent sent it.
    pub submitted_at: Timestamp,
    /// When its state last changed.
    pub changed_at: Timestamp,
    /// What the ERP holds where it differs from what was sent, as sentences for the agent; empty when verified.
    pub differences: Vec<String>,
}

/// How far order entry has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlacementProgress {
    /// Lines the ERP has accepted.
    pub lines_done: u32,
    /// Lines of the order.
    pub lines_total: u32,
}

/// One line as read back from the ERP.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlacedLine {
    /// The article's code as the ERP shows it.
    pub name: String,
    /// The variant, when the ERP shows it.
    pub article: Option<ArticleId>,
    /// Pieces ordered.
    pub quantity: Quantity,
    /// For the price unit.
    pub unit_price: Option<Cents>,
    /// The agent's discount as one percentage.
    pub discount: Percent,
    /// The amount the ERP computed.
    pub amount: Option<Cents>,
}
