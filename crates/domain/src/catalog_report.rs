//! Shapes what is told of the catalogue: which prices belong to which articles, and what has changed.

use serde::{Deserialize, Serialize};

use crate::{ArticleId, Price, SyncType, Timestamp};

/// How a row of the price list names its article, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PriceMatch {
    /// By its id.
    Id,
    /// By its name and the variant's suffix.
    NameAndVariant,
    /// By a name that is the article's but for case, dots and spaces.
    FoldedName,
}

/// Answer of `GET /api/catalog/prices-report`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PriceReport {
    /// Rows of the price list.
    pub prices: u32,
    /// Rows that name an article by its id.
    pub by_id: u32,
    /// Rows that name it by its name and variant.
    pub by_name: u32,
    /// Rows that name it by a name that is nearly its.
    pub by_likeness: u32,
    /// Rows that name no article we know.
    pub unmatched: u32,
    /// The first of these.
    pub unmatched_rows: Vec<Price>,
    /// Articles that can be ordered and have no valid price for everybody.
    pub without_price: u32,
    /// The first of these.
    pub without_price_rows: Vec<ArticleWithoutPrice>,
    /// When the price list was last read whole.
    pub prices_as_of: Option<Timestamp>,
    /// When the articles were last read whole.
    pub products_as_of: Option<Timestamp>,
}

/// An article variant that nobody can be told the price of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct ArticleWithoutPrice {
    pub id: ArticleId,
    pub name: String,
    pub package: Option<String>,
}

/// What happened to a row of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// One of its fields has another value.
    Changed,
    /// The ERP does not list it any more.
    Removed,
}

/// One row of `GET /api/catalog/changes`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CatalogChange {
    /// Rises with time.
    pub number: u64,
    /// When we learned of it.
    pub at: Timestamp,
    /// Products or prices.
    #[serde(rename = "type")]
    pub kind: SyncType,
    /// The row's id in the ERP.
    pub key: String,
    /// The article it is about, in the row's own words: its id and name.
    pub item: String,
    /// What happened.
    pub what: ChangeKind,
    /// The field that changed, as in the row's JSON.
    pub field: Option<String>,
    /// Its value before, as in the row's JSON: cents, hundredths of pieces, `true`, a text.
    pub from: Option<String>,
    /// Its value after.
    pub to: Option<String>,
}
