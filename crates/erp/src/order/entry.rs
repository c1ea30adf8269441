//! Says what is to be typed.

use std::collections::HashMap;

use domain::{ArticleId, Draft, ErpId, Marker, Product, Quantity};

/// An order to type, with what is needed to tell an article's package variants apart.
#[derive(Debug, Clone, Copy)]
pub struct OrderEntry<'a> {
    /// The order as it was submitted.
    pub draft: &'a Draft,
    /// What finds it again.
    pub marker: &'a Marker,
    /// The variants of the draft's articles, from the catalogue; a missing one is told apart by name alone, which fails
    /// when the ERP offers several.
    pub variants: &'a HashMap<ArticleId, Variant>,
}

/// What tells one package variant from its siblings in the article lookup, which does not show the article's id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Variant {
    /// `CONTENUTO DELL'IMBALLAGGIO`, pieces in a package.
    pub content: Option<Quantity>,
    /// `QTÀ MULTIPLI`.
    pub multiple: Option<Quantity>,
    /// `PACCO`, e.g. `K2`. Never decides alone: its meaning differs between families (facts/erp.md §5).
    pub package: Option<String>,
}

impl From<&Product> for Variant {
    fn from(product: &Product) -> Self {
        Self {
            content: product.package_content,
            multiple: product.quantity_multiple,
            package: product.package.clone(),
        }
    }
}

/// An order that the ERP has saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnteredOrder {
    /// The ERP's id; the order number `ORD/…` comes later, when the order is sent.
    pub id: ErpId,
    /// Warnings the ERP gave and that were confirmed.
    pub warnings: Vec<String>,
}
