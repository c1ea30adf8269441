//! Tests the domain from outside, as the other crates use it.

mod drafts;
mod formats;
mod ids;
mod json;
mod money;
mod orders;
mod packages;
mod placements;
mod samples;
mod search;
mod smart_sync_figures;
