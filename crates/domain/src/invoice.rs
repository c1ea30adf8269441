//! Describes an invoice or credit note as the ERP's export does.

use serde::{Deserialize, Serialize};
use time::Date;

use crate::{Cents, Quantity};

/// One row of `Fatture.pdf` (facts/erp.md §3.8). Credit notes carry negative quantities and amounts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the field names are the ERP's own columns, described in the table of facts")]
pub struct Invoice {
    /// `CF1/26000123`, or `NC/26000012` for a credit note.
    pub number: String,
    pub date: Option<Date>,
    pub account: Option<String>,
    pub billing_name: Option<String>,
    pub quantity: Option<Quantity>,
    pub sales_balance: Option<Cents>,
    pub line_discount: Option<Cents>,
    pub total_discount: Option<Cents>,
    pub tax: Option<Cents>,
    pub amount: Option<Cents>,
    pub purchase_order: Option<String>,
    pub customer_reference: Option<String>,
    pub due_date: Option<Date>,
    pub payment_term: Option<String>,
    pub days_past_due: Option<i64>,
    pub settled: Option<Cents>,
    pub last_payment_id: Option<String>,
    pub last_settlement_date: Option<Date>,
    /// Printed under "CHIUSO": a date when closed, blank when open.
    pub closed_date: Option<Date>,
    pub remaining: Option<Cents>,
    pub order_number: Option<String>,
}
