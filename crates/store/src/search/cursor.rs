//! Remembers where a list was left, so that the next page begins behind it even when rows have come or gone.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::{Result, StoreError};

/// The place of the last row of a page in its order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Place {
    /// How well it matched; smaller is better.
    pub(crate) rank: i64,
    /// Its folded name.
    pub(crate) name_key: String,
    /// Its key, which decides among equal names.
    pub(crate) key: String,
}

impl Place {
    /// Before everything.
    pub(crate) fn start() -> Self {
        Self { rank: -1, name_key: String::new(), key: String::new() }
    }

    /// The place a cursor names; the start when there is none.
    pub(crate) fn parse(cursor: Option<&str>) -> Result<Self> {
        let Some(cursor) = cursor else { return Ok(Self::start()) };
        let bytes = from_hex(cursor).ok_or(StoreError::InvalidCursor)?;
        let (rank, name_key, key) = serde_json::from_slice(&bytes).map_err(|_| StoreError::InvalidCursor)?;
        Ok(Self { rank, name_key, key })
    }

    /// The place as text that is safe in an address.
    pub(crate) fn to_cursor(&self) -> String {
        let json =
            serde_json::to_vec(&(self.rank, &self.name_key, &self.key)).expect("numbers and text are JSON");
        json.iter().fold(String::with_capacity(json.len() * 2), |mut hex, byte| {
            write!(hex, "{byte:02x}").expect("writing to a string cannot fail");
            hex
        })
    }
}

fn from_hex(text: &str) -> Option<Vec<u8>> {
    let (pairs, rest) = text.as_bytes().as_chunks::<2>();
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if rest.is_empty() { pairs.iter().map(byte).collect() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_leads_back_to_its_place() {
        let place = Place { rank: 2, name_key: "società d'ü".to_owned(), key: "57185".to_owned() };
        assert_eq!(Place::parse(Some(&place.to_cursor())).unwrap(), place);
        assert_eq!(Place::parse(None).unwrap(), Place::start());
    }

    #[test]
    fn what_is_no_cursor_is_refused() {
        for text in ["x", "zz", "5b", "é", "+1"] {
            assert!(matches!(Place::parse(Some(text)), Err(StoreError::InvalidCursor)), "{text}");
        }
    }
}
