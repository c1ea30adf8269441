//! Order forms: leases, pauses and the smart sync.

use domain::{ErrorKind, SyncType, WaitReason};
use insta::assert_snapshot;
use orchestrator::{Answer, BeatOutcome, Command, FormEnd, LeaseKey};

use crate::stage::{Stage, agent, anna, tab};

#[test]
fn opening_the_form_interrupts_products_and_reads_customers_first() {
    let mut stage = Stage::settled();
    stage.ask(SyncType::Products);
    stage.enter(1);
    stage.yields("products");
    stage.done("smart");
    assert_snapshot!(stage.picture(), @"start products · yield products · back products · start smart · done smart · tell tab 1 synced");
    assert_eq!(stage.reason(SyncType::Products), Some(WaitReason::OrderFormOpen));
    stage.leave(1);
    assert_snapshot!(stage.picture(), @"start products");
}

#[test]
fn an_article_looked_up_in_an_empty_catalogue_is_fetched_despite_the_open_form() {
    let mut stage = Stage::settled();
    stage.enter(1);
    stage.done("smart");
    stage.ask(SyncType::Products);
    let ticket = stage.look_up(SyncType::Products).ticket;
    let again = stage.look_up(SyncType::Products);
    assert_eq!((again.ticket, again.coalesced), (ticket, true));
    stage.done("look-up products");
    assert_snapshot!(stage.picture(), @"start smart · done smart · tell tab 1 synced · start look-up products · done look-up products · served products");
}

#[test]
fn a_look_up_joins_a_reading_that_runs_already() {
    let mut stage = Stage::settled();
    let running = stage.ask(SyncType::Products).ticket;
    assert_eq!(stage.look_up(SyncType::Products).ticket, running);
    stage.done("products");
    assert_snapshot!(stage.picture(), @"start products · done products");
}

#[test]
fn a_second_tab_joins_the_running_smart_sync() {
    let mut stage = Stage::settled();
    let first = Stage::ticket(&stage.enter(1));
    stage.wait(5);
    assert_eq!(Stage::ticket(&stage.enter(2)), first);
    stage.done("smart");
    assert_snapshot!(stage.picture(), @"start smart · done smart · tell tab 1 synced · tell tab 2 synced");
}

#[test]
fn a_tab_that_comes_after_a_minute_gets_a_pass_of_its_own() {
    let mut stage = Stage::settled();
    let first = Stage::ticket(&stage.enter(1));
    stage.wait(61);
    assert_ne!(Stage::ticket(&stage.enter(2)), first);
    stage.done("smart");
    stage.done("smart");
    assert_snapshot!(stage.picture(), @"start smart · done smart · tell tab 1 synced · start smart · done smart · tell tab 2 synced");
}

#[test]
fn customers_read_less_than_a_minute_ago_need_no_erp() {
    let mut stage = Stage::settled();
    stage.enter(1);
    stage.done("smart");
    stage.wait(59);
    assert_eq!(stage.enter(2), Answer::Form(FormEnd::Fresh));
    assert!(stage.is_paused());
    stage.wait(1);
    assert!(matches!(stage.enter(3), Answer::FormWaits(_)));
}

#[test]
fn sessions_count_one_two_one_none() {
    let mut stage = Stage::settled();
    let mut counts = Vec::new();
    stage.enter(1);
    counts.push((stage.sessions(), stage.is_paused()));
    stage.enter(2);
    counts.push((stage.sessions(), stage.is_paused()));
    stage.leave(1);
    counts.push((stage.sessions(), stage.is_paused()));
    stage.leave(2);
    counts.push((stage.sessions(), stage.is_paused()));
    assert_eq!(counts, [(1, true), (2, true), (1, true), (0, false)]);
}

/// Regression: leaving the form while its smart sync runs starts a second sync.
#[test]
fn leaving_the_form_while_its_smart_sync_runs_starts_nothing_until_it_has_stopped() {
    let mut stage = Stage::settled();
    stage.enter(1);
    stage.ask(SyncType::Products);
    stage.leave(1);
    assert_snapshot!(stage.picture(), @"start smart · tell tab 1 left · yield smart");
    stage.wait(10);
    assert_snapshot!(stage.picture(), @"");
    stage.yields("smart");
    assert_snapshot!(stage.picture(), @"cancelled smart · start products");
}

#[test]
fn a_smart_sync_that_another_tab_still_waits_for_goes_on() {
    let mut stage = Stage::settled();
    stage.enter(1);
    stage.enter(2);
    stage.leave(1);
    stage.done("smart");
    assert_snapshot!(stage.picture(), @"start smart · tell tab 1 left · done smart · tell tab 2 synced");
}

