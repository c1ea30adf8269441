//! Plays whole pieces of work against the simulated ERP with a real Chromium.

mod exports;
mod logins;
mod orders;
mod support;
