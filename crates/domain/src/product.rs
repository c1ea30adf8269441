//! Describes an article variant as the ERP's products export does.

use serde::{Deserialize, Serialize};
use time::PrimitiveDateTime;

use crate::{ArticleId, Cents, Percent, Quantity, VatRate};

/// One row of `Prodotti.pdf` (facts/erp.md §3.4): one package variant of one article. Variants share `name`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs, reason = "the field names are the ERP's own columns, described in the table of facts")]
pub struct Product {
    /// `ID ARTICOLO`, the key.
    pub id: ArticleId,
    /// `NOME ARTICOLO`, the article's code as people say it (`AB12XY.104.023`); shared by its variants.
    pub name: String,
    pub description: Option<String>,
    pub search_name: Option<String>,
    pub group: Option<String>,
    pub group_id: Option<String>,
    pub group_description: Option<String>,
    /// Pieces in one package (`CONTENUTO DELL'IMBALLAGGIO`).
    pub package_content: Option<Quantity>,
    pub price_unit: Option<Quantity>,
    pub quantity_minimum: Option<Quantity>,
    pub quantity_multiple: Option<Quantity>,
    pub quantity_maximum: Option<Quantity>,
    pub quantity_default: Option<Quantity>,
    pub quantity_standard: Option<Quantity>,
    pub figure: Option<String>,
    pub shank: Option<String>,
    pub size: Option<String>,
    /// `PACCO`: the variant's suffix, e.g. `K2`.
    pub package: Option<String>,
    pub bulk_id: Option<String>,
    pub configuration: Option<String>,
    pub standard_configuration: Option<String>,
    pub unit: Option<String>,
    pub vat: Option<VatRate>,
    pub orderable: Option<bool>,
    pub stopped: Option<bool>,
    pub line_discount: Option<String>,
    pub total_discount: Option<Percent>,
    pub purchase_price: Option<Cents>,
    pub display_number: Option<String>,
    pub record_id: Option<String>,
    pub company: Option<String>,
    pub created_by: Option<String>,
    pub created_at: Option<PrimitiveDateTime>,
    pub modified_by: Option<String>,
    pub modified_at: Option<PrimitiveDateTime>,
}