#[test]
fn coming_back_while_the_abandoned_sync_still_stops_queues_a_new_one() {
    let mut stage = Stage::settled();
    stage.enter(1);
    stage.leave(1);
    stage.enter(2);
    stage.yields("smart");
    stage.done("smart");
    assert_snapshot!(stage.picture(), @"start smart · tell tab 1 left · yield smart · cancelled smart · start smart · done smart · tell tab 2 synced");
}

/// Regression: a crashed tab freezes every agent, re-armed by every other visit.
#[test]
fn a_crashed_tab_only_holds_its_own_agent_and_only_until_its_beats_are_missed() {
    let mut stage = Stage::settled();
    stage.login("bruno");
    stage.run_out();
    stage.wait(120);
    stage.picture();
    stage.enter(1);
    stage.done("smart of anna");
    stage.ask_for("anna", SyncType::Orders);
    stage.ask_for("bruno", SyncType::Orders);
    // Another tab of anna's comes and goes; it must not keep the crashed one alive.
    stage.wait(100);
    stage.enter(2);
    stage.leave(2);
    stage.wait(49);
    assert_eq!(stage.sessions(), 1);
    stage.wait(1);
    assert_eq!(stage.sessions(), 0);
    let picture = stage.picture();
    assert!(picture.contains("start orders of bruno"), "{picture}");
    assert!(picture.ends_with("lease expired · start orders of anna"), "{picture}");
}

#[test]
fn a_form_whose_stream_broke_has_fifteen_seconds() {
    let mut stage = Stage::settled();
    let key = LeaseKey::new(anna(), tab(1));
    stage.apply(Command::BindStream(key.clone()));
    stage.enter(1);
    stage.done("smart");
    stage.apply(Command::UnbindStream(key.clone()));
    stage.wait(14);
    assert_eq!(stage.sessions(), 1);
    // The page reconnects, loses the line again and is gone.
    stage.apply(Command::BindStream(key.clone()));
    stage.wait(60);
    assert_eq!(stage.sessions(), 1);
    stage.apply(Command::UnbindStream(key));
    stage.wait(15);
    assert_eq!(stage.sessions(), 0);
}

#[test]
fn a_beat_after_the_stream_broke_shows_that_the_page_lives() {
    let mut stage = Stage::settled();
    let key = LeaseKey::new(anna(), tab(1));
    stage.enter(1);
    stage.apply(Command::BindStream(key.clone()));
    stage.apply(Command::UnbindStream(key));
    stage.wait(10);
    stage.beat(1, false);
    stage.wait(140);
    assert_eq!(stage.sessions(), 1);
}

/// Regression: the safety timeout ends under a live tab and its late unmount ends another tab's session.
#[test]
fn the_safety_timeout_ends_one_form_and_its_late_release_ends_nothing() {
    let mut stage = Stage::settled();
    stage.enter(1);
    stage.done("smart");
    stage.picture();
    for _ in 0..29 {
        stage.wait(20);
        assert_eq!(stage.beat(1, false), BeatOutcome::Live);
    }
    stage.enter(2);
    stage.run_out();
    stage.picture();
    stage.wait(20);
    assert_snapshot!(stage.picture(), @"safety timeout");
    assert_eq!((stage.sessions(), stage.is_paused()), (1, true));
    stage.leave(1);
    stage.leave(1);
    assert_eq!((stage.sessions(), stage.is_paused()), (1, true));
    assert_eq!(stage.beat(1, true), BeatOutcome::Ended);
    assert_eq!(stage.enter(1), Answer::Form(FormEnd::Left));
    assert_eq!(stage.sessions(), 1);
}

#[test]
fn after_eleven_idle_minutes_the_others_run_although_the_page_is_open() {
    let mut stage = Stage::settled();
    stage.enter(1);
    stage.done("smart");
    stage.ask(SyncType::Orders);
    stage.picture();
    for _ in 0..33 {
        stage.wait(20);
        stage.beat(1, false);
    }
    assert_snapshot!(stage.picture(), @"safety timeout · start orders");
    assert_eq!(stage.sessions(), 0);
}

#[test]
fn five_drafts_in_a_row_keep_the_others_paused_throughout() {
    let mut stage = Stage::settled();
    stage.enter(1);
    stage.done("smart");
    stage.ask(SyncType::Orders);
    stage.picture();
    for _draft in 0..5 {
        stage.type_for_minutes(1, 4);
        assert!(stage.is_paused());
        assert_eq!(stage.reason(SyncType::Orders), Some(WaitReason::OrderFormOpen));
    }
    assert_eq!(stage.picture(), "");
    stage.leave(1);
    assert_snapshot!(stage.picture(), @"start orders");
}

