//! Moves the workers: pages, failures, stalls, and tasks that went on without them.

use std::collections::BTreeMap;

use domain::{DurationMs, ErrorKind, SyncType};

use super::{
    oracle::keeps_out,
    world::{Worker, World},
};
use crate::{Answer, Command, Cursor, RunEnd, Start, TaskId, Verdict};

impl World {
    pub(super) fn start_worker(&mut self, start: &Start) -> Result<(), String> {
        let token = start.token.number();
        if token <= self.newest_token {
            return Err(format!("I4: token {token} came after {}", self.newest_token));
        }
        self.newest_token = token;
        if self.stopping {
            return Err("a claim while the process stops".to_owned());
        }
        let oracle = self.oracle();
        if let Some(task) = self.rows.tasks.get(&start.task)
            && keeps_out(task)
            && oracle.paused(&start.login)
            && !oracle.waited_out(task)
        {
            return Err(format!("I13: started under a pause: {task:?}"));
        }
        if oracle.costs_too_much(start) {
            return Err(format!("started in a login that is held or has spent its day's budget: {start:?}"));
        }
        let worker = Worker {
            task: start.task,
            login: start.login.clone(),
            yielding: false,
            dropped: false,
            stalled: false,
            cursor: start.cursor.0,
            looks: !start.by_hand && start.work.kind().is_some_and(SyncType::tells_changes),
        };
        self.workers.insert(token, worker);
        Ok(())
    }

    /// Workers whose task went on without them become zombies.
    pub(super) fn give_up_lost_workers(&mut self) {
        let live: BTreeMap<u64, TaskId> =
            self.rows.tasks.values().filter_map(|task| Some((task.run()?.token, task.id))).collect();
        let lost: Vec<u64> = self.workers.keys().filter(|token| !live.contains_key(token)).copied().collect();
        for token in lost {
            self.workers.remove(&token);
            if self.zombies.len() < 20 {
                self.zombies.push(token);
            }
        }
    }

    pub(super) fn a_worker_moves(&mut self) -> Result<(), String> {
        let tokens: Vec<u64> = self.workers.keys().copied().collect();
        let Some(token) = self.chance.pick(&tokens).copied() else { return Ok(()) };
        let worker = self.workers[&token].clone();
        if worker.stalled {
            return if worker.dropped && self.chance.percent(50) {
                self.end(token, RunEnd::Dropped)
            } else {
                Ok(())
            };
        }
        if worker.dropped {
            return self.end(token, RunEnd::Dropped);
        }
        match self.chance.below(100) {
            0 => {
                self.workers.entry(token).and_modify(|worker| worker.stalled = true);
                Ok(())
            }
            1..6 => self.apply(Command::Progress { token, done: Some((worker.cursor, None)) }).map(drop),
            6..11 => self.a_worker_fails(token, &worker),
            11..13 => self.end(token, RunEnd::Yielded),
            13 => {
                let after = DurationMs(self.chance.below(20_000));
                self.end(token, RunEnd::Later { after })
            }
            14..16 => self.a_worker_is_done(token),
            16 => {
                let spend = Command::Spend { login: worker.login, logins: 1, requests: 3 };
                self.apply(spend).map(drop)
            }
            _ => self.a_worker_stores_a_page(token, &worker),
        }
    }

    fn a_worker_fails(&mut self, token: u64, worker: &Worker) -> Result<(), String> {
        let kinds =
            [ErrorKind::BadExport, ErrorKind::ScreenChanged, ErrorKind::Internal, ErrorKind::WrongPassword];
        let kind = if self.down.contains(&worker.login) || self.chance.percent(30) {
            ErrorKind::Unreachable
        } else {
            *self.chance.pick(&kinds).unwrap_or(&ErrorKind::Internal)
        };
        self.end(token, RunEnd::Failed { kind, message: "as the world wants".to_owned() })
    }

    fn a_worker_is_done(&mut self, token: u64) -> Result<(), String> {
        let began = self.now().minus(DurationMs(self.chance.below(30_000)));
        let looks = self.workers.get(&token).is_some_and(|worker| worker.looks);
        if looks && self.chance.percent(50) {
            return self.end(token, RunEnd::Unchanged { began });
        }
        self.end(token, RunEnd::Done { rows: 3, new: 1, updated: 1, began })
    }

    fn a_worker_stores_a_page(&mut self, token: u64, worker: &Worker) -> Result<(), String> {
        if self.down.contains(&worker.login) {
            return self.end(token, RunEnd::Failed { kind: ErrorKind::Unreachable, message: String::new() });
        }
        let cursor = Cursor(worker.cursor + 1);
        let checkpoint = Command::Checkpoint { token, cursor, done: cursor.0, total: Some(4) };
        let Answer::Verdict(verdict) = self.apply(checkpoint)? else { return Err("no verdict".to_owned()) };
        match verdict {
            Verdict::Continue if worker.yielding => {
                Err(format!("worker {token} was asked to yield and told to go on"))
            }
            Verdict::Continue if cursor.0 >= 4 => self.a_worker_is_done(token),
            Verdict::Continue => {
                self.workers.entry(token).and_modify(|worker| worker.cursor += 1);
                Ok(())
            }
            Verdict::Yield => self.end(token, RunEnd::Yielded),
            Verdict::Lost => Err(format!("the worker {token} of {:?} lost its task unasked", worker.task)),
        }
    }

    pub(super) fn end(&mut self, token: u64, end: RunEnd) -> Result<(), String> {
        self.workers.remove(&token);
        self.apply(Command::RunEnded { token, end })?;
        if self.zombies.len() < 20 {
            self.zombies.push(token);
        }
        Ok(())
    }
}
