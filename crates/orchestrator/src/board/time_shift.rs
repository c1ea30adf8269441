//! Moves every stored moment that is compared with the present when the wall clock jumps.
//!
//! Leases, back-offs and worker deadlines measure spans. When the clock is set, the spans must stay what they were, so
//! the moments move along with it. The end of a hold is a time of day that somebody chose, and stays. History and events keep the time they were written with.

use domain::Timestamp;

use super::{Board, forms::Stream};
use crate::{Circuit, Conduct, Pause, SmartWait, Task, TaskState};

impl Board {
    pub(super) fn shift_time(&mut self, by_ms: i64) {
        let moved = |at: Timestamp| Timestamp(at.0.saturating_add(by_ms));
        for task in self.tasks.all_mut() {
            shift_task(task, moved);
        }
        for lease in self.leases.all_mut() {
            lease.opened_at = moved(lease.opened_at);
            lease.last_beat = moved(lease.last_beat);
            lease.last_input = moved(lease.last_input);
            if let Pause::LiftedByFailure { at } = &mut lease.pause {
                *at = moved(*at);
            }
            match &mut lease.smart {
                SmartWait::None => {}
                SmartWait::Wants(_, since) | SmartWait::Waits(_, since) => *since = moved(*since),
            }
        }
        for at in self.ended.all_mut() {
            *at = moved(*at);
        }
        for login in self.logins.all_mut() {
            if let Circuit::Open { until, .. } = &mut login.circuit {
                *until = moved(*until);
            }
        }
        for entry in self.schedule.all_mut() {
            (entry.anchor, entry.next_due) = (moved(entry.anchor), moved(entry.next_due));
        }
        for outcome in self.outcomes.all_mut() {
            if let Some(success) = &mut outcome.success {
                (success.began, success.ended) = (moved(success.began), moved(success.ended));
            }
        }
        for stream in self.streams.values_mut() {
            if let Stream::LostAt(at) = stream {
                *at = moved(*at);
            }
        }
        self.now = moved(self.now);
        self.today.turn_to(self.now);
        self.rebuild_index();
    }
}

fn shift_task(task: &mut Task, moved: impl Fn(Timestamp) -> Timestamp) {
    task.asked_at = moved(task.asked_at);
    task.needed_from = moved(task.needed_from);
    task.run_at = task.run_at.map(&moved);
    if let Some(pass) = &mut task.pass {
        pass.began = moved(pass.began);
    }
    if let TaskState::Running(run) = &mut task.state {
        run.started_at = moved(run.started_at);
        run.worker_until = moved(run.worker_until);
        run.told_at = moved(run.told_at);
        match &mut run.conduct {
            Conduct::Working => {}
            Conduct::Yielding { since, .. } | Conduct::Dropping { since, .. } => *since = moved(*since),
        }
    }
}
