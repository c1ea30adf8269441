//! Names the limits of the loop; those of the decisions are in [`orchestrator::Config`].

use std::time::Duration;

/// The loop's limits.
#[derive(Debug, Clone)]
pub struct Limits {
    /// The longest the loop sleeps (1 s): a lost nudge or a jump of the clock is noticed no later.
    pub tick: Duration,
    /// How long a form's request waits for its smart sync (60 s). Browsers and proxies give up soon after; the sync goes
    /// on and its end arrives as an event.
    pub form_wait_max: Duration,
    /// How long workers have to yield when the process stops (10 s), before they are dropped.
    pub stop_max: Duration,
    /// Commands decided in one transaction (256): one flush to disk serves them all, and none waits long.
    pub batch_max: usize,
    /// Events a subscriber may lag behind before it reads them from the table again (4,096, about 1 MiB).
    pub live_events_max: usize,
    /// Events read from the table at once (500).
    pub replay_rows: u32,
    /// Events a subscriber may have missed and still be told one by one (2,000, a busy hour); beyond that it gets the state.
    pub missed_events_max: u64,
    /// How often a worker that waits for the ERP renews its lease (5 s), far below the lease's 30 s.
    pub sign_of_life: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            tick: Duration::from_secs(1),
            form_wait_max: Duration::from_mins(1),
            stop_max: Duration::from_secs(10),
            batch_max: 256,
            live_events_max: 4_096,
            replay_rows: 500,
            missed_events_max: 2_000,
            sign_of_life: Duration::from_secs(5),
        }
    }
}
