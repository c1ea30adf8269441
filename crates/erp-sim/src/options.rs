//! Collects every setting of the simulator, with the measured figures behind the defaults.

use std::time::Duration;

use crate::pace::Pace;

/// Which customers layout the export has (facts/erp.md §3.3): the column widths decide the length of the page cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CustomersLayout {
    /// Eight pages, as measured in January.
    #[default]
    Eight,
    /// Nine pages, as reported from February on; the change once corrupted more than half of the records.
    Nine,
}

/// How one simulator behaves. The world it shows is a separate value.
#[derive(Debug, Clone)]
pub struct Options {
    /// TCP port on 127.0.0.1; 0 takes a free one.
    pub port: u16,
    /// Whether answers take as long as the real ones.
    pub pace: Pace,
    /// Accounts that may log in; compared without case.
    pub agents: Vec<String>,
    /// The password of all accounts.
    pub password: String,
    /// A session without requests for this long is gone. The real limit is unknown; four hours were seen to work,
    /// thirty minutes are the ASP.NET habit.
    pub idle_expiry: Duration,
    /// Whether `GET /api/customers` exists.
    pub rest_api: bool,
    /// The customers export's geometry.
    pub customers_layout: CustomersLayout,
    /// How long a line whose quantity does not fit its package freezes the session; more than 120 s in reality.
    pub wrong_variant_stall: Duration,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            port: 0,
            pace: Pace::Fast,
            agents: ["agente1", "agente2", "admin"].map(str::to_owned).to_vec(),
            password: "demo".to_owned(),
            idle_expiry: Duration::from_mins(30),
            rest_api: false,
            customers_layout: CustomersLayout::Eight,
            wrong_variant_stall: Duration::from_secs(3),
        }
    }
}

impl Options {
    /// The same options with another pace; the real one also restores the two-minute freeze of a wrong variant.
    #[must_use]
    pub fn with_pace(mut self, pace: Pace) -> Self {
        self.pace = pace;
        self.wrong_variant_stall = match pace {
            Pace::Fast => Duration::from_secs(3),
            Pace::Real => Duration::from_secs(125),
        };
        self
    }
}
