//! Builds a world from a seed and lets things happen in it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use domain::{AgentId, SyncEvent, SyncType, Timestamp};

use super::{chance::Chance, journal::Journal, requests::Requests};
use crate::{Board, Change, Command, Config, LeaseKey, Snapshot, TaskId};

/// A world with its own copy of the rows.
pub struct World {
    pub(super) seed: u64,
    pub(super) config: Config,
    pub(super) board: Board,
    pub(super) rows: Snapshot,
    pub(super) chance: Chance,
    /// Milliseconds that have really passed.
    pub(super) steady: u64,
    /// What the wall clock shows beyond that.
    pub(super) offset: i64,
    pub(super) agents: Vec<AgentId>,
    pub(super) workers: BTreeMap<u64, Worker>,
    /// Tokens of workers that have been given up but may still report.
    pub(super) zombies: Vec<u64>,
    pub(super) tabs: BTreeMap<LeaseKey, Tab>,
    pub(super) ended: BTreeSet<LeaseKey>,
    pub(super) down: BTreeSet<AgentId>,
    pub(super) requests: Requests,
    pub(super) stopping: bool,
    pub(super) newest_token: u64,
    pub(super) steps: u64,
    pub(super) digest: u64,
    pub(super) seen: Report,
    /// A store that keeps the rows too.
    pub(super) disk: Option<Box<dyn Disk>>,
    pub(super) next_tab: u128,
    pub(super) journal: Journal,
}

/// A store under a world: every step is saved there, and a process that starts finds what it holds.
pub trait Disk {
    /// Saves one step, all of it or nothing.
    ///
    /// # Errors
    /// Why the store refuses it.
    fn commit(&mut self, changes: &[Change], events: &[SyncEvent]) -> Result<(), String>;

    /// Everything that was saved.
    ///
    /// # Errors
    /// Why it cannot be read.
    fn load(&mut self) -> Result<Snapshot, String>;
}

/// A simulated worker.
#[derive(Debug, Clone)]
pub(super) struct Worker {
    pub(super) task: TaskId,
    pub(super) login: AgentId,
    pub(super) yielding: bool,
    pub(super) dropped: bool,
    pub(super) stalled: bool,
    pub(super) cursor: u32,
    /// Whether its list may be only looked at.
    pub(super) looks: bool,
}

/// A simulated tab with an open form, and what really happened to it.
#[derive(Debug, Clone, Default)]
pub(super) struct Tab {
    pub(super) beats: bool,
    pub(super) streams: u32,
    pub(super) beat_at: u64,
    /// `None` after the clock moved while nobody was there to measure it.
    pub(super) input_at: Option<u64>,
    pub(super) lost_at: Option<u64>,
}

/// What a run of a world came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Report {
    /// Commands applied.
    pub steps: u64,
    /// Tasks claimed.
    pub claims: u64,
    /// Runs that were asked to yield.
    pub yields: u64,
    /// Tasks that ended well.
    pub done: u64,
    /// Leases that ended.
    pub leases: u64,
    /// Times a circuit opened.
    pub outages: u64,
    /// Events appended.
    pub events: u64,
    /// Depends on every change, event and action: the same seed gives the same.
    pub digest: u64,
}

/// A broken invariant.
#[derive(Debug)]
pub struct Failure {
    seed: u64,
    what: String,
    journal: String,
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "seed {} broke an invariant: {}\n{}", self.seed, self.what, self.journal)
    }
}

impl std::error::Error for Failure {}

impl World {
    /// The world of a seed: one to four agents, one to four slots, with or without a service login and all readers.
    pub fn new(seed: u64) -> Self {
        let mut chance = Chance::new(seed);
        let agents: Vec<AgentId> = ["anna", "bruno", "carla", "dario"][..=chance.below(4) as usize]
            .iter()
            .map(|name| name.parse().expect("a good name"))
            .collect();
        let available = if chance.percent(70) { SyncType::ALL.to_vec() } else { Config::default().available };
        let service_login = chance.percent(20).then(|| agents[0].clone());
        let logins_busy_max = 1 + chance.below(4) as usize;
        let hours = chance.percent(20).then(|| "mon-fri 07:00-20:00".parse().expect("good hours"));
        let logins_per_day_max = 6 + chance.below(60) as u32;
        let config = Config {
            available,
            service_login,
            logins_busy_max,
            ended_leases_max: 50,
            working_hours: hours,
            logins_per_day_max,
            ..Config::default()
        };
        Self {
            seed,
            board: Board::new(config.clone(), Snapshot::default()),
            config,
            rows: Snapshot::default(),
            chance,
            steady: 0,
            offset: 1_700_000_000_000,
            agents,
            workers: BTreeMap::new(),
            zombies: Vec::new(),
            tabs: BTreeMap::new(),
            ended: BTreeSet::new(),
            down: BTreeSet::new(),
            requests: Requests::default(),
            stopping: false,
            newest_token: 0,
            steps: 0,
            digest: 0,
            seen: Report::default(),
            disk: None,
            next_tab: 1,
            journal: Journal::default(),
        }
    }

    /// The same world over a store.
    pub fn on(seed: u64, disk: Box<dyn Disk>) -> Self {
        Self { disk: Some(disk), ..Self::new(seed) }
    }

    /// Lets so many commands happen.
    ///
    /// # Errors
    /// The first broken invariant.
    pub fn run(&mut self, steps: u64) -> Result<(), Failure> {
        let until = self.steps + steps;
        if self.steps == 0 {
            self.start().map_err(|what| self.failure(what))?;
        }
        while self.steps < until {
            self.something_happens().map_err(|what| self.failure(what))?;
        }
        Ok(())
    }

    fn start(&mut self) -> Result<(), String> {
        self.apply(Command::Boot)?;
        for agent in self.agents.clone() {
            self.apply(Command::AddLogin(agent))?;
        }
        Ok(())
    }

    /// The rows as the world keeps them.
    pub const fn rows(&self) -> &Snapshot {
        &self.rows
    }

    /// What the run came to.
    pub fn report(&self) -> Report {
        let counters = self.rows.counters;
        Report {
            steps: self.steps,
            claims: counters.token,
            events: counters.event,
            digest: self.digest,
            ..self.seen
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        Timestamp(self.offset + self.steady as i64)
    }

    pub(super) fn failure(&self, what: String) -> Failure {
        Failure { seed: self.seed, what, journal: self.journal.picture() }
    }
}
