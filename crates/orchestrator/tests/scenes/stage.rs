//! Lets tests speak in the mission's words and hands back what happened as a small picture.

use std::collections::BTreeMap;

use domain::{
    AgentId, AskAnswer, Beat, DraftId, DurationMs, ErrorKind, EventKind, FormSessionId, Me, SyncStatus,
    SyncType, Timestamp,
};
use orchestrator::{
    Action, Answer, BeatOutcome, Board, Change, Command, Config, Cursor, Ending, FormEnd, HistoryRow,
    LeaseKey, RunEnd, Snapshot, Step, TaskId, Verdict, Work,
};
use uuid::Uuid;

/// A board, a clock, and workers that do what the scene says and otherwise stay alive.
pub(crate) struct Stage {
    pub(crate) board: Board,
    pub(crate) now: Timestamp,
    pub(crate) changes: Vec<Change>,
    pub(crate) events: Vec<EventKind>,
    picture: Vec<String>,
    labels: BTreeMap<u64, String>,
    /// Workers that show signs of life, by token.
    alive: BTreeMap<u64, String>,
    stalled: Vec<String>,
    logins: usize,
}

/// The agent of most scenes.
pub(crate) fn anna() -> AgentId {
    agent("anna")
}

pub(crate) fn agent(name: &str) -> AgentId {
    name.parse().unwrap()
}

pub(crate) fn tab(number: u128) -> FormSessionId {
    FormSessionId(Uuid::from_u128(number))
}

pub(crate) fn secs(count: u64) -> DurationMs {
    DurationMs::seconds(count)
}

impl Stage {
    /// Anna is signed in, all six types have readers, nothing is scheduled to run during the first minutes.
    pub(crate) fn new() -> Self {
        let mut stage = Self::empty(Config { available: SyncType::ALL.into(), ..Config::default() });
        stage.login("anna");
        stage
    }

    /// As [`Stage::new`], with anna's customers and the catalogue read a minute ago: only what the scene asks for happens,
    /// and a form that opens needs fresh customers.
    pub(crate) fn settled() -> Self {
        let mut stage = Self::new();
        stage.run_out();
        stage.wait(61);
        stage.picture();
        stage
    }

    /// Nobody is signed in.
    pub(crate) fn empty(config: Config) -> Self {
        Self::at(Timestamp(1_000_000_000), config)
    }

    /// As [`Stage::empty`], at a time of one's own.
    pub(crate) fn at(now: Timestamp, config: Config) -> Self {
        let mut stage = Self {
            board: Board::new(config, Snapshot::default()),
            now,
            changes: Vec::new(),
            events: Vec::new(),
            picture: Vec::new(),
            labels: BTreeMap::new(),
            alive: BTreeMap::new(),
            stalled: Vec::new(),
            logins: 0,
        };
        stage.apply(Command::Boot);
        stage
    }

    pub(crate) fn login(&mut self, name: &str) {
        self.logins += 1;
        self.apply(Command::AddLogin(agent(name)));
    }

    pub(crate) fn ask(&mut self, kind: SyncType) -> AskAnswer {
        self.ask_for("anna", kind)
    }

    pub(crate) fn ask_for(&mut self, name: &str, kind: SyncType) -> AskAnswer {
        match self.apply(Command::Ask { agent: agent(name), kind }) {
            Answer::Asked(answer) => answer,
            other => panic!("asking for {kind} answered {other:?}"),
        }
    }

    pub(crate) fn look_up(&mut self, kind: SyncType) -> AskAnswer {
        match self.apply(Command::LookUp { agent: anna(), kind }) {
            Answer::Asked(answer) => answer,
            other => panic!("looking up {kind} answered {other:?}"),
        }
    }

    pub(crate) fn place(&mut self, draft: u128) -> AskAnswer {
        self.ask_placement(draft, true)
    }

    /// As the regular chores ask for whatever is unfinished.
    pub(crate) fn sweep(&mut self, draft: u128) -> AskAnswer {
        self.ask_placement(draft, false)
    }

