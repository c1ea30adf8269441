//! Describes a transport document (DDT) as the ERP's export does.

use serde::{Deserialize, Serialize};
use time::Date;

use crate::{ErpId, Quantity};

/// One row of `Documenti di trasporto.pdf` (facts/erp.md §3.7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the field names are the ERP's own columns, described in the table of facts")]
pub struct Ddt {
    pub id: ErpId,
    /// `DDT/26000123`, unique.
    pub number: String,
    pub delivery_date: Option<Date>,
    pub order_number: Option<String>,
    pub account: Option<String>,
    pub sales_name: Option<String>,
    pub delivery_name: Option<String>,
    /// The second column that is captioned "NOME DI CONSEGNA".
    pub delivery_address: Option<String>,
    /// Printed under "TOTALE"; negative for returns.
    pub quantity: Option<Quantity>,
    pub customer_reference: Option<String>,
    pub description: Option<String>,
    pub tracking_number: Option<String>,
    pub carrier: Option<String>,
    pub delivery_terms: Option<String>,
    pub delivery_mode: Option<String>,
    pub attention: Option<String>,
    /// Printed under "CITTÀ DI CONSEGNA", in which the ERP prints an e-mail address.
    pub email: Option<String>,
}
