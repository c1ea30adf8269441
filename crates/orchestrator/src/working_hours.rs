//! Keeps the schedule to the hours in which people work.

use std::str::FromStr;

use domain::Timestamp;

use crate::local_time::{LocalDay, minute_of_day};

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// The hours in which scheduled syncs start, on Italian clocks. What falls due outside them starts when they begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkingHours {
    /// From Monday on.
    days: [bool; 7],
    from_minute: u16,
    until_minute: u16,
}

/// The text is no working hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InvalidHours;

impl std::fmt::Display for InvalidHours {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("working hours are written like mon-fri 07:00-20:00")
    }
}

impl std::error::Error for InvalidHours {}

impl WorkingHours {
    /// The first moment not before `at` that lies within them.
    pub(crate) fn not_before(&self, at: Timestamp) -> Timestamp {
        let today = LocalDay::of(at);
        let minute = minute_of_day(at);
        if self.days[today.weekday()] && minute < self.until_minute {
            return if minute < self.from_minute { today.at_minute(self.from_minute) } else { at };
        }
        let mut day = today.next();
        // A week holds one of the days at least.
        while !self.days[day.weekday()] {
            day = day.next();
        }
        day.at_minute(self.from_minute)
    }
}

impl FromStr for WorkingHours {
    type Err = InvalidHours;

    fn from_str(text: &str) -> Result<Self, InvalidHours> {
        let (days, hours) = text.trim().split_once(' ').ok_or(InvalidHours)?;
        let (first, last) = days.split_once('-').unwrap_or((days, days));
        let (first, last) = (weekday(first)?, weekday(last)?);
        let (from, until) = hours.trim().split_once('-').ok_or(InvalidHours)?;
        let (from_minute, until_minute) = (minute(from)?, minute(until)?);
        if first > last || from_minute >= until_minute {
            return Err(InvalidHours);
        }
        let days = std::array::from_fn(|day| (first..=last).contains(&day));
        Ok(Self { days, from_minute, until_minute })
    }
}

fn weekday(text: &str) -> Result<usize, InvalidHours> {
    DAYS.iter().position(|day| text.trim().eq_ignore_ascii_case(day)).ok_or(InvalidHours)
}

fn minute(text: &str) -> Result<u16, InvalidHours> {
    let (hour, minute) = text.trim().split_once(':').ok_or(InvalidHours)?;
    let (hour, minute) =
        (hour.parse::<u16>().map_err(|_| InvalidHours)?, minute.parse::<u16>().map_err(|_| InvalidHours)?);
    let whole = hour * 60 + minute;
    if hour <= 24 && minute < 60 && whole <= 24 * 60 { Ok(whole) } else { Err(InvalidHours) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Midnight in Italy before Thursday, 1 January 2026.
    const THURSDAY: i64 = 1_767_222_000_000;
    const HOUR: i64 = 3_600_000;

    #[test]
    fn what_falls_due_at_night_or_at_the_weekend_waits_for_the_next_morning() {
        let hours: WorkingHours = "mon-fri 07:00-20:30".parse().unwrap();
        let open = |hour: i64| (hours.not_before(Timestamp(THURSDAY + hour * HOUR)).0 - THURSDAY) / HOUR;
        assert_eq!([open(3), open(7), open(20), open(21)], [7, 7, 20, 31]);
        // Saturday noon: Monday morning.
        assert_eq!(open(2 * 24 + 12), 4 * 24 + 7);
    }

    #[test]
    fn nonsense_is_refused() {
        for text in
            ["", "always", "mon-fri", "fri-mon 07:00-20:00", "mon 20:00-07:00", "mon 7-8", "mon 07:60-09:00"]
        {
            assert_eq!(text.parse::<WorkingHours>(), Err(InvalidHours), "{text}");
        }
        assert!("sun 00:00-24:00".parse::<WorkingHours>().is_ok());
    }
}
