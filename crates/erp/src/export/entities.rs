//! Lists, per entity, the columns of its export (facts/erp.md §3.3–3.8). Captions that lie are mapped to what they hold.
//!
//! Titles are compared without case, typographic apostrophes and a colon at the end. The English titles are those of the
//! ERP's standard dictionary; no English export was ever seen, so a title that is missing here only leaves its field
//! untouched.

mod customers;
mod ddt;
mod invoices;
mod orders;
mod prices;
mod products;

pub(super) use customers::CUSTOMERS;
pub(super) use ddt::DDT;
pub(super) use invoices::INVOICES;
pub(super) use orders::ORDERS;
pub(super) use prices::PRICES;
pub(super) use products::PRODUCTS;

use domain::ErpId;

use super::map::Begin;

/// The key of records that the ERP numbers. Rows with the id 0 or none were reported as garbage and are left out.
fn by_erp_id<T>(key: &str, record: fn(ErpId) -> T) -> Begin<T> {
    match key {
        "" | "0" => Begin::LeaveOut("its id is 0"),
        key => key.parse().map_or(Begin::Refuse, |id| Begin::Record(record(id))),
    }
}