/// Regression: smart sync parked behind its own pause answers success without fresh data; and: a swallowed error answers
/// success.
#[test]
fn a_form_is_told_success_only_by_a_pass_that_read_something() {
    let mut stage = Stage::settled();
    stage.enter(1);
    let token = stage.token("smart");
    stage.end(token, crate::stage::good_end());
    assert_snapshot!(stage.picture(), @"start smart · failed smart · tell tab 1 failed");
    assert_eq!(stage.status().statuses[1].last_error.as_ref().unwrap().kind, ErrorKind::BadExport);
}

#[test]
fn a_failed_smart_sync_leaves_the_form_open_and_lets_the_others_go_on() {
    let mut stage = Stage::settled();
    stage.ask(SyncType::Products);
    stage.enter(1);
    stage.yields("products");
    stage.fails("smart", ErrorKind::Unreachable);
    assert_snapshot!(stage.picture(), @"start products · yield products · back products · start smart · failed smart · tell tab 1 failed · start products");
    assert_eq!((stage.sessions(), stage.is_paused()), (1, false));
}

#[test]
fn input_takes_a_failed_forms_pause_back_but_not_at_every_beat() {
    let mut stage = Stage::settled();
    stage.enter(1);
    stage.fails("smart", ErrorKind::BadExport);
    stage.picture();
    stage.wait(20);
    stage.beat(1, true);
    stage.wait(20);
    stage.beat(1, true);
    assert_snapshot!(stage.picture(), @"");
    stage.wait(20);
    stage.beat(1, true);
    assert!(stage.is_paused());
    stage.done("smart");
    assert_snapshot!(stage.picture(), @"start smart · done smart");
    assert!(stage.is_paused());
}

#[test]
fn the_button_of_a_failed_form_asks_at_once() {
    let mut stage = Stage::settled();
    stage.enter(1);
    stage.fails("smart", ErrorKind::Unreachable);
    stage.enter(1);
    stage.done("smart");
    assert_snapshot!(stage.picture(), @"start smart · failed smart · tell tab 1 failed · start smart · done smart · tell tab 1 synced");
}

#[test]
fn a_placement_that_ends_lifts_the_pause_and_the_next_input_takes_it_back() {
    let mut stage = Stage::settled();
    stage.enter(1);
    stage.done("smart");
    stage.ask(SyncType::Orders);
    stage.place(7);
    stage.picture();
    stage.done("placement");
    assert!(!stage.is_paused());
    assert_snapshot!(stage.picture(), @"done placement · start orders");
    stage.beat(1, false);
    assert!(!stage.is_paused(), "a beat without input is no reason");
    stage.wait(60);
    stage.beat(1, true);
    assert!(stage.is_paused());
    stage.yields("orders");
    assert_snapshot!(stage.picture(), @"yield orders · back orders · start smart");
}

/// Regression: pause and resume not awaited in order → permanent pause.
#[test]
fn a_release_that_overtakes_its_own_entry_leaves_nothing_paused() {
    let mut stage = Stage::settled();
    stage.leave(1);
    assert_eq!(stage.enter(1), Answer::Form(FormEnd::Left));
    assert_eq!((stage.sessions(), stage.is_paused()), (0, false));
}

/// Regression: a lock released by a non-owner.
#[test]
fn another_agent_cannot_end_a_form_by_its_id() {
    let mut stage = Stage::settled();
    stage.login("bruno");
    stage.enter(1);
    stage.apply(Command::release(agent("bruno"), tab(1)));
    assert_eq!((stage.sessions(), stage.is_paused()), (1, true));
}

#[test]
fn with_a_refused_password_the_form_is_told_at_once_and_nothing_is_tried() {
    let mut stage = Stage::settled();
    stage.enter(1);
    stage.fails("smart", ErrorKind::WrongPassword);
    stage.picture();
    assert!(matches!(stage.enter(1), Answer::Form(FormEnd::Failed { kind: ErrorKind::WrongPassword, .. })));
    stage.ask(SyncType::Orders);
    stage.type_for_minutes(1, 5);
    assert_snapshot!(stage.picture(), @"");
    assert_eq!(stage.reason(SyncType::Orders), Some(WaitReason::HeldByOperator));
    stage.apply(Command::AddLogin(anna()));
    assert_snapshot!(stage.picture(), @"start orders");
}
