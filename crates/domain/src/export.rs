//! Carries the rows of an ERP export from the reader to the store, each with a hash that tells whether it changed.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::InvalidId;

/// A fingerprint of what the ERP printed for one record: equal hashes mean there is nothing to write. 64 lower-case
/// hexadecimal digits in JSON. It covers decoded text only, never positions, so re-wrapped columns change nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ContentHash(pub [u8; 32]);

impl ContentHash {
    /// The hash of a record's cells, given in the order of the entity's fields (not of the document's columns, which
    /// people move). White space is collapsed within each cell, so a wrapped name equals an unwrapped one; an absent
    /// cell counts as an empty one.
    pub fn of_cells<Cell: AsRef<str>>(cells: impl IntoIterator<Item = Cell>) -> Self {
        let mut hasher = Sha256::new();
        for cell in cells {
            for word in cell.as_ref().split_whitespace() {
                hasher.update(word);
                hasher.update(b" ");
            }
            // No white space survives the split, so this closes the cell unmistakably.
            hasher.update(b"\n");
        }
        Self(hasher.finalize().into())
    }
}

impl fmt::Display for ContentHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentHash {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "ContentHash({self})")
    }
}

impl FromStr for ContentHash {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let refused = || InvalidId::new(text, "64 lower-case hexadecimal digits");
        let nibble = |digit: u8| match digit {
            b'0'..=b'9' => Ok(digit - b'0'),
            b'a'..=b'f' => Ok(digit - b'a' + 10),
            _ => Err(refused()),
        };
        let digits: &[u8; 64] = text.as_bytes().try_into().map_err(|_| refused())?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
        }
        Ok(Self(bytes))
    }
}

impl TryFrom<String> for ContentHash {
    type Error = InvalidId;
    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<ContentHash> for String {
    fn from(hash: ContentHash) -> Self {
        hash.to_string()
    }
}

/// One record as read from an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ExportedRow<T> {
    /// The record.
    pub record: T,
    /// Of the record's cells.
    pub hash: ContentHash,
}

/// A whole export, read and checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Export<T> {
    /// In the document's order.
    pub rows: Vec<ExportedRow<T>>,
    /// Fields (camelCase, as in JSON) whose column the document did not have: what is stored for them stays.
    pub missing_columns: Vec<String>,
    /// Titles of columns that no field takes; an operator may want to know of them.
    pub unknown_columns: Vec<String>,
}
