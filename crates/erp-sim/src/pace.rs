//! Imitates how long the real server takes (facts/erp.md §6), or does not.

use std::time::Duration;

use crate::visit::Kind;
use crate::world::Entity;

/// How long answers take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Pace {
    /// As fast as the machine allows; for tests.
    #[default]
    Fast,
    /// As measured on the real server.
    Real,
}

impl Pace {
    /// How long a request of this kind takes at least, counted from when the server begins to work on it. `turn` makes
    /// the spread of logins deterministic.
    pub(crate) fn minimum(self, kind: Kind, turn: u64) -> Duration {
        match self {
            Self::Fast => Duration::ZERO,
            Self::Real => Duration::from_millis(real_ms(kind, turn)),
        }
    }
}

/// Milliseconds of the real server. Logins took 2–10 s; exports are download times; a line update 5–7 s; the others are
/// the bot-side times of the facts minus the bot's own fixed waits, where those are known.
fn real_ms(kind: Kind, turn: u64) -> u64 {
    match kind {
        Kind::LogIn => 2_000 + (turn.wrapping_mul(2_654_435_761) >> 7) % 8_001,
        Kind::LoginPage => 300,
        Kind::Page => 900,
        Kind::List(_) | Kind::Detail => 1_850,
        Kind::NewForm => 1_130,
        Kind::Export(Entity::Customers) | Kind::Columns => 2_500,
        Kind::Export(Entity::Products) => 28_000,
        Kind::Export(Entity::Prices) => 24_000,
        Kind::Export(Entity::Orders) => 6_000,
        Kind::Export(Entity::Ddt) => 8_000,
        Kind::Export(Entity::Invoices) => 2_000,
        Kind::Filter | Kind::ArticleLookup => 1_200,
        Kind::Grid => 1_000,
        Kind::CustomerLookup => 1_400,
        Kind::Line => 1_500,
        Kind::LineUpdate => 5_000 + (turn.wrapping_mul(40_503) >> 3) % 2_001,
        Kind::Save => 3_000,
        Kind::Api => 80,
        Kind::Asset => 0,
    }
}
