//! Process ends and starts, and clocks that jump.

use domain::{DurationMs, SyncType, Timestamp};
use insta::assert_snapshot;
use orchestrator::{Command, Verdict};

use crate::stage::Stage;

#[test]
fn after_a_crash_the_running_task_is_taken_back_at_once_and_its_old_token_is_stale() {
    let mut stage = Stage::settled();
    stage.ask(SyncType::Products);
    stage.page("products");
    let old = stage.token("products");
    stage.crash();
    assert_snapshot!(stage.picture(), @"start products · back products · start products");
    assert!(stage.token("products") > old);
    assert_eq!(stage.page_with(old), Verdict::Lost);
}

#[test]
fn open_forms_survive_a_crash_and_dead_ones_expire_after_it() {
    let mut stage = Stage::settled();
    stage.enter(1);
    stage.done("smart");
    stage.enter(2);
    stage.wait(60);
    stage.crash();
    assert_eq!((stage.sessions(), stage.is_paused()), (2, true));
    stage.wait(100);
    stage.beat(1, false);
    stage.wait(50);
    assert_eq!(stage.sessions(), 1);
}

#[test]
fn stopping_asks_everything_but_writes_to_yield_and_claims_nothing() {
    let mut stage = Stage::settled();
    stage.login("bruno");
    stage.run_out();
    stage.picture();
    stage.place(1);
    stage.ask_for("bruno", SyncType::Orders);
    stage.apply(Command::Stop);
    stage.yields("orders of bruno");
    stage.ask_for("bruno", SyncType::Ddt);
    stage.wait(5);
    assert_snapshot!(stage.picture(), @"start placement of anna · start orders of bruno · yield orders of bruno · back orders of bruno");
    stage.crash();
    assert_snapshot!(stage.picture(), @"start placement of anna · start orders of bruno");
}

#[test]
fn a_clock_that_jumps_ends_no_form_and_keeps_none() {
    for hours in [-1_i64, 1] {
        let mut stage = Stage::settled();
        stage.enter(1);
        stage.done("smart");
        stage.wait(100);
        let by_ms = hours * 3_600_000;
        stage.now = Timestamp(stage.now.0 + by_ms);
        stage.apply(Command::ClockMoved { by_ms });
        stage.wait(49);
        assert_eq!(stage.sessions(), 1, "{hours} h");
        stage.wait(1);
        assert_eq!(stage.sessions(), 0, "{hours} h");
    }
}

#[test]
fn a_clock_that_was_set_back_while_the_process_was_down_keeps_no_form_for_ever() {
    let mut stage = Stage::settled();
    stage.enter(1);
    stage.done("smart");
    stage.now = stage.now.minus(DurationMs::minutes(60));
    stage.crash();
    stage.wait(149);
    assert_eq!(stage.sessions(), 1);
    stage.wait(1);
    assert_eq!(stage.sessions(), 0);
}
