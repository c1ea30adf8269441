//! Follows a submitted draft on its way into the ERP.

use serde::{Deserialize, Serialize};

use crate::{ArticleId, Cents, Draft, DraftId, DurationMs, LineId, Marker, Percent, Quantity, Timestamp};

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
    /// The ERP may have it: `saving` broke off, the data are an older copy, or it was found before it was typed. The ERP
    /// must be searched for the marker.
    Unknown,
    /// The ERP has it.
    Placed {
        /// The ERP's id or number of the order.
        number: String,
    },
    /// The ERP has it and what it holds equals what was sent, or its agent takes it as it is.
    Verified {
        /// The ERP's id or number of the order.
        number: String,
    },
    /// The ERP refused it, or it never got through; nothing was saved. The agent edits the draft and sends again.
    Rejected {
        /// The ERP's words, or ours after the last of several attempts.
        reason: String,
    },
    /// Only a person can tell; the screenshot and what was seen are kept.
    NeedsAttention {
        /// Why only a person can tell.
        reason: String,
    },
    /// The agent took it back before it was typed, or knows that the ERP does not have it; its draft is open again.
    Withdrawn,
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
            Self::Withdrawn => "withdrawn",
        }
    }

    /// Whether the step to `next` is one of the life cycle's arrows.
    ///
    /// `rejected | withdrawn → queued` is not here: only the agent's sending it again makes it. `saving` may go to `queued`
    /// or `needs-attention` only by way of `unknown`, so that somebody has looked into the ERP in between.
    pub const fn may_become(&self, next: &Self) -> bool {
        match self {
            // To `unknown` when the ERP must be searched before anything is typed.
            Self::Queued => matches!(next, Self::Filling | Self::Unknown | Self::Withdrawn),
            Self::Filling => {
                matches!(next, Self::Queued | Self::Armed | Self::Unknown | Self::Rejected { .. })
            }
            Self::Armed => {
                matches!(next, Self::Queued | Self::Saving | Self::Unknown | Self::Rejected { .. })
            }
            Self::Saving => matches!(next, Self::Placed { .. } | Self::Unknown | Self::Rejected { .. }),
            Self::Unknown => matches!(next, Self::Queued | Self::Placed { .. } | Self::NeedsAttention { .. }),
            // To `needs-attention` when the number that a person gave leads to another order, or to none.
            Self::Placed { .. } => matches!(next, Self::Verified { .. } | Self::NeedsAttention { .. }),
            // The agent's buttons: "already there", "send again", and "back to the drafts".
            Self::NeedsAttention { .. } => {
                matches!(next, Self::Placed { .. } | Self::Queued | Self::Withdrawn)
            }
            Self::Verified { .. } | Self::Rejected { .. } | Self::Withdrawn => false,
        }
    }

    /// Whether nothing more will happen by itself.
    pub const fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Verified { .. } | Self::Rejected { .. } | Self::NeedsAttention { .. } | Self::Withdrawn
        )
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
    /// Why it is where it is, in the agent's language, when its state alone does not tell: what ended the last attempt.
    #[serde(default)]
    pub note: Option<String>,
    /// How far the form is filled, while it is.
    pub progress: Option<PlacementProgress>,
    /// The order exactly as it was submitted.
    pub order: Draft,
    /// When the agent sent it.
    pub submitted_at: Timestamp,
    /// When its state last changed, or what is known of its differences.
    pub changed_at: Timestamp,
    /// What the ERP holds where it differs from what was sent, as sentences for the agent; in a verified one, what
    /// its agent has accepted.
    pub differences: Vec<String>,
    /// When the typing of this attempt began.
    #[serde(default)]
    pub typing_since: Option<Timestamp>,
    /// How long typing and saving usually take for an order of this size, by this agent's latest orders.
    #[serde(default)]
    pub usual: Option<DurationMs>,
    /// The line that the ERP's refusal concerns, when it concerns one.
    #[serde(default)]
    pub refused_line: Option<LineId>,
    /// What was seen when a person must decide.
    #[serde(default)]
    pub seen: Vec<SeenOrder>,
    /// The file name of a picture of the ERP at that moment.
    #[serde(default)]
    pub screenshot: Option<String>,
}

impl Placement {
    /// Whether nothing happens before its agent has decided.
    pub const fn waits_for_agent(&self) -> bool {
        match self.state {
            PlacementState::Rejected { .. } | PlacementState::NeedsAttention { .. } => true,
            PlacementState::Placed { .. } => !self.differences.is_empty(),
            PlacementState::Queued
            | PlacementState::Filling
            | PlacementState::Armed
            | PlacementState::Saving
            | PlacementState::Unknown
            | PlacementState::Verified { .. }
            | PlacementState::Withdrawn => false,
        }
    }

    /// What a draft becomes when it is sent.
    pub fn queued(order: Draft, marker: Marker, now: Timestamp) -> Self {
        Self {
            draft_id: order.id,
            marker,
            state: PlacementState::Queued,
            note: None,
            progress: None,
            order,
            submitted_at: now,
            changed_at: now,
            differences: Vec::new(),
            typing_since: None,
            usual: None,
            refused_line: None,
            seen: Vec::new(),
            screenshot: None,
        }
    }
}

/// An order in the ERP that is, or may be, the one that was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SeenOrder {
    /// The ERP's id.
    pub id: String,
    /// The order's number; none while it is pending.
    pub number: Option<String>,
    /// The customer's name on it.
    pub customer_name: String,
    /// Its reference field.
    pub reference: String,
    /// Its total before VAT.
    pub total: Option<Cents>,
    /// When it was made, in the ERP's words.
    pub created: String,
}

/// One thing that happened to a placement: a step of its life cycle, a step of the typing with its duration, or something
/// that was noted on the way.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PlacementLogEntry {
    /// Which sending of the draft, from 1.
    pub submission: u32,
    /// When it happened; of a step of the typing, when it began.
    pub at: Timestamp,
    /// The state left; `None` for the first, and for steps of the typing.
    pub from: Option<String>,
    /// The state entered, the step's name, or what was noted: `look`, `warning`, `differences`, `accepted`.
    pub what: String,
    /// The order's number, the reason, or what was seen.
    pub words: Option<String>,
    /// How long a step of the typing took.
    pub took: Option<DurationMs>,
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
    /// The discount of price list and discount group.
    pub system_discount: Percent,
    /// The agent's discount as one percentage.
    pub discount: Percent,
    /// The amount the ERP computed.
    pub amount: Option<Cents>,
}
