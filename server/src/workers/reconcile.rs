//! Plans the looks by which the fate of a doubtful order is found out.
//!
//! The orders list of the ERP may lag, and a save may still be on its way, so one look that finds nothing proves nothing.
//! Looks are taken at fixed times after the doubtful end; only when all of them, the last at least a minute after the
//! first, have found nothing is the order taken to be absent. What counts is the time that passed, not what a clock shows
//! that somebody may set. The plan is in memory: after a restart it begins anew, which only makes it more careful.

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use domain::{DraftId, DurationMs};

/// When to look for what.
pub(super) struct Looks {
    /// After the doubtful end, rising.
    at: Vec<Duration>,
    apart: Duration,
    plans: Mutex<HashMap<DraftId, Plan>>,
}

#[derive(Debug, Clone, Copy)]
struct Plan {
    doubtful_since: Instant,
    looks: usize,
    first_look: Option<Instant>,
    /// Looks at a list that could not be read.
    unreadable: u32,
}

impl Plan {
    const fn since(now: Instant) -> Self {
        Self { doubtful_since: now, looks: 0, first_look: None, unreadable: 0 }
    }
}

/// What is to be done about a doubtful order now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Next {
    /// Look into the ERP.
    Look,
    /// Come again after so long.
    Wait(DurationMs),
    /// It has been shown to be absent.
    Absent,
}

impl Looks {
    /// Looks at these seconds after a doubtful end, the first and the last at least `apart`.
    pub(super) fn new(seconds: &[u64], apart: Duration) -> Self {
        let mut at: Vec<_> = seconds.iter().copied().map(Duration::from_secs).collect();
        at.sort_unstable();
        Self { at, apart, plans: Mutex::default() }
    }

    /// Notes that an order's fate has become doubtful now, whatever was seen of it before.
    pub(super) fn begin(&self, draft: DraftId, now: Instant) {
        self.plans().insert(draft, Plan::since(now));
    }

    /// What to do about it. An order nobody has told about (the server was restarted) has become doubtful now.
    pub(super) fn next(&self, draft: DraftId, now: Instant) -> Next {
        let mut plans = self.plans();
        let plan = plans.entry(draft).or_insert(Plan::since(now));
        let due = match (self.at.get(plan.looks), plan.first_look) {
            (Some(after), _) => plan.doubtful_since + *after,
            (None, Some(first)) => first + self.apart,
            (None, None) => now,
        };
        let wait = due.saturating_duration_since(now);
        if wait.is_zero() { Next::Look } else { Next::Wait(DurationMs(wait.as_millis().max(1) as u64)) }
    }

    /// Notes a look that found nothing, and says what follows.
    pub(super) fn saw_nothing(&self, draft: DraftId, now: Instant) -> Next {
        let absent = {
            let mut plans = self.plans();
            let plan = plans.entry(draft).or_insert(Plan::since(now));
            plan.looks += 1;
            let first = *plan.first_look.get_or_insert(now);
            plan.looks >= self.at.len().max(2) && now.duration_since(first) >= self.apart
        };
        if absent { Next::Absent } else { self.next(draft, now) }
    }

    /// Notes that the list could not be read, and says how often by now.
    pub(super) fn could_not_look(&self, draft: DraftId, now: Instant) -> u32 {
        let mut plans = self.plans();
        let plan = plans.entry(draft).or_insert(Plan::since(now));
        plan.unreadable += 1;
        plan.unreadable
    }

    /// Forgets an order whose fate is known.
    pub(super) fn end(&self, draft: DraftId) {
        self.plans().remove(&draft);
    }

    fn plans(&self) -> std::sync::MutexGuard<'_, HashMap<DraftId, Plan>> {
        self.plans.lock().expect("nothing panics while it holds this lock")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> DraftId {
        DraftId("0193f6a0-0000-7000-8000-000000000000".parse().unwrap())
    }

    /// Looks whenever it is due and finds nothing; answers when it looked, and when it took the order for absent.
    fn times(looks: &Looks, step: Duration) -> (Vec<u64>, u64) {
        let start = Instant::now();
        let (mut now, mut looked) = (start, Vec::new());
        looks.begin(draft(), now);
        loop {
            if looks.next(draft(), now) == Next::Look {
                looked.push(now.duration_since(start).as_secs());
                if looks.saw_nothing(draft(), now) == Next::Absent {
                    return (looked, now.duration_since(start).as_secs());
                }
            }
            now += step;
        }
    }

    #[test]
    fn absence_takes_every_planned_look() {
        let looks = Looks::new(&[5, 30, 120, 600], Duration::from_mins(1));
        assert_eq!(times(&looks, Duration::from_secs(1)), (vec![5, 30, 120, 600], 600));
    }

    #[test]
    fn two_looks_are_at_least_a_minute_apart() {
        let looks = Looks::new(&[1, 2], Duration::from_mins(1));
        assert_eq!(times(&looks, Duration::from_secs(1)).1, 61);
    }

    #[test]
    fn after_a_restart_the_plan_begins_anew() {
        let looks = Looks::new(&[5, 30], Duration::from_secs(20));
        let start = Instant::now();
        assert_eq!(looks.next(draft(), start), Next::Wait(DurationMs::seconds(5)));
        assert_eq!(looks.next(draft(), start + Duration::from_secs(5)), Next::Look);
    }
}
