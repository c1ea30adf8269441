//! Drives the web application Archibald as a library: logs in, exports lists, types orders.
//!
//! Archibald has no usable API; what it has is screens for people, so this crate is a careful person at a browser. Every
//! step waits for something that can be observed, every wait has a limit, and every failure says what the caller can
//! do about it ([`ErpError`]). What is known about the screens is written down as facts beside the code that uses it;
//! captions are quoted in the ERP's Italian.
//!
//! One [`ErpBrowser`] holds one supervised Chromium; an [`ErpSession`] is one web session in it, and `&mut` of it is the
//! permission to do one piece of work.

mod api;
mod browser;
mod config;
mod credentials;
mod error;
pub mod export;
mod lists;
mod order;
mod page;
mod session;

pub use api::{ApiQuestion, ChangedCustomers};
pub use browser::ErpBrowser;
pub use config::{ErpConfig, Limits};
pub use credentials::Credentials;
pub use error::{ErpError, Snapshot};
pub use lists::{ExportFile, ExportKind, ExportProgress, ExportTimings, ListView};
pub use order::{
    Difference, EnteredOrder, FoundOrder, OrderEntry, OrderObserver, PlacedOrder, SavePermission, Sighting,
    Variant,
};
pub use session::{ErpSession, LoginOutcome};
