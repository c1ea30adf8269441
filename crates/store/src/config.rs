//! Names every limit of the store, with its unit, its default and its reason.

use std::time::Duration;

use domain::DurationMs;

/// The store's limits.
#[derive(Debug, Clone)]
pub struct Config {
    /// Connections that read one file at a time. A page asks one thing after another, and two cores serve no more.
    pub readers_per_file: u32,
    /// How long a statement waits for a lock another process holds (a backup) before it fails.
    pub busy_timeout: Duration,
    /// A reader that has not been used for so long is closed, so that a thousand agents do not hold a thousand files.
    pub reader_idle: Duration,
    /// A pass that has seen fewer rows than this share (percent) of those known before deletes nothing: it was probably
    /// cut short.
    pub seen_percent_min: u32,
    /// A row is deleted when this many complete passes in a row have not seen it.
    pub absences_before_delete: u32,
    /// Characters of a search that are looked at; nobody types more, and a pasted page must not cost time.
    pub query_chars_max: usize,
    /// Words of a search that are looked at, for the same reason.
    pub query_words_max: usize,
    /// Rows of one page of a list, whatever is asked for.
    pub page_rows_max: u32,
    /// A second order of the same customer with the same lines within this span is probably an accident.
    pub twin_window: DurationMs,
    /// A refresh token that has just been used may be used again for so long: two tabs refresh at the same moment.
    pub refresh_grace: DurationMs,
    /// Failed log-ins of one account or address before the first wait.
    pub login_failures_free: u32,
    /// The first wait after too many failed log-ins; each further failure doubles it.
    pub login_wait_first: DurationMs,
    /// No wait is longer, so that nobody can lock an agent out for a day.
    pub login_wait_max: DurationMs,
    /// Failed log-ins are forgotten after so long without another.
    pub login_memory: DurationMs,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            readers_per_file: 4,
            busy_timeout: Duration::from_secs(5),
            reader_idle: Duration::from_mins(5),
            seen_percent_min: 70,
            absences_before_delete: 2,
            query_chars_max: 120,
            query_words_max: 8,
            page_rows_max: 500,
            twin_window: DurationMs::minutes(10),
            refresh_grace: DurationMs::seconds(20),
            login_failures_free: 3,
            login_wait_first: DurationMs::seconds(2),
            login_wait_max: DurationMs::minutes(5),
            login_memory: DurationMs::minutes(30),
        }
    }
}
