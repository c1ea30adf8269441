//! Holds an order while an agent writes it. The form edits and the server stores this one type.

use serde::{Deserialize, Serialize};
use time::Date;

use crate::{
    ArticleId, Cents, DiscountCascade, DraftId, ErpId, LineId, Percent, Quantity, Timestamp, VatRate,
};

/// Counts the saves the server has accepted; 0 before the first. A save names the version it was based on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DraftVersion(pub u32);

/// One order being written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Draft {
    /// Made by the form (UUIDv7) before anything is typed.
    pub id: DraftId,
    /// The server's version this copy is based on.
    pub version: DraftVersion,
    /// None until one is chosen.
    pub customer: Option<CustomerChoice>,
    /// In the order the agent wrote them.
    pub lines: Vec<DraftLine>,
    /// Applies to the sum of lines.
    #[serde(default)]
    pub header_discount: Percent,
    /// The customer's own reference for the order.
    #[serde(default)]
    pub customer_reference: Option<String>,
    /// A delivery day the customer asked for.
    #[serde(default)]
    pub requested_delivery: Option<Date>,
    /// Where it goes when not to the customer's own address: words that name one of the addresses the ERP knows.
    #[serde(default)]
    pub delivery_address: Option<String>,
    /// Text that goes with the order.
    #[serde(default)]
    pub notes: Option<String>,
    /// When the form made it, by the device's clock.
    pub created_at: Timestamp,
    /// When it was last typed into, by the device's clock.
    pub edited_at: Timestamp,
}

/// The customer of a draft, with the words shown for it, so that a draft can be read offline.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct CustomerChoice {
    pub id: ErpId,
    pub account: Option<String>,
    pub name: String,
    pub city: Option<String>,
}

/// One article on a draft, with the price it was written at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DraftLine {
    /// Stable over edits, for merging two devices' copies.
    pub id: LineId,
    /// The package variant.
    pub article: ArticleId,
    /// The article's code, shared by its variants.
    pub name: String,
    /// What the article is.
    pub description: Option<String>,
    /// Pieces, a multiple of the package when valid.
    pub quantity: Quantity,
    /// For `price_unit` pieces; `None` when the price list has no entry: the line then counts nothing and says so.
    pub unit_price: Option<Cents>,
    /// How many pieces `unit_price` is for, usually 1.
    pub price_unit: Quantity,
    /// The agent's discount.
    pub discount: DiscountCascade,
    /// The discount the price list or customer brings; multiplies with `discount`.
    #[serde(default)]
    pub system_discount: Percent,
    /// The article's VAT rate.
    pub vat: VatRate,
}

impl Draft {
    /// An untouched order form's draft.
    pub fn new(id: DraftId, now: Timestamp) -> Self {
        Self {
            id,
            version: DraftVersion(0),
            customer: None,
            lines: Vec::new(),
            header_discount: Percent(0),
            customer_reference: None,
            requested_delivery: None,
            delivery_address: None,
            notes: None,
            created_at: now,
            edited_at: now,
        }
    }

    /// Whether nothing has been entered, so that nothing needs keeping.
    pub fn is_empty(&self) -> bool {
        self.customer.is_none()
            && self.lines.is_empty()
            && self.header_discount == Percent(0)
            && self.customer_reference.is_none()
            && self.requested_delivery.is_none()
            && self.delivery_address.is_none()
            && self.notes.is_none()
    }
}
