//! Describes an order as the ERP's orders export does.

use serde::{Deserialize, Serialize};
use time::{Date, PrimitiveDateTime};

use crate::{Cents, ErpId, Percent};

/// One row of `Ordini.pdf` (facts/erp.md §3.6). A pending order has neither `number` nor `account` yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the field names are the ERP's own columns, described in the table of facts")]
pub struct Order {
    pub id: ErpId,
    /// `ORD/26000123`, unique when present.
    pub number: Option<String>,
    pub account: Option<String>,
    pub customer_name: String,
    pub delivery_name: Option<String>,
    /// Street, line break, postcode and city: the break is data.
    pub delivery_address: Option<String>,
    pub created_at: Option<PrimitiveDateTime>,
    pub delivery_date: Option<Date>,
    /// Printed under "RIMANI VENDITE FINANZIARIE".
    pub description: Option<String>,
    pub customer_reference: Option<String>,
    pub sales_status: Option<String>,
    pub order_type: Option<String>,
    pub document_status: Option<String>,
    pub sales_origin: Option<String>,
    pub transfer_status: Option<String>,
    pub transfer_date: Option<Date>,
    pub completion_date: Option<Date>,
    pub quote: Option<bool>,
    pub discount: Option<Percent>,
    pub gross: Option<Cents>,
    pub total: Option<Cents>,
    pub gift: Option<bool>,
    pub email: Option<String>,
}
