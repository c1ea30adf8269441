//! Describes the world the simulated ERP shows; the same description always gives the same records.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use time::{Date, macros::date};

use crate::faults::{Fault, Place, Trouble};

mod customers;
mod ddts;
mod drift;
mod invoices;
mod names;
mod orders;
mod prices;
mod products;
mod records;

pub use ddts::DdtRecord;
pub use invoices::InvoiceRecord;
pub use orders::{OrderRecord, SalesType, SavedLine, Stage};
pub(crate) use orders::{line_amount, order_total};
pub use prices::PriceRecord;
pub(crate) use products::SAVED_FILTER_GROUP;
pub use records::{Address, CustomerRecord, LineDiscountGroup, Records};

/// The kinds of records with a list view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entity {
    /// `CUSTTABLE`.
    Customers,
    /// `INVENTTABLE`.
    Products,
    /// `PRICEDISCTABLE`.
    Prices,
    /// `SALESTABLE`.
    Orders,
    /// `CUSTPACKINGSLIPJOUR`.
    Ddt,
    /// `CUSTINVOICEJOUR`.
    Invoices,
}

/// How much of what the world holds, from which seed, and what is broken in it from the start.
#[derive(Debug, Clone)]
pub struct World {
    pub(crate) seed: u64,
    pub(crate) customers: usize,
    pub(crate) products: usize,
    pub(crate) prices: usize,
    pub(crate) orders: usize,
    ddts: Option<usize>,
    invoices: Option<usize>,
    pub(crate) today: Date,
    pub(crate) faults: Vec<Fault>,
}

/// The measured volumes (facts/erp.md §6), on the day the samples were taken.
impl Default for World {
    fn default() -> Self {
        Self {
            seed: 1,
            customers: 1_452,
            products: 4_530,
            prices: 4_540,
            orders: 985,
            ddts: None,
            invoices: None,
            today: date!(2026 - 01 - 20),
            faults: Vec::new(),
        }
    }
}

impl World {
    /// Another world of the same size.
    #[must_use]
    pub fn with_seed(self, seed: u64) -> Self {
        Self { seed, ..self }
    }

    /// So many customers; each sees the same ones.
    #[must_use]
    pub fn with_customers(self, customers: usize) -> Self {
        Self { customers, ..self }
    }

    /// So many package variants of articles.
    #[must_use]
    pub fn with_products(self, products: usize) -> Self {
        Self { products, ..self }
    }

    /// So many price-list rows.
    #[must_use]
    pub fn with_prices(self, prices: usize) -> Self {
        Self { prices, ..self }
    }

    /// So many orders of the past.
    #[must_use]
    pub fn with_orders(self, orders: usize) -> Self {
        Self { orders, ..self }
    }

    /// So many transport documents, at most four for each order; in the measured proportion to orders without this.
    #[must_use]
    pub fn with_ddts(self, ddts: usize) -> Self {
        Self { ddts: Some(ddts), ..self }
    }

    /// So many invoices and credit notes; in the measured proportion to orders without this.
    #[must_use]
    pub fn with_invoices(self, invoices: usize) -> Self {
        Self { invoices: Some(invoices), ..self }
    }

    fn ddts(&self) -> usize {
        self.ddts.unwrap_or((self.orders * 1_132).div_ceil(985))
    }

    fn invoices(&self) -> usize {
        self.invoices.unwrap_or((self.orders * 128).div_ceil(985))
    }

    /// The day on which the world's clock starts, at nine in the morning.
    #[must_use]
    pub fn with_today(self, today: Date) -> Self {
        Self { today, ..self }
    }

    /// A world in which this goes wrong.
    #[must_use]
    pub fn with_fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// A world that forgets its login once after so many requests.
    #[must_use]
    pub fn log_out_after(self, requests: u32) -> Self {
        self.with_fault(Fault { after: requests, ..Fault::once(Place::Any, Trouble::LogOut) })
    }

    /// A world whose next export takes this much longer.
    #[must_use]
    pub fn stall_export(self, by: Duration) -> Self {
        let ms = u64::try_from(by.as_millis()).unwrap_or(u64::MAX);
        self.with_fault(Fault::once(Place::Export, Trouble::Stall { ms }))
    }
}

/// The generator of one part of the world; parts do not disturb each other when volumes change.
fn generator(seed: u64, part: u64) -> fastrand::Rng {
    fastrand::Rng::with_seed(
        seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) ^ part.wrapping_mul(0xD1B5_4A32_D192_ED03),
    )
}
