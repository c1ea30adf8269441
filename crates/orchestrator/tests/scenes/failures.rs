//! What goes wrong: errors, circuits, workers that stall or come back from the dead.

use domain::{ErrorKind, SyncType, WaitReason};
use insta::assert_snapshot;
use orchestrator::{Command, RunEnd, Verdict};

use crate::stage::{Stage, good_end};

#[test]
fn a_worker_that_does_not_yield_is_dropped_after_fifteen_seconds() {
    let mut stage = Stage::settled();
    stage.ask(SyncType::Products);
    stage.enter(1);
    stage.wait(14);
    assert_snapshot!(stage.picture(), @"start products · yield products");
    stage.wait(1);
    assert_snapshot!(stage.picture(), @"drop products");
    // Nothing starts in the login before the drop is confirmed.
    stage.wait(5);
    assert_snapshot!(stage.picture(), @"");
    stage.is_dropped("products");
    assert_snapshot!(stage.picture(), @"back products · start smart");
}

/// Regression: slots leaked until the pool is empty.
#[test]
fn a_drop_that_is_never_confirmed_does_not_keep_the_login_for_ever() {
    let mut stage = Stage::settled();
    stage.ask(SyncType::Products);
    stage.stall("products");
    stage.wait(30);
    assert_snapshot!(stage.picture(), @"start products · drop products");
    stage.wait(10);
    stage.place(1);
    assert_snapshot!(stage.picture(), @"start placement");
}

/// Regression: a zombie writes over its successor.
#[test]
fn the_token_of_a_zombie_changes_nothing() {
    let mut stage = Stage::settled();
    stage.ask(SyncType::Products);
    let zombie = stage.token("products");
    stage.stall("products");
    stage.wait(60);
    let before = stage.board.snapshot();
    assert_eq!(stage.page_with(zombie), Verdict::Lost);
    stage.apply(Command::RunEnded { token: zombie, end: good_end() });
    stage.apply(Command::RunEnded { token: zombie, end: RunEnd::Yielded });
    assert_eq!(stage.board.snapshot(), before);
}

/// Regression: back-off sleeping inside the worker blocks the queue.
#[test]
fn a_task_that_backs_off_leaves_the_login_to_others() {
    let mut stage = Stage::settled();
    stage.ask(SyncType::Ddt);
    stage.ask(SyncType::Invoices);
    stage.fails("ddt", ErrorKind::Unreachable);
    assert_eq!(stage.reason(SyncType::Ddt), Some(WaitReason::BackingOff));
    stage.done("invoices");
    stage.wait(7);
    assert_snapshot!(stage.picture(), @"start ddt · start invoices · done invoices · start ddt");
}

#[test]
fn an_infrastructure_error_is_retried_three_times_and_opens_the_circuit() {
    let mut stage = Stage::settled();
    stage.ask(SyncType::Orders);
    stage.fails("orders", ErrorKind::Unreachable);
    stage.wait(6);
    stage.fails("orders", ErrorKind::Unreachable);
    stage.wait(12);
    stage.fails("orders", ErrorKind::Unreachable);
    assert_snapshot!(stage.picture(), @"start orders · start orders · start orders · circuit open");
    stage.wait(30);
    assert_eq!(stage.reason(SyncType::Orders), Some(WaitReason::CircuitOpen));
    stage.wait(30);
    stage.fails("orders", ErrorKind::Unreachable);
    assert_snapshot!(stage.picture(), @"start orders · failed orders · circuit open");
    stage.ask(SyncType::Orders);
    stage.wait(119);
    assert_snapshot!(stage.picture(), @"");
    stage.wait(1);
    stage.done("orders");
    assert_snapshot!(stage.picture(), @"start orders · done orders · circuit closed");
}

