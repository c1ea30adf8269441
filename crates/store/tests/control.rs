//! The scheduler's tables: what is saved is what comes back, and the limits hold.

#![allow(clippy::unwrap_used)]

mod support;

use domain::{ErrorKind, EventKind, Scope, SyncEvent, SyncType};
use orchestrator::{
    Board, Change, Command, Config, Ending, HistoryRow, TaskId, TaskState, Work,
    simulation::{Saved, World},
};
use store::{
    Store, StoreError,
    control::{Control, EventFilter},
};
use support::{TestStore, agent, at};

/// Simulated worlds, and commands in each: every step of them goes to disk.
const WORLDS: u64 = 12;
const COMMANDS: u64 = 300;

#[tokio::test]
async fn a_board_read_from_rows_equals_the_board_in_memory() {
    for seed in 1_000..1_000 + WORLDS {
        let store = TestStore::new().await;
        let control = store.control();
        let mut world = World::new(seed);
        world.take_saved();
        for _slice in 0..4 {
            world.run(COMMANDS / 4).unwrap_or_else(|failure| panic!("{failure}"));
            save_each(&control, world.take_saved()).await;
            assert_eq!(&control.load_board().await.unwrap(), world.rows(), "seed {seed}");
        }
        let events = control.events_after(0, EventFilter::All, u32::MAX).await.unwrap();
        let numbers: Vec<u64> = events.iter().map(|event| event.number).collect();
        assert_eq!(numbers, (1..=world.report().events).collect::<Vec<_>>(), "seed {seed}");
    }
}

async fn save_each(control: &Control, steps: Vec<Saved>) {
    for (changes, events) in steps {
        control.commit(&changes, &events).await.unwrap();
    }
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
