//! Shows that the reader gives back every cell the simulated ERP wrote, and refuses everything that is not whole.

mod child;
mod columns;
mod documents;
mod gates;
mod hostile;
mod property;
mod support;
mod truth;
