//! Shows what people see: the pages, their components, and the server functions they call.
//!
//! Compiled twice: with `ssr` into the server, which renders each page's frame without private data (so that the service
//! worker may cache it), and with `hydrate` into the browser, which loads the data. What the pages need of the server
//! stands in [`service`]; the server implements it.

// The type of a page is the nested type of all its elements.
#![recursion_limit = "512"]

pub mod answers;
pub mod api;
pub mod browser;
pub mod client;
pub mod codec;
pub mod components;
pub mod drafts;
pub mod error;
pub mod i18n;
pub mod live;
pub mod order_form;
pub mod pages;
pub mod routes;
#[cfg(feature = "ssr")]
pub mod service;
pub mod session;
pub mod shell;
pub mod wording;

pub use browser::register_service_worker;
pub use shell::{App, shell};
