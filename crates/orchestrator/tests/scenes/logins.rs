//! What keeps a login quiet: an operator's hold, a refused password, the day's budget; and slow smart syncs.

use domain::{Class, DurationMs, ErrorKind, EventKind, SmartSyncOutcome, SyncType, Timestamp, WaitReason};
use orchestrator::{Answer, Change, Command, Config, FormEnd, Verdict};

use crate::stage::{Stage, agent, anna};

fn hold(stage: &mut Stage, minutes: u64) -> Answer {
    let until = stage.now.plus(DurationMs::minutes(minutes));
    stage.apply(Command::Hold { login: anna(), reason: "the ERP is being updated".to_owned(), until })
}

fn spend(stage: &mut Stage, logins: u32) {
    stage.apply(Command::Spend { login: anna(), logins, requests: 3 * logins });
}

#[test]
fn a_held_login_rests_until_its_hold_ends_by_itself() {
    let mut stage = Stage::settled();
    stage.ask(SyncType::Products);
    hold(&mut stage, 20);
    stage.yields("products");
    assert_eq!(stage.reason(SyncType::Products), Some(WaitReason::HeldByOperator));
    let shown = stage.status().logins[0].held.clone().unwrap();
    assert_eq!(
        (shown.reason.as_str(), shown.until),
        ("the ERP is being updated", stage.now.plus(DurationMs::minutes(20)))
    );
    stage.wait(20 * 60 - 1);
    assert_eq!(stage.running(), Vec::<&str>::new());
    stage.wait(1);
    assert_eq!(stage.status().logins[0].held, None);
    assert!(!stage.running().is_empty());
}

#[test]
fn an_operator_ends_a_hold_early_and_a_second_end_is_no_news() {
    let mut stage = Stage::settled();
    hold(&mut stage, 600);
    stage.ask(SyncType::Products);
    stage.events.clear();
    stage.apply(Command::EndHold(anna()));
    stage.apply(Command::EndHold(anna()));
    assert_eq!(stage.events.iter().filter(|what| **what == EventKind::LoginReleased).count(), 1);
    assert_eq!(stage.running(), ["products"]);
    assert_eq!(stage.apply(Command::EndHold(agent("nobody"))), Answer::NoSuchLogin);
}

#[test]
fn a_hold_lets_a_write_finish_and_sends_forms_away_with_a_reason() {
    let mut stage = Stage::settled();
    stage.place(1);
    stage.enter(1);
    stage.picture();
    hold(&mut stage, 5);
    assert_eq!(stage.page("placement"), Verdict::Continue);
    insta::assert_snapshot!(stage.picture(), @"cancelled smart · tell tab 1 failed");
    stage.done("placement");
    assert!(matches!(stage.enter(1), Answer::Form(FormEnd::Failed { kind: ErrorKind::Unreachable, .. })));
    assert!(!stage.is_paused(), "what cannot start keeps nobody else waiting");
}

#[test]
fn a_hold_survives_a_restart() {
    let mut stage = Stage::settled();
    hold(&mut stage, 5);
    stage.crash();
    stage.ask(SyncType::Products);
    assert_eq!(stage.reason(SyncType::Products), Some(WaitReason::HeldByOperator));
}

#[test]
fn a_refused_password_is_told_once_and_a_sign_in_lifts_it() {
    let mut stage = Stage::settled();
    stage.login("bruno");
    stage.run_out();
    stage.events.clear();
    for kind in [SyncType::Orders, SyncType::Ddt] {
        stage.ask(kind);
    }
    stage.fails("orders of anna", ErrorKind::WrongPassword);
    stage.wait(60);
    assert_eq!(stage.reason(SyncType::Ddt), Some(WaitReason::HeldByOperator));
    stage.apply(Command::AddLogin(anna()));
    let told = |what| stage.events.iter().filter(|event| **event == what).count();
    assert_eq!((told(EventKind::LoginHeld), told(EventKind::LoginReleased)), (1, 1));
    assert_eq!(stage.running(), ["ddt of anna"]);
}

