//! Reads the wall clock, in one place.

use std::time::{SystemTime, UNIX_EPOCH};

use domain::Timestamp;
use orchestrator::LocalDay;
use time::{Date, Duration, OffsetDateTime};

/// This moment.
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The day in Italy, by which prices are valid.
pub fn today() -> Date {
    OffsetDateTime::UNIX_EPOCH.date().saturating_add(Duration::days(LocalDay::of(now()).0))
}
