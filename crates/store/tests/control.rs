//! The scheduler's tables: what is saved is what comes back, and the limits hold.

#![allow(clippy::unwrap_used)]

mod support;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use domain::{
    DurationMs, ErrorKind, EventKind, Scope, SmartSyncOutcome, SmartSyncRun, SyncEvent, SyncType, Timestamp,
};
use orchestrator::{
    Board, Change, Command, Config, Ending, HistoryRow, Snapshot, TaskId, TaskState, Work,
    simulation::{Disk, World},
};
use store::{
    Store, StoreError,
    control::{Control, EventFilter},
};
use support::{TestStore, agent, at};

/// Simulated worlds, and commands in each: every step of them goes to disk.
const WORLDS: u64 = 6;
const COMMANDS: u64 = 600;

/// The scheduler's tables under a simulated world, which is not async.
struct OnSqlite {
    control: Control,
    runtime: tokio::runtime::Handle,
    loads: Arc<AtomicU64>,
}

impl Disk for OnSqlite {
    fn commit(&mut self, changes: &[Change], events: &[SyncEvent]) -> Result<(), String> {
        self.runtime.block_on(self.control.commit(changes, events)).map_err(|error| format!("{error:?}"))
    }

    fn load(&mut self) -> Result<Snapshot, String> {
        self.loads.fetch_add(1, Ordering::Relaxed);
        self.runtime.block_on(self.control.load_board()).map_err(|error| format!("{error:?}"))
    }
}

/// The same walk as in the orchestrator's own tests, with every invariant, over the real tables: each process that starts
/// goes on from what SQLite holds, and SQLite's indexes refuse what would break a limit.
#[test]
fn every_invariant_holds_over_sqlite_and_a_process_finds_what_was_saved() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let loads = Arc::new(AtomicU64::new(0));
    for seed in 1_000..1_000 + WORLDS {
        let store = runtime.block_on(TestStore::new());
        let control = store.control();
        let disk =
            OnSqlite { control: control.clone(), runtime: runtime.handle().clone(), loads: loads.clone() };
        let mut world = World::on(seed, Box::new(disk));
        world.run(COMMANDS).unwrap_or_else(|failure| panic!("{failure}"));
        assert_eq!(&runtime.block_on(control.load_board()).unwrap(), world.rows(), "seed {seed}");
        let events = runtime.block_on(control.events_after(0, EventFilter::All, u32::MAX)).unwrap();
        let numbers: Vec<u64> = events.iter().map(|event| event.number).collect();
        assert_eq!(numbers, (1..=world.report().events).collect::<Vec<_>>(), "seed {seed}");
    }
    let loads = loads.load(Ordering::Relaxed);
    assert!(loads > WORLDS, "the processes were killed {loads} times, which is too seldom");
}

/// A board whose steps are all saved, as the conductor does it.
async fn board(control: &Control, commands: Vec<Command>) -> Board {
    let mut board = Board::new(Config::default(), control.load_board().await.unwrap());
    for command in commands {
        let step = board.apply(command, at(1_000));
        control.commit(&step.changes, &step.events).await.unwrap();
    }
    board
}

#[tokio::test]
async fn a_second_running_task_in_a_login_is_refused_by_an_index_and_nothing_of_that_step_is_kept() {
    let store = TestStore::new().await;
    let control = store.control();
    let board = board(&control, vec![Command::AddLogin(agent("anna"))]).await;
    let rows = board.snapshot();
    let running = rows.tasks.values().find(|task| task.run().is_some()).expect("products are being read");
    let mut second = running.clone();
    second.id = TaskId(99);
    second.scope = Scope::Agent(agent("anna"));
    if let TaskState::Running(run) = &mut second.state {
        (run.token, run.slot) = (99, 1);
    }
    let event =
        SyncEvent { number: 99, ..control.events_after(0, EventFilter::All, 1).await.unwrap().remove(0) };
    let refused = control.commit(&[Change::PutTask(second)], &[event]).await;
    assert!(matches!(refused, Err(StoreError::Database(_))), "{refused:?}");
    assert_eq!(control.load_board().await.unwrap(), rows);
    assert_eq!(control.events_after(50, EventFilter::All, 10).await.unwrap(), []);
}