/// Fifteen sign-ins a day are for anything, the last five for people.
#[test]
fn a_spent_budget_stops_background_work_first_and_then_everything_until_midnight() {
    let mut stage = Stage::at(
        Timestamp(1_768_431_600_000),
        Config { available: SyncType::ALL.into(), ..Config::default() },
    );
    stage.login("anna");
    stage.run_out();
    stage.wait(61);
    spend(&mut stage, 15);
    stage.ask(SyncType::Products);
    assert_eq!(stage.reason(SyncType::Products), Some(WaitReason::HeldByOperator));
    stage.enter(1);
    assert_eq!(stage.running(), ["smart"]);
    stage.done("smart");
    spend(&mut stage, 5);
    assert!(matches!(stage.enter(2), Answer::Form(FormEnd::Fresh | FormEnd::Failed { .. })));
    stage.place(1);
    assert!(stage.status().queue.iter().any(|task| task.class == Class::Write));
    let budget = stage.status().logins[0].budget;
    assert_eq!((budget.logins_today, budget.logins_per_day_max, budget.requests_today), (20, 20, 60));
    stage.leave(1);
    stage.leave(2);
    stage.now = Timestamp(1_768_431_600_000 + 24 * 3_600_000 - 1_000);
    stage.apply(Command::Tick);
    assert_eq!(stage.running(), Vec::<&str>::new());
    stage.wait(1);
    assert_eq!(stage.running(), ["placement"]);
    assert_eq!(stage.status().logins[0].budget.logins_today, 0);
}

#[test]
fn leaving_and_coming_back_does_not_buy_a_new_budget() {
    let mut stage = Stage::settled();
    spend(&mut stage, 20);
    stage.apply(Command::RemoveLogin(anna()));
    stage.apply(Command::AddLogin(anna()));
    stage.crash();
    assert_eq!(stage.status().logins[0].budget.logins_today, 20);
}

#[test]
fn shared_work_leaves_a_login_whose_budget_is_spent() {
    let mut stage = Stage::settled();
    stage.login("bruno");
    stage.run_out();
    spend(&mut stage, 20);
    stage.ask(SyncType::Products);
    assert_eq!(
        stage
            .board
            .snapshot()
            .tasks
            .values()
            .filter_map(|task| task.run())
            .map(|run| run.login.as_str())
            .collect::<Vec<_>>(),
        ["bruno"]
    );
}

#[test]
fn a_smart_sync_of_more_than_ten_seconds_is_a_warning_with_its_duration() {
    let mut stage = Stage::settled();
    for (tab, seconds) in [(1, 10), (2, 61)] {
        stage.wait(61);
        stage.events.clear();
        stage.enter(tab);
        stage.wait(seconds);
        stage.done("smart");
        let slow = stage.events.contains(&EventKind::SmartSyncSlow);
        assert_eq!(slow, seconds > 10, "after {seconds} s");
        stage.leave(tab);
    }
}

#[test]
fn every_entry_of_a_form_is_on_record_with_what_it_came_to() {
    let mut stage = Stage::settled();
    stage.changes.clear();
    stage.enter(1);
    stage.wait(3);
    stage.done("smart");
    stage.enter(2);
    stage.leave(1);
    stage.leave(2);
    stage.wait(60);
    stage.enter(3);
    stage.wait(1);
    stage.fails("smart", ErrorKind::Unreachable);
    stage.enter(4);
    stage.wait(2);
    stage.leave(4);
    let runs = stage.changes.iter().filter_map(|change| match change {
        Change::AppendSmartSync(run) => Some((run.outcome, run.duration.0, run.processed, run.error)),
        _ => None,
    });
    assert_eq!(
        runs.collect::<Vec<_>>(),
        [
            (SmartSyncOutcome::Synced, 3_000, 100, None),
            (SmartSyncOutcome::AlreadyFresh, 0, 0, None),
            (SmartSyncOutcome::Failed, 1_000, 0, Some(ErrorKind::Unreachable)),
            (SmartSyncOutcome::Left, 2_000, 0, None),
        ]
    );
}
