//! Computes when each type is due.

use domain::{DurationMs, ScheduleRow, SyncType, Timestamp};

use crate::WorkingHours;

/// One type's place in the schedule. Due moments lie on the grid `anchor + offset + k × interval`, so a restart moves
/// none of them; one outside the working hours is put off until they begin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleEntry {
    /// Which type.
    pub kind: SyncType,
    /// Between two runs.
    pub interval: DurationMs,
    /// Against the anchor, so that types do not start together.
    pub offset: DurationMs,
    /// Where the grid starts: when the schedule was first written.
    pub anchor: Timestamp,
    /// Whether it runs by itself.
    pub enabled: bool,
    /// The next moment of the grid that has not been served.
    pub next_due: Timestamp,
}

impl ScheduleEntry {
    /// The default entry of a type, its grid starting at `anchor`.
    pub fn new(kind: SyncType, enabled: bool, anchor: Timestamp) -> Self {
        let (interval, offset) = (kind.default_interval(), kind.offset());
        Self { kind, interval, offset, anchor, enabled, next_due: anchor.plus(offset) }
    }

    /// The first moment of the grid after `now`, put off until work begins if it lies outside the working hours.
    pub fn due_after(&self, now: Timestamp, hours: Option<&WorkingHours>) -> Timestamp {
        let due = self.on_grid_after(now);
        hours.map_or(due, |hours| hours.not_before(due))
    }

    fn on_grid_after(&self, now: Timestamp) -> Timestamp {
        let start = self.anchor.plus(self.offset);
        if start > now {
            return start;
        }
        let passed = now.since(start).0 / self.interval.0.max(1) + 1;
        start.plus(DurationMs(passed.saturating_mul(self.interval.0)))
    }

    /// As the API shows it.
    pub fn row(&self) -> ScheduleRow {
        ScheduleRow {
            kind: self.kind,
            interval_minutes: minutes(self.interval),
            offset_minutes: minutes(self.offset),
            enabled: self.enabled,
            next_due: self.enabled.then_some(self.next_due),
        }
    }
}

fn minutes(span: DurationMs) -> u32 {
    u32::try_from(span.0 / 60_000).unwrap_or(u32::MAX)
}
