//! Takes in what a sync reads: in passes, page by page, writing only what has changed.
//!
//! A pass is one reading of a whole list. Each page is one transaction: the fence is checked, hashes are compared, new
//! and changed rows are written, what was seen is noted, the page is ticked off. So a pass can be interrupted after
//! any page and resumed, by the same process or the next, and a page is applied at most once. Rows are deleted only at
//! the end of a complete pass (`finish.rs`).

mod changes;
mod documents;
mod entities;
pub(crate) mod fence;
mod finish;
mod found;
mod page;
mod pass;
mod table;

pub use pass::{LastPass, PageOutcome, Pass, PassOutcome};
pub use table::Synced;

pub(crate) use pass::last_pass;
pub(crate) use table::sealed::Entity;
