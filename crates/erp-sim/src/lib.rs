//! Simulates Archibald, the legacy ERP: a stateful world served over real HTTP, with real PDFs and faults on demand.
//!
//! It is not a mock of one client: a bot written for the real server works against it on the paths it covers (login,
//! the six list views, their PDF exports, the order form). What is imitated, and from which measurement, is said where it
//! is done; what is not: validation of view state, the vendor's styles, the PDFs of single documents and of order lines,
//! creating customers by form.

pub mod pdf;

mod action;
mod api;
mod assets;
mod columns;
mod control;
mod export;
mod faults;
mod front;
mod journal;
mod lists;
mod options;
mod order_form;
mod pace;
mod preferences;
mod reply;
mod screens;
mod selection;
mod session;
mod simulator;
mod state;
mod text;
mod trouble;
mod visit;
mod world;

pub use faults::{Fault, Place, STALL_MS_MAX, Trouble};
pub use journal::{Deed, Entry};
pub use options::{FirstExport, Layout, Options};
pub use pace::Pace;
pub use simulator::{RunningSim, Simulator};
pub use world::{
    Address, CustomerRecord, DdtRecord, Entity, InvoiceRecord, LineDiscountGroup, OrderRecord, PriceRecord,
    Records, SalesType, SavedLine, Stage, World,
};
