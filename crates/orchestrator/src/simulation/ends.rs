//! Ends processes, sets clocks, and lets a world come to rest.

use super::world::{Failure, Tab, World};
use crate::{Board, Circuit, Command, RunEnd, Snapshot};

impl World {
    /// The process is killed between two commits, or stops in good order, and starts again.
    pub(super) fn the_process_ends(&mut self) -> Result<(), String> {
        if self.chance.percent(30) {
            self.stopping = true;
            self.apply(Command::Stop)?;
            for _ in 0..self.chance.below(6) {
                self.a_worker_moves()?;
            }
        }
        self.check_deeply()?;
        self.board = Board::new(self.config.clone(), self.rows_on_disk()?);
        self.stopping = false;
        self.zombies.extend(self.workers.keys().copied());
        self.zombies.truncate(20);
        self.workers.clear();
        let set_back = self.chance.percent(20);
        if set_back {
            // Nobody was there to measure it, and the time since the last commit is lost with it.
            let back = 3_600_000 + (self.now().0 - self.rows.counters.clock.0);
            self.offset -= back;
            self.requests.shift(-back);
        }
        let steady = self.steady;
        for tab in self.tabs.values_mut() {
            let input_at = if set_back { None } else { tab.input_at };
            *tab = Tab { beat_at: steady, input_at, streams: 0, lost_at: None, beats: tab.beats };
        }
        self.apply(Command::Boot).map(drop)
    }

    /// What a process finds when it starts.
    fn rows_on_disk(&mut self) -> Result<Snapshot, String> {
        let Some(disk) = &mut self.disk else { return Ok(self.rows.clone()) };
        let found = disk.load()?;
        if found == self.rows {
            Ok(found)
        } else {
            Err("I27: the disk holds other rows than were saved".to_owned())
        }
    }

    pub(super) fn the_clock_jumps(&mut self) -> Result<(), String> {
        if self.chance.percent(70) {
            return Ok(());
        }
        let by_ms = (self.chance.below(7_200_000) as i64) - 3_600_000;
        self.offset += by_ms;
        self.requests.shift(by_ms);
        self.apply(Command::ClockMoved { by_ms }).map(drop)
    }

    /// Nothing goes wrong any more, nobody is there: once holds have ended and days have brought new budgets, three hours
    /// leave nothing over.
    ///
    /// # Errors
    /// What is left over.
    pub fn come_to_rest(&mut self) -> Result<(), Failure> {
        self.rest().map_err(|what| self.failure(what))
    }

    fn rest(&mut self) -> Result<(), String> {
        self.down.clear();
        self.tabs.values_mut().for_each(|tab| tab.beats = false);
        // Clocks may have been set back by half a day in all.
        self.steady += 3 * 24 * 3_600_000;
        self.apply(Command::Tick)?;
        for agent in self.agents.clone() {
            self.apply(Command::AddLogin(agent))?;
        }
        for _ in 0..3 * 360 {
            self.steady += 10_000;
            self.apply(Command::Tick)?;
            while let Some((&token, worker)) = self.workers.first_key_value() {
                let checkpoint =
                    Command::Checkpoint { token, cursor: crate::Cursor(worker.cursor), done: 1, total: None };
                self.apply(checkpoint)?;
                self.end(token, RunEnd::Done { rows: 1, new: 0, updated: 0, began: self.now() })?;
            }
        }
        self.check_rest()
    }

    fn check_rest(&mut self) -> Result<(), String> {
        if !self.rows.tasks.is_empty() || !self.rows.leases.is_empty() {
            return Err(format!("I27: left over: {:?} {:?}", self.rows.tasks, self.rows.leases));
        }
        if self.rows.logins.values().any(|login| login.circuit != (Circuit::Closed { errors: 0 })) {
            return Err(format!("I27: a circuit did not close: {:?}", self.rows.logins));
        }
        self.must_change_nothing(&Command::Tick, "I28")?;
        self.check_deeply()
    }
}
