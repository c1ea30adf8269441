//! Operates list views: all rows shown, exported, searched.

mod download;
mod export;
mod filter;
mod found;
mod look;
mod search;

pub use download::{ExportFile, ExportTimings};
pub(crate) use export::export;
pub use export::{ExportKind, ExportProgress, ListView};
pub(crate) use found::export_found;
pub(crate) use look::look;
pub(crate) use search::{Table, TableRow, search, search_here, search_with_picture};

/// A list view of the ERP (facts/erp.md §2.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum List {
    Customers,
    Products,
    Prices,
    Orders,
    Ddt,
    Invoices,
}

impl List {
    /// Its address below `/Archibald/`.
    pub(crate) const fn path(self) -> &'static str {
        match self {
            Self::Customers => "CUSTTABLE_ListView_Agent/",
            Self::Products => "INVENTTABLE_ListView/",
            Self::Prices => "PRICEDISCTABLE_ListView/",
            Self::Orders => "SALESTABLE_ListView_Agent/",
            Self::Ddt => "CUSTPACKINGSLIPJOUR_ListView/",
            Self::Invoices => "CUSTINVOICEJOUR_ListView/",
        }
    }

    /// How the value of its filter combo ends when all rows are shown; the prefix changed with the ERP's maintenance.
    /// Products have no such combo.
    const fn all_rows(self) -> Option<&'static str> {
        match self {
            Self::Customers => Some("All_Customers"),
            Self::Products => None,
            Self::Prices => Some("ActivePrices"),
            Self::Orders => Some("ListViewSalesTableOrdersAll"),
            Self::Ddt => Some("ListViewPackingSlipsAll"),
            Self::Invoices => Some("All_invoices"),
        }
    }

    /// Whether it opens without rows, whatever its filter says, until somebody changes the filter.
    const fn opens_empty(self) -> bool {
        matches!(self, Self::Ddt | Self::Invoices)
    }
}
