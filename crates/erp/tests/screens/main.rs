//! Plays whole pieces of work against the simulated ERP with a real Chromium.

mod documents;
mod exports;
mod logins;
mod looks;
mod orders;
mod support;
