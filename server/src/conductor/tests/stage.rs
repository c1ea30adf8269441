//! A conductor on a temporary folder, and what a scene can do with it.

use std::{sync::Arc, time::Duration};

use domain::{
    AgentId, DraftId, ErrorKind, FormSessionId, Me, SmartSyncAnswer, SyncEvent, SyncStatus, SyncType,
    Timestamp,
};
use futures::{Stream, StreamExt};
use orchestrator::{Change, Command, Config, Verdict};
use store::Store;
use tempfile::TempDir;
use tokio::{sync::oneshot, task::JoinHandle};
use uuid::Uuid;

use super::{
    super::{Clock, Conductor, ConductorError, ConductorHandle, Limits, Outcome, Running, Told},
    clock::ManualClock,
    script::{Order, Script},
};

/// How long anything that must happen may take in real time before the test fails.
const PATIENCE: Duration = Duration::from_secs(8);

/// How often a condition is looked at.
const POLL: Duration = Duration::from_millis(1);

pub(super) fn anna() -> AgentId {
    "anna".parse().unwrap()
}

pub(super) fn tab(number: u128) -> FormSessionId {
    FormSessionId(Uuid::from_u128(number))
}

pub(super) fn draft(number: u128) -> DraftId {
    DraftId(Uuid::from_u128(number))
}

/// The events of a stream that has no reason to send the whole state.
pub(super) fn plain(events: impl Stream<Item = Told>) -> impl Stream<Item = SyncEvent> {
    events.map(|told| match told {
        Told::Event(event) => (*event).clone(),
        Told::Snapshot(state) => panic!("too much was missed before {}", state.as_of_event),
    })
}

/// Everything on it.
pub(super) struct Stage {
    pub(super) handle: ConductorHandle,
    pub(super) clock: Arc<ManualClock>,
    pub(super) store: Store,
    pub(super) script: Arc<Script>,
    pub(super) running: Option<Running>,
    limits: Limits,
    config: Config,
    folder: TempDir,
}

impl Stage {
    /// Anna is signed in; her customers and the catalogue were read a minute ago.
    pub(super) async fn new() -> Self {
        Self::with(Limits::default()).await
    }

    pub(super) async fn with(limits: Limits) -> Self {
        Self::configured(limits, Config::default()).await
    }

    /// As [`Stage::new`], with a reader for each of the six types.
    pub(super) async fn with_all_six() -> Self {
        let config = Config { available: SyncType::ALL.into(), ..Config::default() };
        Self::configured(Limits::default(), config).await
    }

    async fn configured(limits: Limits, config: Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::open(folder.path()).await.unwrap();
        let clock = Arc::new(ManualClock::new());
        let script = Arc::new(Script::new(clock.clone()));
        let (conductor, handle) =
            Conductor::open(store.control(), config.clone(), limits.clone(), clock.clone()).await.unwrap();
        let running = Some(conductor.start(script.clone()).await.unwrap());
        let stage = Self { handle, clock, store, script, running, limits, config, folder };
        stage.handle.add_login(&anna()).await.unwrap();
        stage.done("smart").await;
        stage.done("products").await;
        stage.done("prices").await;
        // Long enough for customers to be too old for a form.
        stage.wait(61).await;
        stage.picture();
        stage
    }

    /// A new process on the same folder.
    pub(super) async fn start_again(self) -> Self {
        let Self { handle, clock, store, script, running, limits, config, folder } = self;
        drop((handle, running));
        store.close().await;
        drop(store);
        let store = Store::open(folder.path()).await.unwrap();
        let (conductor, handle) =
            Conductor::open(store.control(), config.clone(), limits.clone(), clock.clone()).await.unwrap();
        let running = Some(conductor.start(script.clone()).await.unwrap());
        Self { handle, clock, store, script, running, limits, config, folder }
    }

    /// A form's request, which goes on while the scene does.
    pub(super) fn enter(&self, number: u128) -> JoinHandle<Result<SmartSyncAnswer, ConductorError>> {
        let handle = self.handle.clone();
        tokio::spawn(async move { handle.smart_sync(&anna(), tab(number)).await })
    }

    pub(super) async fn beat(&self, number: u128, active: bool) -> orchestrator::BeatOutcome {
        self.handle.beat(&anna(), domain::Beat { session_id: tab(number), active }).await.unwrap()
    }

    /// Returns when everything that was sent before has been decided and saved.
    pub(super) async fn settle(&self) {
        self.handle.inbox.ask(Command::Tick).await.unwrap();
    }

    /// So many seconds pass, one by one.
    pub(super) async fn wait(&self, seconds: u32) {
        for _ in 0..seconds {
            self.clock.advance(1_000);
            self.settle().await;
        }
    }

    /// So many seconds pass at once.
    pub(super) async fn wait_in_one_step(&self, seconds: i64) {
        self.clock.advance(seconds * 1_000);
        self.settle().await;
    }

    /// Waits in real time until the condition holds.
    pub(super) async fn until(&self, what: &str, mut condition: impl AsyncFnMut() -> bool) {
        let waited = tokio::time::timeout(PATIENCE, async {
            while !condition().await {
                tokio::time::sleep(POLL).await;
            }
        });
        if waited.await.is_err() {
            let status = self.status().await;
            panic!(
                "waited in vain until {what}; so far: {}; {:?} {:?}",
                self.picture(),
                status.current_sync,
                status.queue
            );
        }
    }

