//! Shapes the list of an agent's orders: those the ERP has listed, and those just sent that it has not listed yet.

use serde::{Deserialize, Serialize};

use crate::{Cents, Ddt, DraftId, ErrorKind, Invoice, Marker, Order, PageOf, Timestamp, WaitReason};

/// Where an order stands, from the ERP's own words for it (facts/erp.md §2.8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OrderState {
    /// It has no number: it was not sent to the head office yet.
    Pending,
    /// The head office works on it.
    Open,
    /// Delivered, not billed.
    Delivered,
    /// Billed.
    Invoiced,
    /// Given up.
    Cancelled,
}

impl OrderState {
    /// All of them, in the order of an order's life.
    pub const ALL: [Self; 5] = [Self::Pending, Self::Open, Self::Delivered, Self::Invoiced, Self::Cancelled];

    /// What the ERP calls it in the column `STATO DELLE VENDITE`, in lower case: Italian, English, and its inner name,
    /// which shows for a row or two after maintenance. A pending order is known by its missing number instead.
    pub const fn captions(self) -> &'static [&'static str] {
        match self {
            Self::Pending => &[],
            Self::Open => &["ordine aperto", "open order", "openorder"],
            Self::Delivered => &["consegnato", "delivered"],
            Self::Invoiced => &["fatturato", "invoiced"],
            Self::Cancelled => &["cancellato", "canceled", "cancelled"],
        }
    }
}

impl Order {
    /// Where it stands; `None` for a status that we do not know.
    pub fn state(&self) -> Option<OrderState> {
        if self.number.is_none() {
            return Some(OrderState::Pending);
        }
        let status = self.sales_status.as_deref()?.trim().to_lowercase();
        OrderState::ALL.into_iter().find(|state| state.captions().contains(&status.as_str()))
    }
}

impl Invoice {
    /// Whether it gives money back: its number begins with `NC`, or its amount is negative.
    pub fn is_credit_note(&self) -> bool {
        self.number.starts_with("NC") || self.amount.is_some_and(|amount| amount.0 < 0)
    }
}

/// An order that was typed into the ERP for the agent and that the copy of the ERP's list does not have yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SentOrder {
    /// The draft it came from.
    pub draft_id: DraftId,
    /// The ERP's id or number of it, by which it is matched once it is listed.
    pub number: String,
    /// What finds it in the ERP.
    pub marker: Marker,
    /// For whom.
    pub customer_name: String,
    /// Its lines.
    pub lines: u32,
    /// Its total before VAT, as the ERP's list has it.
    pub total: Cents,
    /// When the agent sent it.
    pub sent_at: Timestamp,
}

/// Answer of `GET /api/orders`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderList {
    /// What the ERP has listed, newest first.
    #[serde(flatten)]
    pub listed: PageOf<Order>,
    /// What was sent since, newest first; on the first page only.
    #[serde(default)]
    pub sent: Vec<SentOrder>,
    /// When the ERP's list was last read or looked at; `None` before the first time.
    #[serde(default)]
    pub fresh_as_of: Option<Timestamp>,
    /// How the last reading failed, if there was none since.
    #[serde(default)]
    pub failed: Option<ErrorKind>,
    /// Why the reading that is asked for does not run.
    #[serde(default)]
    pub waiting_because: Option<WaitReason>,
}

/// Answer of `GET /api/orders/{id}`: an order, and what was delivered and billed for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderWithDocuments {
    /// The order.
    #[serde(flatten)]
    pub order: Order,
    /// Its transport documents.
    pub ddt: Vec<Ddt>,
    /// Its invoices and credit notes.
    pub invoices: Vec<Invoice>,
}
