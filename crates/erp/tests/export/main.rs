//! Shows that the reader gives back every cell the simulated ERP wrote, and refuses everything that is not whole.

mod child;
mod columns;
mod columns_that_change;
mod documents;
mod gates;
mod hostile;
mod property;
mod simulated;
mod support;
mod truth;
