//! The schedule: anchored, staggered, durable.

use domain::{DurationMs, SyncType};
use orchestrator::{Answer, Command};

use crate::stage::Stage;

/// What started in each minute after the anchor. Shared data was read at minute 0, so its first ticks are satisfied.
fn runs(stage: &mut Stage, minutes: u64) -> String {
    let mut lines = Vec::new();
    for minute in 0..minutes {
        stage.run_out();
        let picture = stage.picture();
        let started: Vec<_> = picture.split(" · ").filter_map(|part| part.strip_prefix("start ")).collect();
        if !started.is_empty() {
            lines.push(format!("{minute}: {}", started.join(", ")));
        }
        stage.wait(60);
    }
    lines.join(" · ")
}

#[test]
fn each_type_runs_at_its_offset_and_interval() {
    let mut stage = Stage::settled();
    insta::assert_snapshot!(runs(&mut stage, 121), @"5: customers · 10: orders · 15: invoices · 20: orders, ddt · 30: orders · 35: customers · 40: orders, prices · 45: invoices · 50: orders · 60: orders · 65: customers, ddt · 70: orders, prices · 75: invoices · 80: orders · 90: orders · 95: customers · 100: orders, prices · 105: invoices · 110: orders, ddt · 120: orders, products");
}

#[test]
fn a_restart_runs_nothing_early_and_missed_ticks_collapse_into_one() {
    let mut stage = Stage::settled();
    stage.wait(60);
    stage.run_out();
    let due = |stage: &Stage| stage.status().next_due;
    let before = due(&stage);
    stage.crash();
    assert_eq!(due(&stage), before);
    stage.picture();
    // Down for a day.
    stage.now = stage.now.plus(DurationMs::minutes(24 * 60));
    stage.crash();
    stage.run_out();
    let picture = stage.picture();
    assert_eq!(picture.matches("start orders").count(), 1, "{picture}");
}

#[test]
fn changing_one_interval_moves_only_that_row() {
    let mut stage = Stage::settled();
    let before = stage.status().next_due;
    stage.apply(Command::SetInterval { kind: SyncType::Ddt, interval: DurationMs::minutes(5) });
    let mut after = stage.status().next_due;
    let moved = after.insert(SyncType::Ddt, before[&SyncType::Ddt]);
    assert_ne!(moved, Some(before[&SyncType::Orders]));
    assert_eq!(after, before);
}

#[test]
fn an_interval_outside_its_bounds_is_refused() {
    let mut stage = Stage::settled();
    for minutes in [0, 4, 1_441] {
        let interval = DurationMs::minutes(minutes);
        assert_eq!(stage.apply(Command::SetInterval { kind: SyncType::Ddt, interval }), Answer::BadInterval);
    }
}

#[test]
fn a_success_younger_than_half_the_interval_satisfies_the_tick() {
    let mut stage = Stage::settled();
    stage.run_out();
    // Customers are due five minutes after the anchor; somebody asks for them a minute before.
    stage.wait(240);
    stage.run_out();
    stage.ask(SyncType::Customers);
    stage.run_out();
    stage.picture();
    stage.wait(61);
    assert!(!stage.running().contains(&"customers"), "{:?}", stage.running());
}
