//! Lets something happen: time passes, people ask, the ERP goes down, operators act.

use domain::{DraftId, DurationMs, SyncType};
use uuid::Uuid;

use super::world::World;
use crate::{Answer, Command, Cursor, Notice, RunEnd, TaskId};

impl World {
    pub(super) fn something_happens(&mut self) -> Result<(), String> {
        match self.chance.below(100) {
            0..18 => self.time_passes(),
            18..60 => self.a_worker_moves(),
            60..77 => self.a_tab_moves(),
            77..88 => self.somebody_asks(),
            88 => self.a_placement_is_sent(),
            89..92 => self.a_zombie_reports(),
            92 => {
                self.the_erp_changes();
                Ok(())
            }
            93 => self.the_process_ends(),
            94 => self.the_clock_jumps(),
            95 => self.an_operator_acts(),
            96 => self.somebody_signs_in(),
            _ => self.apply(Command::Tick).map(drop),
        }
    }

    fn time_passes(&mut self) -> Result<(), String> {
        let longest = *self
            .chance
            .pick(&[50, 500, 2_000, 2_000, 8_000, 8_000, 8_000, 25_000, 60_000, 400_000])
            .unwrap_or(&1);
        let mut left = 1 + self.chance.below(longest);
        while left > 0 {
            let part = left.min(25_000);
            left -= part;
            self.steady += part;
            self.apply(Command::Tick)?;
            if left > 0 {
                self.signs_of_life()?;
            }
        }
        Ok(())
    }

    /// Healthy workers and tabs do what keeps them alive.
    fn signs_of_life(&mut self) -> Result<(), String> {
        let healthy = self.workers.iter().filter(|(_, worker)| !worker.stalled && !worker.dropped);
        for token in healthy.map(|(token, _)| *token).collect::<Vec<_>>() {
            self.apply(Command::Progress { token, done: None })?;
        }
        let beating = self.tabs.iter().filter(|(_, tab)| tab.beats);
        for key in beating.map(|(key, _)| key.clone()).collect::<Vec<_>>() {
            if self.chance.percent(50) {
                self.beat(&key)?;
            }
        }
        Ok(())
    }

    fn somebody_asks(&mut self) -> Result<(), String> {
        let agent = self.chance.pick(&self.agents).cloned().expect("there is an agent");
        let kind = *self.chance.pick(&SyncType::ALL).expect("there are types");
        if self.chance.below(4) == 0 {
            return self.apply(Command::LookUp { agent, kind }).map(drop);
        }
        if self.chance.below(4) == 0 {
            return self.apply(Command::ExpectForm(agent)).map(drop);
        }
        if let Answer::Asked(answer) = self.apply(Command::Ask { agent, kind })? {
            self.requests.add(TaskId(answer.ticket), self.now(), DurationMs(0));
        }
        Ok(())
    }

    fn a_placement_is_sent(&mut self) -> Result<(), String> {
        let agent = self.chance.pick(&self.agents).cloned().expect("there is an agent");
        let draft = DraftId(Uuid::from_u128(u128::from(self.chance.below(5))));
        let at_once = self.chance.below(2) == 0;
        self.apply(Command::AskPlacement { agent, draft, at_once }).map(drop)
    }

    fn a_zombie_reports(&mut self) -> Result<(), String> {
        let Some(token) = self.chance.pick(&self.zombies).copied() else { return Ok(()) };
        let command = match self.chance.below(4) {
            0 => Command::Checkpoint { token, cursor: Cursor(9), done: 9, total: None },
            1 => Command::Progress { token, done: Some((1, None)) },
            2 => Command::RunEnded { token, end: RunEnd::Yielded },
            _ => Command::RunEnded {
                token,
                end: RunEnd::Done { rows: 9, new: 9, updated: 9, began: self.now() },
            },
        };
        self.must_change_nothing(&command, "I5")
    }

    fn the_erp_changes(&mut self) {
        let agent = self.chance.pick(&self.agents).cloned().expect("there is an agent");
        if !self.down.remove(&agent) && self.chance.percent(40) {
            self.down.insert(agent);
        }
    }

    fn an_operator_acts(&mut self) -> Result<(), String> {
        let agent = self.chance.pick(&self.agents).cloned().expect("there is an agent");
        match self.chance.below(8) {
            0 => self.apply(Command::RemoveLogin(agent)).map(drop),
            1 => {
                let until = self.now().plus(DurationMs::seconds(self.chance.below(1_800)));
                self.apply(Command::Hold { login: agent, reason: "a good one".to_owned(), until }).map(drop)
            }
            2 => self.apply(Command::EndHold(agent)).map(drop),
            3 => {
                let notice = Notice::DraftChanged(DraftId(Uuid::from_u128(1)));
                self.apply(Command::Publish(agent, notice)).map(drop)
            }
            _ => self.change_an_interval(),
        }
    }

    fn somebody_signs_in(&mut self) -> Result<(), String> {
        let agent = self.chance.pick(&self.agents).cloned().expect("there is an agent");
        if self.chance.percent(30) {
            return self.apply(Command::Reconnected(agent)).map(drop);
        }
        self.apply(Command::AddLogin(agent)).map(drop)
    }

    fn change_an_interval(&mut self) -> Result<(), String> {
        self.apply(Command::Tick)?;
        let mut before = self.rows.schedule.clone();
        let kind = *self.chance.pick(&SyncType::ALL).expect("there are types");
        let interval = DurationMs::minutes(5 + self.chance.below(100));
        self.apply(Command::SetInterval { kind, interval })?;
        before.remove(&kind);
        let mut after = self.rows.schedule.clone();
        after.remove(&kind);
        if before == after { Ok(()) } else { Err("I21: changing one interval moved another".to_owned()) }
    }
}
