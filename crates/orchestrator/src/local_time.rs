//! Tells what clocks in Italy show, for working hours and for the end of a day.
//!
//! The rule is the European Union's: an hour ahead of UTC, two from the last Sunday of March to that of October, both
//! times changing at 01:00 UTC. It is arithmetic, so the orchestrator still needs no clock and no table of zones.

use domain::Timestamp;

const HOUR_MS: i64 = 3_600_000;
const DAY_MS: i64 = 24 * HOUR_MS;

/// A day in Italy, counted from 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LocalDay(pub i64);

impl LocalDay {
    /// The day of a moment.
    pub const fn of(at: Timestamp) -> Self {
        Self(local_ms(at).div_euclid(DAY_MS))
    }

    /// 0 for Monday to 6 for Sunday; 1970 began on a Thursday.
    pub const fn weekday(self) -> usize {
        (self.0 + 3).rem_euclid(7) as usize
    }

    /// The moment at which clocks show this minute of the day. The clock never changes within two hours of midnight, so
    /// midnights are exact; in the skipped or doubled hour the result is within an hour.
    pub const fn at_minute(self, minute: u16) -> Timestamp {
        let shown = self.0 * DAY_MS + minute as i64 * 60_000;
        let guess = shown - offset_ms(Timestamp(shown - HOUR_MS));
        Timestamp(shown - offset_ms(Timestamp(guess)))
    }

    /// The day after.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}

/// Minutes since midnight, as clocks show them.
pub(crate) const fn minute_of_day(at: Timestamp) -> u16 {
    (local_ms(at).rem_euclid(DAY_MS) / 60_000) as u16
}

/// The day in progress, kept so that a decision need not look into the calendar.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Today {
    pub(crate) day: LocalDay,
    begins: Timestamp,
    pub(crate) ends: Timestamp,
}

impl Today {
    pub(crate) const fn at(now: Timestamp) -> Self {
        let day = LocalDay::of(now);
        Self { day, begins: day.at_minute(0), ends: day.next().at_minute(0) }
    }

    /// Follows the time.
    pub(crate) fn turn_to(&mut self, now: Timestamp) {
        if now < self.begins || now >= self.ends {
            *self = Self::at(now);
        }
    }
}

const fn local_ms(at: Timestamp) -> i64 {
    at.0 + offset_ms(at)
}

const fn offset_ms(at: Timestamp) -> i64 {
    let year = year_of(at.0.div_euclid(DAY_MS));
    let summer = last_sunday(year, 3) * DAY_MS + HOUR_MS <= at.0;
    let winter = last_sunday(year, 10) * DAY_MS + HOUR_MS <= at.0;
    if summer && !winter { 2 * HOUR_MS } else { HOUR_MS }
}

/// The last Sunday of a month with 31 days, in days since 1970.
const fn last_sunday(year: i64, month: i64) -> i64 {
    let last = days_before(year, month) + 30;
    last - (last + 4).rem_euclid(7)
}

/// Days from 1970-01-01 to the first of a month, in the Gregorian calendar; years are counted from March, so that the
/// leap day comes last.
const fn days_before(year: i64, month: i64) -> i64 {
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * month + 2) / 5;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

const fn year_of(day: i64) -> i64 {
    let mut year = 1970 + (day * 400).div_euclid(146_097);
    while days_before(year, 1) > day {
        year -= 1;
    }
    while days_before(year + 1, 1) <= day {
        year += 1;
    }
    year
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-01T00:00:00Z.
    const NEW_YEAR: i64 = 1_767_225_600_000;

    #[test]
    fn clocks_change_on_the_last_sundays_of_march_and_october() {
        // 29 March and 25 October 2026, 01:00 UTC.
        let (spring, autumn) = (NEW_YEAR + 87 * DAY_MS + HOUR_MS, NEW_YEAR + 297 * DAY_MS + HOUR_MS);
        let hours = |at| offset_ms(Timestamp(at)) / HOUR_MS;
        assert_eq!([hours(spring - 1), hours(spring)], [1, 2]);
        assert_eq!([hours(autumn - 1), hours(autumn)], [2, 1]);
    }

    #[test]
    fn every_day_of_fifty_years_begins_at_its_midnight_and_follows_the_day_before() {
        let first = LocalDay::of(Timestamp(NEW_YEAR));
        for day in first.0..first.0 + 50 * 366 {
            let midnight = LocalDay(day).at_minute(0);
            assert_eq!((LocalDay::of(midnight), minute_of_day(midnight)), (LocalDay(day), 0));
            assert_eq!(LocalDay::of(Timestamp(midnight.0 - 1)), LocalDay(day - 1));
        }
    }

    #[test]
    fn the_first_of_january_2026_was_a_thursday() {
        assert_eq!(LocalDay::of(Timestamp(NEW_YEAR)).weekday(), 3);
        // Half an hour before midnight in Italy, it is that day still.
        let ends = Today::at(Timestamp(NEW_YEAR + 22 * HOUR_MS + 30 * 60_000)).ends;
        assert_eq!(ends, Timestamp(NEW_YEAR + 23 * HOUR_MS));
    }
}
