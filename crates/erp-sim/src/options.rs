//! Collects every setting of the simulator, with the measured figures behind the defaults.

use std::time::Duration;

use crate::pace::Pace;

/// Which columns and widths exports have (facts/erp.md §3.3–3.8): they decide the length of the page cycles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Layout {
    /// As measured in January: customers on eight pages, transport documents on six.
    #[default]
    January,
    /// As reported later: nine and seven pages, orders with an e-mail address. The change of the customers once corrupted
    /// more than half of the records.
    Later,
}

/// What the first press of "Esportare in" on a freshly opened list of transport documents brings; the second one always
/// brings the file (facts/erp.md §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FirstExport {
    /// A banner in the page: "Requested objects cannot be loaded".
    #[default]
    Banner,
    /// A new page that shows the banner.
    PageWithBanner,
    /// The file at once.
    File,
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
    /// The exports' geometry.
    pub layout: Layout,
    /// The moods of the transport documents' export.
    pub first_ddt_export: FirstExport,
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
            layout: Layout::January,
            first_ddt_export: FirstExport::Banner,
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
