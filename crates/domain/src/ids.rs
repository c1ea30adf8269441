//! Identifies agents, ERP records, drafts and form sessions, so that no function takes a bare string.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::parse::ungroup;

/// The text cannot be the identifier it was given for.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {expected}")]
pub struct InvalidId {
    /// What was given, at most 80 characters of it.
    pub text: String,
    /// What it should have been, as the end of a sentence.
    pub expected: &'static str,
}

impl InvalidId {
    pub(crate) fn new(text: &str, expected: &'static str) -> Self {
        Self { text: text.chars().take(80).collect(), expected }
    }
}

macro_rules! text_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The canonical text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidId;
            fn try_from(text: String) -> Result<Self, InvalidId> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    };
}

text_id! {
    /// Who signs in: the ERP account name in lower case, 1–64 of `a–z 0–9 . _ -`, first a letter or digit.
    /// Safe as a file name, because each agent's data file is named after it.
    AgentId
}

impl FromStr for AgentId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let id = text.trim().to_ascii_lowercase();
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let starts_well = id.starts_with(|c: char| c.is_ascii_alphanumeric());
        if starts_well && id.len() <= 64 && id.chars().all(allowed) {
            Ok(Self(id))
        } else {
            Err(InvalidId::new(text, "an account name (letters, digits, dot, dash, underscore)"))
        }
    }
}

text_id! {
    /// The key of an ERP record, digits only. Grids and exports print it with thousands separators (`57.185`, in English
    /// `57,185`); parsing removes them where they group by three and refuses them elsewhere, because an id that went
    /// through a float has lost its trailing zeros (facts/erp.md §2.9: `55.220` once became `55.22`). Zero is no key.
    ErpId
}

impl ErpId {
    /// More digits than any key of the ERP, and still few enough for a 64-bit number.
    const DIGITS_MAX: usize = 18;
}

impl FromStr for ErpId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let refused = || InvalidId::new(text, "an ERP id (digits, not zero)");
        let printed = text.trim();
        let separator = printed.chars().find(|c| matches!(c, '.' | ',' | '\u{a0}' | '\u{202f}'));
        let digits = match separator {
            Some(separator) => ungroup(printed, separator).ok_or_else(refused)?,
            None => printed.to_owned(),
        };
        let significant = digits.trim_start_matches('0');
        let is_key = !significant.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
        if is_key && digits.len() <= Self::DIGITS_MAX {
            Ok(Self(significant.to_owned()))
        } else {
            Err(refused())
        }
    }
}

text_id! {
    /// An article in one package variant: six digits and the variant's suffix, e.g. `012345K2`. Two variants of one
    /// article share their name, never this id. Other shapes are accepted as long as they are plain printable text.
    ArticleId
}

impl FromStr for ArticleId {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        let id = text.trim();
        if !id.is_empty() && id.len() <= 40 && id.chars().all(|c| c.is_ascii_graphic()) {
            Ok(Self(id.to_owned()))
        } else {
            Err(InvalidId::new(text, "an article id such as 012345K2"))
        }
    }
}

macro_rules! uuid_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(out)
            }
        }

        impl FromStr for $name {
            type Err = InvalidId;
            fn from_str(text: &str) -> Result<Self, InvalidId> {
                Uuid::parse_str(text).map(Self).map_err(|_| InvalidId::new(text, "a UUID"))
            }
        }
    };
}

uuid_id! {
    /// A draft order, made by the form before anything is typed (UUIDv7). A placement carries the id of its draft.
    DraftId
}

uuid_id! {
    /// One line of a draft, so that two devices can merge line by line.
    LineId
}

uuid_id! {
    /// One mounted order form: made by the page in memory, so a duplicated tab gets its own. It is the form lease's key.
    FormSessionId
}
