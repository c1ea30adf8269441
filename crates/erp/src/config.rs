//! Collects every setting and limit of the ERP client; the server fills it in, nothing here reads the environment.

use std::{path::PathBuf, time::Duration};

/// How to reach Archibald and with which browser.
#[derive(Debug, Clone)]
pub struct ErpConfig {
    /// Scheme, host and port, e.g. `https://erp.example:8443`; the application lives below `/Archibald/` of it.
    pub base_url: String,
    /// The Chromium to run; `None` looks for one in the usual places.
    pub chromium: Option<PathBuf>,
    /// Whether Chromium keeps its sandbox. Only a container whose one user is root has a reason to say no.
    pub sandbox: bool,
    /// Whether a certificate that no browser trusts is accepted; the real ERP has one (facts/erp.md §0).
    pub accept_invalid_certificates: bool,
    /// Where profiles and downloads live while in use; `None` is the system's folder for temporary files.
    pub temp_folder: Option<PathBuf>,
    /// Every limit.
    pub limits: Limits,
}

impl ErpConfig {
    /// The usual settings for the ERP at `base_url`: sandboxed, real certificates only.
    pub fn new(base_url: impl Into<String>) -> Self {
        Self {
            base_url: base_url.into().trim_end_matches('/').to_owned(),
            chromium: None,
            sandbox: true,
            accept_invalid_certificates: false,
            temp_folder: None,
            limits: Limits::default(),
        }
    }

    /// The address of a page below `/Archibald/`; `path` has no leading slash.
    pub fn url(&self, path: &str) -> String {
        format!("{}/Archibald/{path}", self.base_url)
    }
}

/// Every limit of the client. A wait that reaches its limit is an error, never a shrug.
#[derive(Debug, Clone)]
pub struct Limits {
    /// From spawning Chromium to its answer; 20 s. It takes 0.7 s on a quiet machine.
    pub launch: Duration,
    /// Between two looks whether Chromium still answers; 10 s.
    pub health_interval: Duration,
    /// For the answer to such a look; 5 s. A loaded machine answers within one.
    pub health_answer: Duration,
    /// For Chromium to close by itself before its process group is killed; 3 s.
    pub shutdown: Duration,
    /// A browser older than this takes no new session and ends with its last one; 90 min, because page opening was seen
    /// to degrade from 0.2 s to 30 s after half an hour of scraping (facts/erp.md §6).
    pub browser_age_max: Duration,
    /// A web session older than this is replaced when its next piece of work begins; 4 h, seen to work (facts/erp.md §1.4).
    pub web_session_age_max: Duration,
    /// Web sessions open at once; 16. Each takes about 60 MiB.
    pub web_sessions_max: usize,
    /// For a command to the browser itself, such as opening a page; 20 s.
    pub browser_command: Duration,
    /// Between two looks inside a page at a condition; 25 ms, well below what a person notices.
    pub poll_interval: Duration,
    /// How long a page must be at rest to count as idle; 150 ms, because one callback may start the next.
    pub idle_hold: Duration,
    /// For a page to be idle again after a callback; 45 s (facts/erp.md §6).
    pub idle: Duration,
    /// For a page to load; 60 s. The ERP serialises the requests of one web session, so a page may wait for another.
    pub page_load: Duration,
    /// From the click on "Accedi" to a page that is not the login page; 60 s (facts/erp.md §1.3).
    pub login: Duration,
    /// Attempts at putting a list's filter to "all"; 3 (facts/erp.md §2.5).
    pub filter_tries: u32,
    /// For a list's grid to answer when its rows were modified; 15 s. It is one request like the turning of a page.
    pub newest_change: Duration,
    /// From the click on "Esportare in" to the last byte; 120 s (facts/erp.md §3.1).
    pub download: Duration,
    /// For one answer of the REST API; 3 s. An export takes no longer than that, so waiting more would win nothing.
    pub api: Duration,
    /// The largest export that is kept; 64 MiB. The largest seen has 1.2 MiB.
    pub export_bytes_max: u64,
    /// For a dropdown or popup to appear after a click; 15 s. Measured: 0.6 s.
    pub popup: Duration,
    /// For a lookup to answer a search; 45 s. An article search took 14 s (facts/erp.md §6).
    pub lookup: Duration,
    /// Pages of a lookup that are read before giving up; 10.
    pub lookup_pages_max: u32,
    /// For "New" to open an order line; 90 s (facts/erp.md §4.1).
    pub line_open: Duration,
    /// For "Update" to store an order line; 180 s. Usual are 5–7 s; a quantity that misfits its package takes more than 120 s
    /// (facts/erp.md §6), and only its end tells that the ERP refuses it.
    pub line_update: Duration,
    /// Attempts at one order line when the ERP fails while it is typed; 2. Nothing is saved yet, so the rows that are there
    /// tell where to go on (facts/erp.md §4.1).
    pub line_tries: u32,
    /// Attempts at getting a value into a field of the order form; 3 (facts/erp.md §4.1).
    pub field_tries: u32,
    /// For "Salva e chiudi" to leave the form or to say why not; 120 s, because giving up here costs a reconciliation.
    pub save: Duration,
    /// For a saved order to show up in the orders list; 20 s. After that the marker is searched for later.
    pub order_listed: Duration,
    /// Attempts at clearing the default line-discount group; 3 (facts/erp.md §4.1).
    pub line_discount_tries: u32,
}

impl Default for Limits {
    fn default() -> Self {
        let seconds = Duration::from_secs;
        Self {
            launch: seconds(20),
            health_interval: seconds(10),
            health_answer: seconds(5),
            shutdown: seconds(3),
            browser_age_max: seconds(90 * 60),
            web_session_age_max: seconds(4 * 3_600),
            web_sessions_max: 16,
            browser_command: seconds(20),
            poll_interval: Duration::from_millis(25),
            idle_hold: Duration::from_millis(150),
            idle: seconds(45),
            page_load: seconds(60),
            login: seconds(60),
            filter_tries: 3,
            newest_change: seconds(15),
            download: seconds(120),
            api: seconds(3),
            export_bytes_max: 64 << 20,
            popup: seconds(15),
            lookup: seconds(45),
            lookup_pages_max: 10,
            line_open: seconds(90),
            line_update: seconds(180),
            line_tries: 2,
            field_tries: 3,
            save: seconds(120),
            order_listed: seconds(20),
            line_discount_tries: 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_join_without_a_double_slash() {
        let config = ErpConfig::new("http://erp.example:3100/");
        assert_eq!(config.url("Default.aspx"), "http://erp.example:3100/Archibald/Default.aspx");
    }
}