    fn ask_placement(&mut self, draft: u128, at_once: bool) -> AskAnswer {
        let draft = DraftId(Uuid::from_u128(draft));
        match self.apply(Command::AskPlacement { agent: anna(), draft, at_once }) {
            Answer::Asked(answer) => answer,
            other => panic!("asking for a placement answered {other:?}"),
        }
    }

    pub(crate) fn enter(&mut self, number: u128) -> Answer {
        self.enter_as("anna", number)
    }

    pub(crate) fn enter_as(&mut self, name: &str, number: u128) -> Answer {
        self.apply(Command::EnterForm(LeaseKey::new(agent(name), tab(number))))
    }

    pub(crate) fn leave(&mut self, number: u128) {
        self.apply(Command::release(anna(), tab(number)));
    }

    pub(crate) fn beat(&mut self, number: u128, active: bool) -> BeatOutcome {
        match self.apply(Command::Beat(anna(), Beat { session_id: tab(number), active })) {
            Answer::Beat(outcome) => outcome,
            other => panic!("a beat answered {other:?}"),
        }
    }

    /// Anna types on the form for so many minutes, a beat every 20 s.
    pub(crate) fn type_for_minutes(&mut self, number: u128, minutes: u64) {
        for _ in 0..minutes * 3 {
            self.wait(20);
            self.beat(number, true);
        }
    }

    /// So many seconds pass, one by one; workers show signs of life.
    pub(crate) fn wait(&mut self, seconds: u64) {
        for _ in 0..seconds {
            self.now = self.now.plus(secs(1));
            self.apply(Command::Tick);
            for (token, label) in self.alive.clone() {
                if !self.stalled.contains(&label) {
                    self.apply(Command::Progress { token, done: None });
                }
            }
        }
    }

    /// The worker of this task falls silent.
    pub(crate) fn stall(&mut self, label: &str) {
        self.stalled.push(label.to_owned());
    }

    pub(crate) fn page(&mut self, label: &str) -> Verdict {
        let token = self.token(label);
        self.page_with(token)
    }

    pub(crate) fn page_with(&mut self, token: u64) -> Verdict {
        let checkpoint = Command::Checkpoint { token, cursor: Cursor(1), done: 1, total: Some(10) };
        match self.apply(checkpoint) {
            Answer::Verdict(verdict) => verdict,
            other => panic!("a checkpoint answered {other:?}"),
        }
    }

    /// The worker reads its last page and ends well.
    pub(crate) fn done(&mut self, label: &str) {
        let token = self.token(label);
        self.page_with(token);
        self.end(token, good_end());
    }

    pub(crate) fn yields(&mut self, label: &str) {
        let token = self.token(label);
        assert_ne!(self.page_with(token), Verdict::Continue, "{label} was not asked to yield");
        self.end(token, RunEnd::Yielded);
    }

    /// The worker looks at the list, finds it as it was, and leaves it at that.
    pub(crate) fn finds_no_change(&mut self, label: &str) {
        let token = self.token(label);
        self.page_with(token);
        self.end(token, RunEnd::Unchanged { began: self.now });
    }

    pub(crate) fn fails(&mut self, label: &str, kind: ErrorKind) {
        let token = self.token(label);
        self.end(token, RunEnd::Failed { kind, message: "as the scene wants".to_owned() });
    }

    pub(crate) fn is_dropped(&mut self, label: &str) {
        let token = self.token(label);
        self.end(token, RunEnd::Dropped);
    }

    pub(crate) fn end(&mut self, token: u64, end: RunEnd) {
        self.apply(Command::RunEnded { token, end });
        self.alive.remove(&token);
    }

    /// Lets every running task end well until nothing runs.
    pub(crate) fn run_out(&mut self) {
        while let Some(label) = self.alive.values().next().cloned() {
            self.done(&label);
        }
    }

    pub(crate) fn token(&self, label: &str) -> u64 {
        let found = self.alive.iter().find(|(_, other)| *other == label);
        *found.unwrap_or_else(|| panic!("{label} is not running, only {:?}", self.alive)).0
    }

    pub(crate) fn running(&self) -> Vec<&str> {
        self.alive.values().map(String::as_str).collect()
    }

    pub(crate) fn status(&self) -> SyncStatus {
        self.board.status(&Me { agent: anna(), admin: false })
    }