#[test]
fn a_half_open_circuit_lets_one_probe_through_and_rearms_when_it_yields() {
    let mut stage = Stage::settled();
    stage.ask(SyncType::Orders);
    for _ in 0..3 {
        stage.fails("orders", ErrorKind::Unreachable);
        // A person does not wait for the back-off, but for the circuit.
        stage.ask(SyncType::Orders);
    }
    stage.ask(SyncType::Ddt);
    stage.place(1);
    stage.wait(59);
    assert_eq!(stage.running(), [""; 0]);
    stage.wait(1);
    assert_eq!(stage.running(), ["placement"], "the most urgent task is the probe");
    assert_eq!(stage.reason(SyncType::Orders), Some(WaitReason::CircuitOpen));
    stage.is_dropped("placement");
    let login = stage.status().logins[0].clone();
    assert_eq!(
        (login.circuit, login.busy_with.is_some()),
        (domain::CircuitName::HalfOpen, true),
        "the next probe"
    );
    stage.done("orders");
    assert_eq!(stage.status().logins[0].circuit, domain::CircuitName::Closed);
}

/// Regression: a requeue without delay → hot loop, 6 million log lines.
#[test]
fn a_worker_that_gives_up_unasked_does_not_spin() {
    let mut stage = Stage::settled();
    stage.ask(SyncType::Orders);
    let mut runs = 0;
    for _ in 0..60 {
        if stage.running() == ["orders"] {
            let token = stage.token("orders");
            stage.end(token, RunEnd::Yielded);
            runs += 1;
        }
        stage.wait(1);
    }
    assert!(runs <= 60, "{runs} runs in a minute");
}

/// Regression: success recorded for work that read nothing.
#[test]
fn a_pass_without_a_page_is_a_failure() {
    let mut stage = Stage::settled();
    stage.ask(SyncType::Orders);
    let token = stage.token("orders");
    stage.end(token, good_end());
    assert_snapshot!(stage.picture(), @"start orders · failed orders");
    assert!(stage.status().statuses[0].last_success.is_none());
}

/// Regression: one agent's error cancels the others'.
#[test]
fn one_agents_error_leaves_the_others_alone() {
    let mut stage = Stage::settled();
    stage.login("bruno");
    stage.run_out();
    stage.picture();
    stage.ask_for("anna", SyncType::Orders);
    stage.ask_for("bruno", SyncType::Orders);
    stage.fails("orders of anna", ErrorKind::WrongPassword);
    assert_eq!(stage.page("orders of bruno"), Verdict::Continue);
    stage.done("orders of bruno");
    assert_snapshot!(stage.picture(), @"start orders of anna · start orders of bruno · failed orders of anna · done orders of bruno");
}

#[test]
fn shared_work_moves_to_another_login_when_one_password_is_refused() {
    let mut stage = Stage::settled();
    stage.login("bruno");
    stage.run_out();
    stage.ask(SyncType::Products);
    stage.picture();
    let first = stage.status().current_sync[0].login.clone();
    stage.fails("products", ErrorKind::WrongPassword);
    assert_snapshot!(stage.picture(), @"back products · start products");
    assert_ne!(stage.status().current_sync[0].login, first);
}

/// Regression: a dedup key alive after completion blocks for days.
#[test]
fn after_its_end_a_type_can_be_asked_for_again() {
    let mut stage = Stage::settled();
    for _ in 0..2 {
        let answer = stage.ask(SyncType::Orders);
        assert!(!answer.coalesced);
        stage.done("orders");
    }
    stage.ask(SyncType::Orders);
    stage.fails("orders", ErrorKind::BadExport);
    assert!(!stage.ask(SyncType::Orders).coalesced);
}

#[test]
fn an_erp_that_is_down_for_eight_hours_costs_a_line_per_transition() {
    let mut stage = Stage::settled();
    stage.ask(SyncType::Orders);
    let mut transitions = 0;
    for _ in 0..8 * 360 {
        for label in stage.running().into_iter().map(str::to_owned).collect::<Vec<_>>() {
            stage.fails(&label, ErrorKind::Unreachable);
        }
        stage.wait(10);
        transitions += stage.picture().matches("circuit").count();
    }
    // Eight hours of probes, at most one in fifteen minutes once the wait has grown.
    assert!((30..45).contains(&transitions), "{transitions} transitions");
}
