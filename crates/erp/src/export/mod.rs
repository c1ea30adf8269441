//! Reads the ERP's PDF exports: exactly, quickly, or not at all.
//!
//! The way from bytes to records: [`file`] opens the PDF, [`tokens`] and [`page`] interpret a page's drawing as cells,
//! [`table`] joins the pages of all cycles into one table behind a row of gates, [`records`] turns rows into records by an
//! entity's declarative [`map`]. Files come from outside, so production reads them in a [`child`] process with limits.
//!
//! Anything that was never seen in a real export (facts/pdf.md) is a [`BadExport`]: half an export that passes for a whole
//! one would delete customers.

mod bad_export;
pub mod child;
mod entities;
mod file;
mod font;
mod limits;
mod map;
mod page;
mod records;
#[cfg(test)]
mod second_opinion;
mod table;
mod text;
mod theme;
mod tokens;
mod tracking;

use domain::{Customer, Ddt, Export, ExportedRow, Invoice, Order, Price, Product, SyncType};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use bad_export::BadExport;
pub use limits::{ChildLimits, Limits};

use map::EntityMap;
use records::Records;
use table::{TableSink, read_table};

/// An entity the ERP exports.
pub trait Exported: Serialize + DeserializeOwned + Send + Sized + 'static {
    /// The sync it belongs to.
    const KIND: SyncType;
    #[doc(hidden)]
    fn map() -> &'static EntityMap<Self>;
}

macro_rules! exported {
    ($($entity:ty, $kind:ident, $map:ident;)*) => {
        $(impl Exported for $entity {
            const KIND: SyncType = SyncType::$kind;
            fn map() -> &'static EntityMap<Self> {
                &entities::$map
            }
        })*
    };
}

exported! {
    Customer, Customers, CUSTOMERS;
    Product, Products, PRODUCTS;
    Price, Prices, PRICES;
    Order, Orders, ORDERS;
    Ddt, Ddt, DDT;
    Invoice, Invoices, INVOICES;
}

/// What an export was like, beside its records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Pages of the document.
    pub pages: u32,
    /// Pages of one cycle.
    pub cycle: u32,
    /// Records.
    pub rows: u32,
    /// Rows that are known to be no records (their id is 0).
    pub left_out: u32,
    /// Cells of columns that were never seen in a real export and could not be read; their fields are absent.
    pub unreadable_cells: u32,
    /// See [`Export::missing_columns`].
    pub missing_columns: Vec<String>,
    /// See [`Export::unknown_columns`].
    pub unknown_columns: Vec<String>,
}

/// Reads a whole export in this process.
pub fn read<T: Exported>(bytes: &[u8], limits: &Limits) -> Result<Export<T>, BadExport> {
    let mut rows = Vec::new();
    let mut keep = |row| {
        rows.push(row);
        Ok(())
    };
    let summary = read_each::<T>(bytes, limits, &mut keep)?;
    Ok(Export { rows, missing_columns: summary.missing_columns, unknown_columns: summary.unknown_columns })
}

/// Reads an export and hands on each record as it is read, so that memory stays small. The records count only once the
/// summary has come back: an error means that nothing of the export may be kept.
pub fn read_each<T: Exported>(
    bytes: &[u8],
    limits: &Limits,
    emit: &mut dyn FnMut(ExportedRow<T>) -> Result<(), BadExport>,
) -> Result<Summary, BadExport> {
    let mut records = Records::new(T::map(), emit);
    let end = read_table(bytes, limits, &mut records)?;
    records.finish()?;
    Ok(Summary {
        pages: end.pages as u32,
        cycle: end.cycle as u32,
        rows: records.emitted,
        left_out: records.left_out,
        unreadable_cells: records.unreadable_cells,
        missing_columns: records.missing_columns,
        unknown_columns: records.unknown_columns,
    })
}

/// Reads texts as if a document had shown them, a line feed for each line break: what is left of reading when the PDF is
/// taken away, for tests that vary texts.
pub fn read_rows<T: Exported>(titles: &[String], rows: &[Vec<String>]) -> Result<Export<T>, BadExport> {
    let mut read = Vec::new();
    let mut keep = |row| {
        read.push(row);
        Ok(())
    };
    let mut records = Records::new(T::map(), &mut keep);
    records.titles(titles)?;
    for row in rows {
        if row.len() != titles.len() {
            return Err(BadExport::new(format!("a row has {} cells and not {}", row.len(), titles.len())));
        }
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        records.row(0, &cells)?;
    }
    records.finish()?;
    let (missing_columns, unknown_columns) = (records.missing_columns, records.unknown_columns);
    Ok(Export { rows: read, missing_columns, unknown_columns })
}

/// An export as a plain table, without meaning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlainTable {
    /// The captions of all columns.
    pub titles: Vec<String>,
    /// The cells of every record, line breaks joined to spaces.
    pub rows: Vec<Vec<String>>,
    /// The cells of the totals row.
    pub totals: Vec<String>,
    /// Pages of one cycle.
    pub cycle: usize,
}

impl TableSink for PlainTable {
    fn titles(&mut self, titles: &[String]) -> Result<(), BadExport> {
        self.titles = titles.to_vec();
        Ok(())
    }

    fn row(&mut self, _page: usize, cells: &[&str]) -> Result<(), BadExport> {
        self.rows.push(cells.iter().map(|text| text::join_words(text)).collect());
        Ok(())
    }
}

/// Reads any export as a plain table, through the same gates; for comparing readers and for unknown exports.
pub fn read_plain(bytes: &[u8], limits: &Limits) -> Result<PlainTable, BadExport> {
    let mut table = PlainTable { titles: Vec::new(), rows: Vec::new(), totals: Vec::new(), cycle: 0 };
    let end = read_table(bytes, limits, &mut table)?;
    (table.totals, table.cycle) = (end.totals, end.cycle);
    Ok(table)
}
