//! Moves the tabs: they open, beat, freeze, crash, leave, and send late requests.

use domain::{Beat, FormSessionId};
use uuid::Uuid;

use super::world::{Tab, World};
use crate::{Answer, BeatOutcome, Command, LeaseKey};

impl World {
    pub(super) fn a_tab_moves(&mut self) -> Result<(), String> {
        let keys: Vec<LeaseKey> = self.tabs.keys().cloned().collect();
        let open = self.chance.pick(&keys).cloned();
        match (self.chance.below(100), open) {
            (0..14, _) => self.open_a_tab(),
            (14..60, Some(key)) if self.tabs[&key].beats => self.beat(&key),
            (60..66, Some(key)) => self.enter(&key),
            (66..78, Some(key)) => self.leave(&key),
            (78..84, Some(key)) => {
                // It crashes, or freezes, or thaws.
                self.tabs.entry(key).and_modify(|tab| tab.beats = !tab.beats);
                Ok(())
            }
            (84..92, Some(key)) => self.bind_or_unbind(&key),
            (92..94, Some(key)) => self.a_stranger_releases(&key),
            (94..100, _) => self.a_late_request(),
            _ => Ok(()),
        }
    }

    fn open_a_tab(&mut self) -> Result<(), String> {
        if self.tabs.len() >= 6 {
            return Ok(());
        }
        let agent = self.chance.pick(&self.agents).cloned().expect("there is an agent");
        let key = LeaseKey::new(agent, FormSessionId(Uuid::from_u128(self.next_tab)));
        self.next_tab += 1;
        if self.chance.percent(5) {
            // Its release overtakes its entry.
            self.ended.insert(key.clone());
            self.apply(Command::Release(key.clone()))?;
            return self.apply(Command::EnterForm(key)).map(drop);
        }
        self.tabs.insert(key.clone(), Tab { beats: true, ..Tab::default() });
        self.enter(&key)
    }

    fn enter(&mut self, key: &LeaseKey) -> Result<(), String> {
        let steady = self.steady;
        self.apply(Command::Tick)?;
        let Some(tab) = self.tabs.get_mut(key) else { return Ok(()) };
        (tab.beat_at, tab.input_at) = (steady, Some(steady));
        let answer = self.apply(Command::EnterForm(key.clone()))?;
        if let Answer::FormWaits(task) = answer {
            let tolerance = self.config.fresh_for.max(self.config.joins_for);
            self.requests.add(task, self.now(), tolerance);
        }
        Ok(())
    }

    pub(super) fn beat(&mut self, key: &LeaseKey) -> Result<(), String> {
        let (steady, active) = (self.steady, self.chance.percent(50));
        self.apply(Command::Tick)?;
        let Some(tab) = self.tabs.get_mut(key) else { return Ok(()) };
        (tab.beat_at, tab.lost_at) = (steady, None);
        if active {
            tab.input_at = Some(steady);
        }
        match self.apply(Command::Beat(key.agent.clone(), Beat { session_id: key.session, active }))? {
            Answer::Beat(BeatOutcome::Live) => Ok(()),
            other => Err(format!("the beat of the live {key:?} was answered {other:?}")),
        }
    }

    fn leave(&mut self, key: &LeaseKey) -> Result<(), String> {
        self.apply(Command::Tick)?;
        let others = self.leases_but(key);
        self.ended.insert(key.clone());
        self.tabs.remove(key);
        self.apply(Command::Release(key.clone()))?;
        if self.leases_but(key) == others {
            Ok(())
        } else {
            Err(format!("I10: leaving {key:?} changed other forms"))
        }
    }

    fn bind_or_unbind(&mut self, key: &LeaseKey) -> Result<(), String> {
        self.apply(Command::Tick)?;
        let steady = self.steady;
        let Some(tab) = self.tabs.get_mut(key) else { return Ok(()) };
        if tab.streams == 0 {
            (tab.streams, tab.lost_at) = (1, None);
            self.apply(Command::BindStream(key.clone())).map(drop)
        } else {
            (tab.streams, tab.lost_at) = (0, Some(steady));
            self.apply(Command::UnbindStream(key.clone())).map(drop)
        }
    }

    fn a_stranger_releases(&mut self, key: &LeaseKey) -> Result<(), String> {
        self.apply(Command::Tick)?;
        let leases = self.rows.leases.clone();
        let stranger = "stranger".parse().expect("a good name");
        self.apply(Command::release(stranger, key.session))?;
        if self.rows.leases == leases { Ok(()) } else { Err("I10: a stranger ended a form".to_owned()) }
    }

    /// A request of a form that has ended arrives late: nothing may change.
    fn a_late_request(&mut self) -> Result<(), String> {
        let ended: Vec<LeaseKey> = self.rows.ended_leases.keys().cloned().collect();
        let Some(key) = self.chance.pick(&ended).cloned() else { return Ok(()) };
        let command = match self.chance.below(3) {
            0 => Command::Release(key),
            1 => Command::EnterForm(key),
            _ => Command::Beat(key.agent, Beat { session_id: key.session, active: true }),
        };
        self.must_change_nothing(&command, "I11")
    }
}
