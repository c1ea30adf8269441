//! Describes a price-list entry as the ERP's prices export does.

use serde::{Deserialize, Serialize};
use time::Date;

use crate::{Cents, ErpId, Quantity};

/// One row of `Tabella prezzi.pdf` (facts/erp.md §3.5).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the field names are the ERP's own columns, described in the table of facts")]
pub struct Price {
    pub id: ErpId,
    pub account_code: Option<String>,
    pub account: Option<String>,
    pub account_description: Option<String>,
    /// `ITEM SELECTION:` – the article id (`012345K2`), sometimes only the variant's suffix (`K2`).
    pub item_selection: Option<String>,
    /// `ITEM DESCRIPTION:` – the article's name.
    pub item_description: Option<String>,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub quantity_from: Option<Quantity>,
    pub quantity_to: Option<Quantity>,
    pub price_unit: Option<Quantity>,
    /// `IMPORTO UNITARIO:`, for `price_unit` pieces.
    pub unit_price: Option<Cents>,
    pub currency: Option<String>,
    pub net_price: Option<bool>,
}
