//! Says why an export was refused. Nothing of a refused export is stored.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The file is not a complete export of the kind that was asked for. The caller keeps the old data and says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadExport {
    /// The page the trouble was found on, counted from 1; `None` when it concerns the whole file.
    pub page: Option<u32>,
    /// What is wrong, in English, for the log and the operator. It may quote captions and short pieces of cells.
    pub reason: String,
}

impl BadExport {
    /// Trouble with the file as a whole, or on a page that the caller adds with [`Self::on_page`].
    pub(crate) fn new(reason: impl Into<String>) -> Self {
        Self { page: None, reason: reason.into() }
    }

    /// Names the page, counted from 0, unless one is named already.
    pub(crate) fn on_page(mut self, index: usize) -> Self {
        self.page = self.page.or(Some(index as u32 + 1));
        self
    }
}

impl fmt::Display for BadExport {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.page {
            Some(page) => write!(out, "page {page}: {}", self.reason),
            None => out.write_str(&self.reason),
        }
    }
}

impl std::error::Error for BadExport {}

/// At most 60 characters of a text from a document, quoted, for a reason.
pub(crate) fn quoted(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    format!("{short:?}")
}