    pub(crate) fn sessions(&self) -> u32 {
        self.status().smart_sync.active_sessions
    }

    pub(crate) fn is_paused(&self) -> bool {
        self.status().smart_sync.syncs_paused
    }

    /// Why the queued task of this type waits, in the API's words.
    pub(crate) fn reason(&self, kind: SyncType) -> Option<domain::WaitReason> {
        let waiting = self.status().statuses.into_iter().find(|status| status.kind == kind);
        waiting.and_then(|status| status.waiting_because)
    }

    /// What happened since the last picture.
    pub(crate) fn picture(&mut self) -> String {
        std::mem::take(&mut self.picture).join(" · ")
    }

    pub(crate) fn apply(&mut self, command: Command) -> Answer {
        let Step { changes, events, actions, answer } = self.board.apply(command, self.now);
        for change in &changes {
            match change {
                Change::AppendHistory(row) => self.draw_end(row),
                Change::PutTask(task) => {
                    self.labels.insert(task.id.0, self.label(task.work, &task.scope));
                }
                _ => {}
            }
        }
        self.events.extend(events.iter().map(|event| event.what));
        for event in &events {
            let label = event.ticket.and_then(|ticket| self.labels.get(&ticket)).cloned().unwrap_or_default();
            match event.what {
                EventKind::SyncPreempted => self.picture.push(format!("back {label}")),
                EventKind::CircuitOpened => self.picture.push("circuit open".to_owned()),
                EventKind::CircuitClosed => self.picture.push("circuit closed".to_owned()),
                EventKind::LeaseExpired => self.picture.push("lease expired".to_owned()),
                EventKind::SmartSyncTimeout => self.picture.push("safety timeout".to_owned()),
                _ => {}
            }
        }
        for action in actions {
            self.draw(action);
        }
        self.changes.extend(changes);
        answer
    }

    fn label(&self, work: Work, scope: &domain::Scope) -> String {
        match scope {
            domain::Scope::Agent(agent) if self.logins > 1 => format!("{work} of {agent}"),
            domain::Scope::Agent(_) | domain::Scope::Shared => work.to_string(),
        }
    }

    fn draw(&mut self, action: Action) {
        match action {
            Action::Start(start) => {
                let label = self.label(start.work, start.token.scope());
                self.picture.push(format!("start {label}"));
                self.alive.insert(start.token.number(), label);
            }
            Action::AskYield(token) => self.picture.push(format!("yield {}", self.alive[&token])),
            Action::DropWorker(token) => self.picture.push(format!("drop {}", self.alive[&token])),
            Action::AnswerForm(key, end) => {
                let end = match end {
                    FormEnd::Synced { .. } => "synced",
                    FormEnd::Fresh => "fresh",
                    FormEnd::Failed { .. } => "failed",
                    FormEnd::Left => "left",
                };
                self.picture.push(format!("tell tab {} {end}", key.session.0.as_u128()));
            }
        }
    }

    fn draw_end(&mut self, row: &HistoryRow) {
        let label = self.label(row.work, &row.scope);
        let how = match &row.ending {
            Ending::Done { .. } => "done",
            Ending::Unchanged => "unchanged",
            Ending::Failed { .. } => "failed",
            Ending::Cancelled => "cancelled",
            Ending::ServedBy(_) => "served",
        };
        self.picture.push(format!("{how} {label}"));
    }

    /// The board as a process finds it after a crash: rebuilt from the committed changes.
    pub(crate) fn crash(&mut self) {
        let mut rows = Snapshot::default();
        for change in self.changes.clone() {
            rows.apply(change);
        }
        assert_eq!(rows, self.board.snapshot(), "the changes do not add up to the board");
        self.board = Board::new(self.board.config().clone(), rows);
        self.alive.clear();
        self.apply(Command::Boot);
    }

    pub(crate) fn ticket(answer: &Answer) -> TaskId {
        match answer {
            Answer::FormWaits(id) => *id,
            other => panic!("the form does not wait: {other:?}"),
        }
    }
}

/// A good end of a pass that began with its first run.
pub(crate) fn good_end() -> RunEnd {
    RunEnd::Done { rows: 100, new: 1, updated: 2, began: Timestamp(0) }
}
