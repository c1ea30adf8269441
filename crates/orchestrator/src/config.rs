//! Names every limit of the orchestrator with its unit, default and reason.

use domain::{AgentId, DurationMs, SyncType};

use crate::WorkingHours;

/// The limits. They do not change while the process runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// Types that have a reader. The others are known and shown, never scheduled, and asking for them is refused.
    pub available: Vec<SyncType>,
    /// The login in which products and prices are read. `None`: that of an agent who is not on the order form.
    pub service_login: Option<AgentId>,
    /// Logins at work at once (4): the ERP is one old machine, and each login costs us a browser context.
    pub logins_busy_max: usize,
    /// A background task gains one step of priority per so much waiting (5 min), so that nothing starves.
    pub ageing_step: DurationMs,
    /// Where ageing stops (7): above fresh orders, so that everything overtakes them in the end.
    pub priority_max: u8,
    /// A background task that waited so long (30 min) runs despite an open order form.
    pub valve_after: DurationMs,
    /// Customers from a complete pass that began less than so long ago (60 s) need no new pass when a form opens.
    pub fresh_for: DurationMs,
    /// Customers younger than this (2 min), or that could not be read so recently, are not read ahead when a form is only
    /// expected to open.
    pub read_ahead_after: DurationMs,
    /// A form joins a running pass over the customers that another form asked for, or that is read ahead of one, if it
    /// began less than so long ago (60 s).
    pub joins_for: DurationMs,
    /// A form without a beat for so long (150 s) is gone: browsers throttle hidden tabs to one timer a minute, so this is
    /// two late beats and some air.
    pub lease_ttl: DurationMs,
    /// A form whose event stream broke has so long (15 s) to come back: a reload or a network change takes seconds.
    pub stream_grace: DurationMs,
    /// A form without input for so long (10 min) no longer keeps others waiting.
    pub idle_max: DurationMs,
    /// After a failed smart sync, input on the form asks again no sooner than this (60 s); the button asks at once.
    pub smart_again_after: DurationMs,
    /// Ended forms are remembered so long (7 days), so that a late request cannot bring one back.
    pub ended_leases_for: DurationMs,
    /// At most so many of them (20,000): a bound on memory, far above a week of honest use.
    pub ended_leases_max: usize,
    /// A worker that gives no sign for so long (30 s) has lost its task.
    pub worker_ttl: DurationMs,
    /// A worker that was asked to yield has so long (15 s) before it is dropped.
    pub yield_max: DurationMs,
    /// A dropped worker whose end is not reported for so long (10 s) is given up; its token is stale by then.
    pub drop_max: DurationMs,
    /// Waiting before each retry of an infrastructure error (5, 10, 20 s); their number is that of the retries.
    pub retry_after: Vec<DurationMs>,
    /// Infrastructure errors in a row that open a login's circuit (3).
    pub circuit_errors: u32,
    /// How long a circuit stays open the first time (1 min); each failed probe doubles it.
    pub circuit_open_first: DurationMs,
    /// The longest a circuit stays open (15 min), so that recovery is noticed soon.
    pub circuit_open_max: DurationMs,
    /// Shared data older than this (3 days), or missing, is asked for when somebody signs in.
    pub stale_after: DurationMs,
    /// Customers older than this (2 h) are read when their agent signs in.
    pub customers_stale_after: DurationMs,
    /// A smart sync that keeps a form waiting for longer than this (10 s) is worth a warning: it promises 3 to 5 s.
    pub smart_slow: DurationMs,
    /// When scheduled syncs may start. `None`: always.
    pub working_hours: Option<WorkingHours>,
    /// How often a login may sign in to the ERP in a day (20): a flood of logins once made its owner block the address.
    pub logins_per_day_max: u32,
    /// As many of those (5) are kept for what a person waits for; background work stops before.
    pub logins_kept_for_people: u32,
    /// Progress is told at most so often per task (250 ms).
    pub progress_every: DurationMs,
    /// Failures in a row after which a type is shown as degraded (3).
    pub degraded_after: u32,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            available: vec![SyncType::Customers, SyncType::Prices, SyncType::Products],
            service_login: None,
            logins_busy_max: 4,
            ageing_step: DurationMs::minutes(5),
            priority_max: 7,
            valve_after: DurationMs::minutes(30),
            fresh_for: DurationMs::seconds(60),
            read_ahead_after: DurationMs::seconds(120),
            joins_for: DurationMs::seconds(60),
            lease_ttl: DurationMs::seconds(150),
            stream_grace: DurationMs::seconds(15),
            idle_max: DurationMs::minutes(10),
            smart_again_after: DurationMs::seconds(60),
            ended_leases_for: DurationMs::minutes(7 * 24 * 60),
            ended_leases_max: 20_000,
            worker_ttl: DurationMs::seconds(30),
            yield_max: DurationMs::seconds(15),
            drop_max: DurationMs::seconds(10),
            retry_after: vec![DurationMs::seconds(5), DurationMs::seconds(10), DurationMs::seconds(20)],
            circuit_errors: 3,
            circuit_open_first: DurationMs::minutes(1),
            circuit_open_max: DurationMs::minutes(15),
            stale_after: DurationMs::minutes(3 * 24 * 60),
            customers_stale_after: DurationMs::minutes(2 * 60),
            smart_slow: DurationMs::seconds(10),
            working_hours: None,
            logins_per_day_max: 20,
            logins_kept_for_people: 5,
            progress_every: DurationMs(250),
            degraded_after: 3,
        }
    }
}

impl Config {
    /// Whether the type has a reader.
    pub fn is_available(&self, kind: SyncType) -> bool {
        self.available.contains(&kind)
    }
}