    /// Time moves on by itself until the task has ended.
    pub(super) async fn until_finished<T>(&self, task: &JoinHandle<T>) {
        self.until("it is finished", async || {
            self.clock.sleep_a_little();
            task.is_finished()
        })
        .await;
    }

    /// Time moves on by itself until decisions reach the disk again.
    pub(super) async fn until_saved(&self) {
        self.until("something is saved", async || {
            let handle = self.handle.clone();
            let notice = orchestrator::Notice::DraftChanged(draft(1));
            let saved = tokio::spawn(async move { handle.publish(&anna(), notice).await });
            self.clock.sleep_a_little();
            while !saved.is_finished() {
                self.clock.sleep_a_little();
                tokio::time::sleep(POLL).await;
            }
            saved.await.unwrap().is_ok()
        })
        .await;
    }

    pub(super) async fn until_running(&self, label: &str) {
        self.until(&format!("{label} runs"), async || self.script.plays().orders.contains_key(label)).await;
    }

    async fn until_over(&self, label: &str) {
        self.until(&format!("{label} is over"), async || !self.script.plays().orders.contains_key(label))
            .await;
    }

    pub(super) async fn order(&self, label: &str, order: Order) {
        self.until_running(label).await;
        assert!(self.script.plays().orders[label].send(order).is_ok(), "{label} listens");
    }

    pub(super) async fn page(&self, label: &str) -> Verdict {
        let (told, verdict) = oneshot::channel();
        self.order(label, Order::Page(told)).await;
        verdict.await.unwrap()
    }

    /// The worker reads a page and ends well.
    pub(super) async fn done(&self, label: &str) {
        assert_eq!(self.page(label).await, Verdict::Continue);
        self.end(label, Outcome::Done { rows: 100, new: 1, updated: 2, began: self.clock.now() }).await;
    }

    pub(super) async fn fails(&self, label: &str, kind: ErrorKind) {
        self.end(label, Outcome::Failed { kind, message: "as the scene wants".to_owned() }).await;
    }

    pub(super) async fn end(&self, label: &str, outcome: Outcome) {
        let ticket = self.ticket(label).await;
        self.order(label, Order::End(outcome)).await;
        let gone = async || !self.status().await.current_sync.iter().any(|task| Some(task.ticket) == ticket);
        self.until(&format!("{label} has ended"), gone).await;
    }

    async fn ticket(&self, label: &str) -> Option<u64> {
        self.until_running(label).await;
        let status = self.status().await;
        status.current_sync.iter().find(|task| task.login == anna()).map(|task| task.ticket)
    }

    /// From now on this task's worker ignores being asked to yield.
    pub(super) fn be_stubborn(&self, label: &str) {
        self.script.plays().stubborn.insert(label.to_owned());
    }

    pub(super) async fn until_gone(&self, label: &str) {
        self.until_over(label).await;
    }

    pub(super) async fn status(&self) -> SyncStatus {
        self.handle.status(&Me { agent: anna(), admin: true }).await
    }

    /// Open forms, and whether they pause anything.
    pub(super) async fn forms(&self) -> (u32, bool) {
        let forms = self.status().await.smart_sync;
        (forms.active_sessions, forms.syncs_paused)
    }

    /// What workers started and ended since the last picture.
    pub(super) fn picture(&self) -> String {
        std::mem::take(&mut self.script.plays().picture).join(" · ")
    }

    /// Lets every claim fail in the database, or no longer: a row has taken the next token.
    pub(super) async fn refuse_claims(&self, refuse: bool) {
        let control = self.store.control();
        let rows = control.load_board().await.unwrap();
        let change = if refuse {
            let mut thief = rows.tasks.into_values().next().unwrap_or_else(|| self.idle_task());
            thief.id = orchestrator::TaskId(1_000);
            thief.scope = domain::Scope::Agent("thief".parse().unwrap());
            thief.state = orchestrator::TaskState::Running(self.run_with(rows.counters.token + 1));
            Change::PutTask(thief)
        } else {
            Change::RemoveTask(orchestrator::TaskId(1_000))
        };
        control.commit(&[change], &[]).await.unwrap();
    }

    fn idle_task(&self) -> orchestrator::Task {
        orchestrator::Task {
            id: orchestrator::TaskId(0),
            work: orchestrator::Work::Placement { draft: draft(1_000) },
            scope: domain::Scope::Shared,
            asked_at: self.clock.now(),
            needed_from: self.clock.now(),
            run_at: None,
            attempts: 0,
            forms_only: false,
            by_hand: false,
            pass: None,
            state: orchestrator::TaskState::Queued,
        }
    }

    fn run_with(&self, token: u64) -> orchestrator::Run {
        let now = self.clock.now();
        orchestrator::Run {
            token,
            slot: 77,
            login: "thief".parse().unwrap(),
            started_at: now,
            worker_until: Timestamp(i64::MAX),
            through_valve: false,
            conduct: orchestrator::Conduct::Working,
            done: 0,
            total: None,
            told_at: now,
        }
    }

    /// The most workers that ever shared one login.
    pub(super) fn busiest_login(&self) -> u32 {
        self.script.plays().busiest_login
    }
}