#[tokio::test]
async fn the_board_survives_closing_and_opening_the_folder() {
    let store = TestStore::new().await;
    let anna = agent("anna");
    let commands = vec![
        Command::Boot,
        Command::AddLogin(anna.clone()),
        Command::Ask { agent: anna, kind: SyncType::Customers },
    ];
    let before = board(&store.control(), commands).await.snapshot();
    store.close().await;
    let TestStore { store, folder } = store;
    drop(store);
    let again = Store::open(folder.path()).await.unwrap();
    assert_eq!(again.control().load_board().await.unwrap(), before);
}

#[tokio::test]
async fn an_agent_sees_the_events_of_nobody_else() {
    let store = TestStore::new().await;
    let control = store.control();
    board(&control, vec![Command::Boot, Command::AddLogin(agent("anna")), Command::AddLogin(agent("bruno"))])
        .await;
    let ask = |name| Command::Ask { agent: agent(name), kind: SyncType::Customers };
    board(&control, vec![ask("anna"), ask("bruno")]).await;
    let (anna, all) = (agent("anna"), control.events_after(0, EventFilter::All, 100).await.unwrap());
    let seen = control.events_after(0, EventFilter::Agent(&anna), 100).await.unwrap();
    assert!(seen.len() < all.len());
    assert!(seen.iter().all(|event| event.scope != Scope::Agent(agent("bruno"))));
    assert!(seen.iter().any(|event| event.what == EventKind::SyncStarted));
}

#[tokio::test]
async fn the_last_hundred_endings_of_a_type_are_kept_and_none_of_another_is_lost() {
    let store = TestStore::new().await;
    let control = store.control();
    let ended = |task, kind| HistoryRow {
        task: TaskId(task),
        scope: Scope::Agent(agent("anna")),
        work: Work::Sync { kind, smart: false },
        asked_at: at(1),
        started_at: Some(at(2)),
        ended_at: at(3),
        ending: Ending::Failed { kind: ErrorKind::BadExport, message: "cut short".to_owned() },
    };
    let orders = ended(1_000, SyncType::Orders);
    control.commit(&[Change::AppendHistory(orders.clone())], &[]).await.unwrap();
    let customers: Vec<_> =
        (1..=150).map(|task| Change::AppendHistory(ended(task, SyncType::Customers))).collect();
    control.commit(&customers, &[]).await.unwrap();
    let kept = control.history(&orders.scope, SyncType::Customers, 1_000).await.unwrap();
    assert_eq!(kept.iter().map(|row| row.task.0).collect::<Vec<_>>(), (51..=150).rev().collect::<Vec<_>>());
    assert_eq!(kept[0], ended(150, SyncType::Customers));
    assert_eq!(control.history(&orders.scope, SyncType::Orders, 10).await.unwrap(), [orders]);
}

#[tokio::test]
async fn smart_syncs_are_remembered_for_thirty_days_and_an_agent_sees_their_own() {
    const DAY: i64 = 24 * 3_600_000;
    let store = TestStore::new().await;
    let control = store.control();
    let run = |name, day: i64, outcome, error| SmartSyncRun {
        time: Timestamp(1_768_431_600_000 + day * DAY),
        agent: agent(name),
        duration: DurationMs(3_120),
        processed: 1_452,
        new: 1,
        updated: 2,
        outcome,
        error,
    };
    let failed = run("bruno", 30, SmartSyncOutcome::Failed, Some(ErrorKind::Unreachable));
    let synced = run("anna", 30, SmartSyncOutcome::Synced, None);
    let runs =
        [run("anna", -2, SmartSyncOutcome::Synced, None), run("anna", 0, SmartSyncOutcome::Left, None)];
    for run in runs.iter().chain([&failed, &synced]) {
        control.commit(&[Change::AppendSmartSync(run.clone())], &[]).await.unwrap();
    }
    let ever = Timestamp(0);
    let all = control.smart_syncs(None, ever, 100).await.unwrap();
    assert_eq!(all, [synced.clone(), failed, runs[1].clone()], "the oldest is forgotten");
    let (anna, today) = (agent("anna"), Timestamp(synced.time.0 - 1));
    assert_eq!(control.smart_syncs(Some(&anna), today, 100).await.unwrap(), [synced]);
}

#[tokio::test]
async fn the_oldest_event_that_is_kept_is_known() {
    let store = TestStore::new().await;
    let control = store.control();
    assert_eq!(control.first_event().await.unwrap(), 1);
    board(&control, vec![Command::Boot, Command::AddLogin(agent("anna"))]).await;
    assert_eq!(control.first_event().await.unwrap(), 1);
    control.forget_events_before(3).await.unwrap();
    assert_eq!(control.first_event().await.unwrap(), 3);
}
