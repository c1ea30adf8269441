//! Lists that look unchanged, and forms that will probably open.

use domain::SyncType;
use insta::assert_snapshot;
use orchestrator::{Command, RunEnd};

use crate::stage::{Stage, anna};

#[test]
fn a_list_that_looks_unchanged_satisfies_the_schedule_without_being_read() {
    let mut stage = Stage::settled();
    stage.wait(10 * 60);
    stage.done("orders");
    let rows = |stage: &Stage| stage.status().statuses.into_iter().find(|row| row.kind == SyncType::Orders);
    let before = rows(&stage).and_then(|row| row.last_success).expect("they were read");
    stage.wait(5 * 60);
    stage.run_out();
    stage.picture();
    stage.wait(5 * 60);
    stage.finds_no_change("orders");
    assert_snapshot!(stage.picture(), @"start orders · unchanged orders · start ddt");
    let after = rows(&stage).and_then(|row| row.last_success).expect("they were looked at");
    assert!(after > before, "the data are as fresh as the look");
    stage.wait(4 * 60);
    assert!(!stage.picture().contains("start orders"));
}

#[test]
fn a_worker_that_has_not_even_looked_has_read_nothing() {
    let mut stage = Stage::settled();
    stage.wait(10 * 60);
    stage.picture();
    let token = stage.token("orders");
    stage.end(token, RunEnd::Unchanged { began: stage.now });
    assert_snapshot!(stage.picture(), @"failed orders");
}

#[test]
fn what_a_person_asks_for_while_a_list_is_only_looked_at_is_read() {
    let mut stage = Stage::settled();
    stage.wait(10 * 60);
    stage.picture();
    stage.ask(SyncType::Orders);
    stage.wait(1);
    stage.finds_no_change("orders");
    assert_snapshot!(stage.picture(), @"unchanged orders · start orders");
    // A look is no answer to this one.
    stage.finds_no_change("orders");
    assert_snapshot!(stage.picture(), @"failed orders");
}

#[test]
fn a_form_that_is_expected_finds_its_customers_on_their_way() {
    let mut stage = Stage::settled();
    stage.wait(3 * 60);
    stage.picture();
    stage.apply(Command::ExpectForm(anna()));
    stage.enter(1);
    stage.done("smart");
    assert_snapshot!(stage.picture(), @"start smart · done smart · tell tab 1 synced");
}

#[test]
fn expecting_a_form_again_and_again_reads_once() {
    let mut stage = Stage::settled();
    stage.wait(3 * 60);
    stage.picture();
    stage.apply(Command::ExpectForm(anna()));
    stage.apply(Command::ExpectForm(anna()));
    stage.done("smart");
    stage.wait(60);
    stage.apply(Command::ExpectForm(anna()));
    assert_snapshot!(stage.picture(), @"start smart · done smart");
    // The day's sign-ins that are left are for what people really wait for.
    stage.wait(3 * 60);
    stage.run_out();
    stage.apply(Command::Spend { login: anna(), logins: 15, requests: 0 });
    stage.picture();
    stage.apply(Command::ExpectForm(anna()));
    assert_snapshot!(stage.picture(), @"");
}
