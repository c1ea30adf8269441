//! Builds a world from a seed and lets things happen in it.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    fmt::{self, Write as _},
};

use domain::{AgentId, SyncEvent, SyncType, Timestamp};

use super::{chance::Chance, requests::Requests};
use crate::{Action, Board, Change, Command, Config, LeaseKey, Snapshot, TaskId};

/// Commands kept for the journal of a failing seed.
const JOURNAL_MAX: usize = 60;

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
    /// What was saved since somebody last took it, if anybody wants it.
    pub(super) saved: Option<Vec<Saved>>,
    pub(super) next_tab: u128,
    journal: VecDeque<(u64, Command, Vec<Action>)>,
}

/// The rows and events of one step.
pub type Saved = (Vec<Change>, Vec<SyncEvent>);

/// A simulated worker.
#[derive(Debug, Clone)]
pub(super) struct Worker {
    pub(super) task: TaskId,
    pub(super) login: AgentId,
    pub(super) yielding: bool,
    pub(super) dropped: bool,
    pub(super) stalled: bool,
    pub(super) cursor: u32,
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
        let config =
            Config { available, service_login, logins_busy_max, ended_leases_max: 50, ..Config::default() };
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
            saved: None,
            next_tab: 1,
            journal: VecDeque::new(),
        }
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

    /// The steps saved since the last call, for a store that is to follow; the first call only starts the recording.
    pub fn take_saved(&mut self) -> Vec<Saved> {
        self.saved.replace(Vec::new()).unwrap_or_default()
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

    pub(super) fn note(&mut self, command: Command, actions: Vec<Action>) {
        if self.journal.len() == JOURNAL_MAX {
            self.journal.pop_front();
        }
        self.journal.push_back((self.steady, command, actions));
    }

    pub(super) fn failure(&self, what: String) -> Failure {
        let mut journal = String::new();
        for (at, command, actions) in &self.journal {
            let actions: Vec<_> = actions.iter().map(picture).collect();
            // Writing to a string cannot fail.
            let _ =
                writeln!(journal, "{:>12.3} s  {command:?} → {}", *at as f64 / 1_000.0, actions.join(" · "));
        }
        Failure { seed: self.seed, what, journal }
    }
}

fn picture(action: &Action) -> String {
    match action {
        Action::Start(start) => {
            format!("start {} in {} as {}", start.work, start.login, start.token.number())
        }
        Action::AskYield(token) => format!("yield {token}"),
        Action::DropWorker(token) => format!("drop {token}"),
        Action::AnswerForm(key, end) => format!("tell {} of {} {end:?}", key.session.0.as_u128(), key.agent),
    }
}
