//! Marks each placement so that its order can be found again in the ERP.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::InvalidId;

/// A short reference such as `A7K3-9QF2`: 40 bits, which follow from the draft's id, in Crockford's base 32. It is typed
/// into the order's customer-reference field, which the ERP's order list and its export show and its search box finds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Marker(String);

const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

impl Marker {
    /// The marker of the 40 lowest of `bits`.
    pub fn from_bits(bits: u64) -> Self {
        let letter = |place: u32| char::from(ALPHABET[(bits >> (place * 5)) as usize & 31]);
        let group = |places: std::ops::Range<u32>| places.rev().map(letter).collect::<String>();
        Self(format!("{}-{}", group(4..8), group(0..4)))
    }

    /// The text as it stands in the ERP.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl FromStr for Marker {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let shape = text.len() == 9
            && text.bytes().enumerate().all(|(i, b)| if i == 4 { b == b'-' } else { ALPHABET.contains(&b) });
        if shape {
            Ok(Self(text.to_owned()))
        } else {
            Err(InvalidId { text: text.chars().take(80).collect(), expected: "a marker such as A7K3-9QF2" })
        }
    }
}

impl TryFrom<String> for Marker {
    type Error = InvalidId;
    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl From<Marker> for String {
    fn from(marker: Marker) -> Self {
        marker.0
    }
}
