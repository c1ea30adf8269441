//! Describes a customer as the ERP's customers export does.

use serde::{Deserialize, Serialize};
use time::Date;

use crate::{Cents, ErpId};

/// One row of `Clienti.pdf` (captions and grid fields: facts/erp.md §3.3). An absent text is `None`, never empty.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the field names are the ERP's own columns, described in the table of facts")]
pub struct Customer {
    /// The ERP's key.
    pub id: ErpId,
    /// "Profilo cliente", 6–7 digits; joins orders, DDT and invoices. Empty for most.
    pub account: Option<String>,
    /// Line breaks of wrapped names are collapsed to spaces.
    pub name: String,
    pub vat_number: Option<String>,
    pub pec: Option<String>,
    pub sdi: Option<String>,
    pub fiscal_code: Option<String>,
    pub delivery_mode: Option<String>,
    pub street: Option<String>,
    pub zip: Option<String>,
    pub city: Option<String>,
    pub phone: Option<String>,
    pub mobile: Option<String>,
    pub url: Option<String>,
    pub attention: Option<String>,
    pub last_order_date: Option<Date>,
    pub orders_current: Option<i64>,
    /// Printed under the misleading caption "TIPO DI CLIENTE".
    pub sales_current: Option<Cents>,
    pub orders_previous: Option<i64>,
    pub sales_previous: Option<Cents>,
    pub orders_before_previous: Option<i64>,
    pub sales_before_previous: Option<Cents>,
    pub description: Option<String>,
    pub kind: Option<String>,
    pub external_account: Option<String>,
    pub our_account: Option<String>,
}
