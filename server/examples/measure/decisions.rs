//! Times single decisions of the pure board, and counts what it says during a long outage.

use std::time::{Duration, Instant};

use domain::{AgentId, DraftId, DurationMs, ErrorKind, EventKind, SyncType, Timestamp};
use orchestrator::{Action, Board, Command, Config, Cursor, RunEnd, Snapshot};
use uuid::Uuid;

use super::{Row, percentile};

const AGENTS: u128 = 200;
const TASKS: u128 = 10_000;
const DECISIONS: usize = 4_000;
/// How long the ERP is down, in seconds.
const OUTAGE: u64 = 8 * 3_600;

pub(crate) fn measure() -> Vec<Row> {
    let (lines, transitions) = outage();
    vec![
        Row {
            what: "one decision with 10,000 tasks, median".to_owned(),
            measured: decision().as_secs_f64() * 1e6,
            target: 50.0,
            unit: "µs",
            at_least: false,
        },
        Row {
            what: format!("ERP down for 8 h: log lines per transition ({lines} of {transitions})"),
            measured: lines as f64 / transitions.max(1) as f64,
            target: 1.0,
            unit: "",
            at_least: false,
        },
    ]
}

fn agent(number: u128) -> AgentId {
    format!("agent{number}").parse().expect("a good name")
}

/// A day's work: runs report pages and end, the next ones start, people ask.
fn decision() -> Duration {
    let mut board = Board::new(Config::default(), Snapshot::default());
    let mut now = Timestamp(1_768_431_600_000);
    board.apply(Command::Boot, now);
    let mut tokens = Vec::new();
    for number in 0..AGENTS {
        tokens.extend(started(&board.apply(Command::AddLogin(agent(number)), now).actions));
    }
    for number in 0..TASKS {
        let draft = DraftId(Uuid::from_u128(number));
        let step =
            board.apply(Command::AskPlacement { agent: agent(number % AGENTS), draft, at_once: true }, now);
        tokens.extend(started(&step.actions));
    }
    let mut spans = Vec::with_capacity(DECISIONS);
    for round in 0.. {
        if spans.len() == DECISIONS {
            break;
        }
        now = now.plus(DurationMs(1));
        let token = tokens[0];
        let command = match round % 3 {
            0 => Command::Checkpoint { token, cursor: Cursor(round), done: 1, total: None },
            1 => Command::Ask { agent: agent(u128::from(round) % AGENTS), kind: SyncType::Customers },
            _ => Command::RunEnded { token, end: RunEnd::Later { after: DurationMs::minutes(600) } },
        };
        let begun = Instant::now();
        let step = board.apply(command, now);
        let span = begun.elapsed();
        // Asking for what is asked for already decides nothing.
        if !step.changes.is_empty() {
            spans.push(span);
        }
        if round % 3 == 2 {
            tokens.remove(0);
        }
        tokens.extend(started(&step.actions));
    }
    percentile(spans, 50)
}

fn started(actions: &[Action]) -> Vec<u64> {
    let token = |action: &Action| match action {
        Action::Start(start) => Some(start.token.number()),
        Action::AskYield(_) | Action::DropWorker(_) | Action::AnswerForm(..) => None,
    };
    actions.iter().filter_map(token).collect()
}

/// Events that are logged at the usual level, and changes of state, while every run fails for eight hours.
fn outage() -> (usize, usize) {
    let mut board = Board::new(Config::default(), Snapshot::default());
    let mut now = Timestamp(1_768_431_600_000);
    board.apply(Command::Boot, now);
    let mut step = board.apply(Command::AddLogin(agent(1)), now);
    let (mut lines, mut transitions) = (0, 0);
    for _second in 0..OUTAGE {
        loop {
            lines += step.events.iter().filter(|event| is_logged(event.what)).count();
            let changes = step.events.iter().filter(|event| event.what != EventKind::SyncProgress);
            transitions += changes.count();
            let Some(token) = started(&step.actions).first().copied() else { break };
            let message = "no answer".to_owned();
            let end = RunEnd::Failed { kind: ErrorKind::Unreachable, message };
            step = board.apply(Command::RunEnded { token, end }, now);
        }
        now = now.plus(DurationMs::seconds(1));
        step = board.apply(Command::Tick, now);
    }
    (lines, transitions)
}

fn is_logged(what: EventKind) -> bool {
    !matches!(what, EventKind::SyncProgress | EventKind::QueueUpdated | EventKind::ScheduleUpdated)
}
