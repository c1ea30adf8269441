//! Plans the looks by which the fate of a doubtful order is found out.
//!
//! The orders list of the ERP may lag, and a save may still be on its way, so one look that finds nothing proves nothing.
//! Looks are taken at fixed times after the doubtful end; only when all of them, the last at least a minute after the
//! first, have found nothing is the order taken to be absent. The plan is in memory: after a restart it begins anew,
//! which only makes it more careful.

use std::{collections::HashMap, sync::Mutex};

use domain::{DraftId, DurationMs, Timestamp};

/// When to look for what.
pub(super) struct Looks {
    /// After the doubtful end, rising.
    at: Vec<DurationMs>,
    apart: DurationMs,
    plans: Mutex<HashMap<DraftId, Plan>>,
}

#[derive(Debug, Clone, Copy)]
struct Plan {
    doubtful_since: Timestamp,
    looks: usize,
    first_look: Option<Timestamp>,
    /// Looks at a list that could not be read.
    unreadable: u32,
}

impl Plan {
    const fn since(now: Timestamp) -> Self {
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
    pub(super) fn new(seconds: &[u64], apart: DurationMs) -> Self {
        let mut at: Vec<_> = seconds.iter().copied().map(DurationMs::seconds).collect();
        at.sort_unstable();
        Self { at, apart, plans: Mutex::default() }
    }

    /// Notes that an order's fate has become doubtful now, whatever was seen of it before.
    pub(super) fn begin(&self, draft: DraftId, now: Timestamp) {
        self.plans().insert(draft, Plan::since(now));
    }

    /// What to do about it. An order nobody has told about (the server was restarted) has become doubtful now.
    pub(super) fn next(&self, draft: DraftId, now: Timestamp) -> Next {
        let mut plans = self.plans();
        let plan = plans.entry(draft).or_insert(Plan::since(now));
        let due = match (self.at.get(plan.looks), plan.first_look) {
            (Some(after), _) => plan.doubtful_since.plus(*after),
            (None, Some(first)) => first.plus(self.apart),
            (None, None) => now,
        };
        let wait = due.since(now);
        if wait > DurationMs(0) { Next::Wait(wait) } else { Next::Look }
    }

    /// Notes a look that found nothing, and says what follows.
    pub(super) fn saw_nothing(&self, draft: DraftId, now: Timestamp) -> Next {
        let absent = {
            let mut plans = self.plans();
            let plan = plans.entry(draft).or_insert(Plan::since(now));
            plan.looks += 1;
            let first = *plan.first_look.get_or_insert(now);
            plan.looks >= self.at.len().max(2) && now.since(first) >= self.apart
        };
        if absent { Next::Absent } else { self.next(draft, now) }
    }

    /// Notes that the list could not be read, and says how often by now.
    pub(super) fn could_not_look(&self, draft: DraftId, now: Timestamp) -> u32 {
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
    fn times(looks: &Looks, step: DurationMs) -> (Vec<u64>, u64) {
        let (start, mut now, mut looked) = (Timestamp(1_000_000), Timestamp(1_000_000), Vec::new());
        looks.begin(draft(), now);
        loop {
            if looks.next(draft(), now) == Next::Look {
                looked.push(now.since(start).0 / 1_000);
                if looks.saw_nothing(draft(), now) == Next::Absent {
                    return (looked, now.since(start).0 / 1_000);
                }
            }
            now = now.plus(step);
        }
    }

    #[test]
    fn absence_takes_every_planned_look() {
        let looks = Looks::new(&[5, 30, 120, 600], DurationMs::seconds(60));
        assert_eq!(times(&looks, DurationMs::seconds(1)), (vec![5, 30, 120, 600], 600));
    }

    #[test]
    fn two_looks_are_at_least_a_minute_apart() {
        let looks = Looks::new(&[1, 2], DurationMs::seconds(60));
        assert_eq!(times(&looks, DurationMs::seconds(1)).1, 61);
    }

    #[test]
    fn after_a_restart_the_plan_begins_anew() {
        let looks = Looks::new(&[5, 30], DurationMs::seconds(20));
        assert_eq!(looks.next(draft(), Timestamp(0)), Next::Wait(DurationMs::seconds(5)));
        assert_eq!(looks.next(draft(), Timestamp(5_000)), Next::Look);
    }
}
