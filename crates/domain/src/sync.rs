//! Names the six kinds of sync and the words in which their state is told.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{AgentId, DurationMs, InvalidId};

/// What a sync brings. The order of the variants is that of the base priority, highest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum SyncType {
    Orders,
    Customers,
    Ddt,
    Invoices,
    Prices,
    Products,
}

impl SyncType {
    /// All six, by falling base priority.
    pub const ALL: [Self; 6] =
        [Self::Orders, Self::Customers, Self::Ddt, Self::Invoices, Self::Prices, Self::Products];

    /// 6 for orders down to 1 for products.
    pub const fn base_priority(self) -> u8 {
        match self {
            Self::Orders => 6,
            Self::Customers => 5,
            Self::Ddt => 4,
            Self::Invoices => 3,
            Self::Prices => 2,
            Self::Products => 1,
        }
    }

    /// How often it runs unless an operator changes it.
    pub const fn default_interval(self) -> DurationMs {
        match self {
            Self::Orders => DurationMs::minutes(10),
            Self::Customers | Self::Prices | Self::Invoices => DurationMs::minutes(30),
            Self::Ddt => DurationMs::minutes(45),
            Self::Products => DurationMs::minutes(90),
        }
    }

    /// How far its runs are shifted from the schedule's anchor, so that they do not start together.
    pub const fn offset(self) -> DurationMs {
        match self {
            Self::Orders => DurationMs::minutes(0),
            Self::Customers => DurationMs::minutes(5),
            Self::Prices => DurationMs::minutes(10),
            Self::Invoices => DurationMs::minutes(15),
            Self::Ddt => DurationMs::minutes(20),
            Self::Products => DurationMs::minutes(30),
        }
    }

    /// Whether its rows belong to everybody (products, prices) or to one agent.
    pub const fn is_shared(self) -> bool {
        matches!(self, Self::Prices | Self::Products)
    }

    /// The word used in paths, files and JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Customers => "customers",
            Self::Ddt => "ddt",
            Self::Invoices => "invoices",
            Self::Prices => "prices",
            Self::Products => "products",
        }
    }
}

impl fmt::Display for SyncType {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}

impl FromStr for SyncType {
    type Err = InvalidId;

    fn from_str(text: &str) -> Result<Self, InvalidId> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| InvalidId {
            text: text.chars().take(80).collect(),
            expected: "one of orders, customers, ddt, invoices, prices, products",
        })
    }
}

/// Whose data a task touches.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Scope {
    /// Products and prices, one copy for everybody.
    Shared,
    /// Customers, orders, DDT, invoices and placements of one agent.
    Agent(AgentId),
}

/// How urgent a task is; it follows from what the task is, no caller passes it. Greater is more urgent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// The schedule, and "sync now" of everything but customers.
    Background,
    /// A person waits: smart sync, look-ups, "sync now" of customers.
    Interactive,
    /// An order is being placed; never preempted.
    Write,
}

/// Why a task is not running.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum WaitReason {
    /// The agent is on the order form, so nothing but customers runs in that login.
    #[serde(rename = "order form open")]
    OrderFormOpen,
    /// The ERP failed three times in that login; one probe goes first.
    #[serde(rename = "circuit open")]
    CircuitOpen,
    /// It failed and waits for its next attempt.
    #[serde(rename = "backing off")]
    BackingOff,
    /// An operator, a refused password or the day's spent budget holds the login.
    #[serde(rename = "held by operator")]
    HeldByOperator,
    /// Another task has the login.
    #[serde(rename = "login busy")]
    LoginBusy,
    /// As many logins work as the configuration allows.
    #[serde(rename = "all slots busy")]
    AllSlotsBusy,
    /// Prices are matched to products, and those are older than their interval.
    #[serde(rename = "waits for products")]
    WaitsForProducts,
}

/// The public state of one type, a projection of its tasks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum TypeState {
    Idle,
    Queued,
    Running,
    Completed,
    Error,
}

/// What went wrong, sorted by what can be done about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ErrorKind {
    /// The ERP does not answer or answers with a server error: retry later. The only kind that counts for a circuit.
    Unreachable,
    /// The ERP no longer knows the session, and one new login did not help.
    LoggedOut,
    /// The ERP refuses the password: nothing is tried until the agent signs in again.
    WrongPassword,
    /// A screen does not look as expected: stop and show an operator the screenshot.
    ScreenChanged,
    /// The ERP refuses what was typed: show the agent its words.
    Rejected,
    /// An export is incomplete or malformed: the old data stays.
    BadExport,
    /// The type has no reader yet.
    NotAvailable,
    /// A fault of our own.
    Internal,
}
