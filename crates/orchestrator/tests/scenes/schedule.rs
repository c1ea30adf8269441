//! The schedule: anchored, staggered, durable.

use domain::{DurationMs, SyncType, Timestamp};
use insta::assert_snapshot;
use orchestrator::{Answer, Command, Config};

use crate::stage::{Stage, agent, anna};

/// What started in each minute after the anchor. Customers and shared data were read at minute 0, so their first
/// ticks are satisfied.
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
    let mut stage = Stage::new();
    stage.run_out();
    stage.picture();
    insta::assert_snapshot!(runs(&mut stage, 121), @"10: orders · 15: invoices · 20: orders, ddt · 30: orders · 35: customers · 40: orders, prices · 45: invoices · 50: orders · 60: orders · 65: customers, ddt · 70: orders, prices · 75: invoices · 80: orders · 90: orders · 95: customers · 100: orders, prices · 105: invoices · 110: orders, ddt · 120: orders, products");
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

/// 15 January 2026, midnight in Italy; a Thursday.
const MIDNIGHT: i64 = 1_768_431_600_000;

fn on_weekdays() -> Config {
    let hours = "mon-fri 07:00-19:00".parse().unwrap();
    Config { available: SyncType::ALL.into(), working_hours: Some(hours), ..Config::default() }
}

#[test]
fn outside_working_hours_nothing_starts_by_itself_and_the_morning_begins_with_one_run_of_each() {
    let mut stage = Stage::at(Timestamp(MIDNIGHT - 5 * 3_600_000), on_weekdays());
    stage.login("anna");
    stage.run_out();
    stage.picture();
    // From seven in the evening until seven in the morning, but for a minute.
    assert_eq!(runs(&mut stage, 12 * 60 - 1), "");
    stage.wait(60);
    stage.run_out();
    let morning = stage.picture();
    for kind in SyncType::ALL {
        assert_eq!(morning.matches(&format!("start {kind}")).count(), 1, "{morning}");
    }
    // A person is served at any hour.
    stage.now = stage.now.plus(DurationMs::minutes(14 * 60));
    stage.apply(Command::Ask { agent: anna(), kind: SyncType::Orders });
    assert!(stage.running().contains(&"orders"), "{:?}", stage.running());
}

#[test]
fn what_fell_due_while_the_process_was_down_waits_for_the_morning_too() {
    let mut stage = Stage::at(Timestamp(MIDNIGHT - 7 * 3_600_000), on_weekdays());
    stage.login("anna");
    stage.run_out();
    stage.now = Timestamp(MIDNIGHT);
    stage.crash();
    stage.picture();
    assert_eq!(runs(&mut stage, 30), "");
    let due = &stage.status().next_due;
    assert!(due.values().all(|at| *at == Timestamp(MIDNIGHT + 7 * 3_600_000)), "{due:?}");
}

#[test]
fn an_agent_who_signs_in_gets_customers_that_are_older_than_two_hours() {
    let config = Config { available: vec![SyncType::Customers], ..Config::default() };
    let mut stage = Stage::empty(config);
    // Nothing is due by itself in the next hours.
    stage.apply(Command::SetInterval { kind: SyncType::Customers, interval: DurationMs::minutes(1_440) });
    stage.login("anna");
    stage.run_out();
    stage.wait(2 * 3_600 - 60);
    stage.apply(Command::AddLogin(anna()));
    assert_eq!(stage.running(), Vec::<&str>::new());
    stage.wait(60);
    stage.apply(Command::AddLogin(anna()));
    assert_eq!(stage.running(), ["smart"]);
}

/// A pass that was asked for at sign-in may have looked before the agent made the customer.
#[test]
fn a_form_joins_what_was_read_ahead_of_it_a_moment_ago_only() {
    let mut stage = Stage::empty(Config {
        available: vec![SyncType::Customers],
        fresh_for: DurationMs(0),
        joins_for: DurationMs::seconds(2),
        ..Config::default()
    });
    stage.login("anna");
    stage.wait(3);
    stage.enter(1);
    stage.done("smart");
    stage.done("smart");
    assert_snapshot!(stage.picture(), @"start smart · done smart · start smart · done smart · tell tab 1 synced");
    stage.leave(1);
    stage.wait(3 * 60);
    stage.apply(Command::ExpectForm(anna()));
    stage.wait(1);
    stage.enter(2);
    stage.done("smart");
    assert_snapshot!(stage.picture(), @"start smart · done smart · tell tab 2 synced");
    // What a person asked for may have looked before the customer was made.
    stage.leave(2);
    stage.ask(SyncType::Customers);
    stage.wait(1);
    stage.enter(3);
    stage.done("smart");
    stage.done("smart");
    assert_snapshot!(stage.picture(), @"start smart · done smart · start smart · done smart · tell tab 3 synced");
}

#[test]
fn a_page_that_comes_back_gets_what_is_older_than_three_days() {
    let mut stage = Stage::settled();
    stage.apply(Command::Reconnected(anna()));
    let at_first = stage.running().join(" · ");
    assert_eq!(at_first, "orders", "what was never read");
    stage.run_out();
    for kind in SyncType::ALL {
        stage.apply(Command::SetInterval { kind, interval: DurationMs::minutes(1_440) });
    }
    stage.apply(Command::Reconnected(anna()));
    stage.apply(Command::Reconnected(agent("nobody")));
    assert_eq!(stage.running(), Vec::<&str>::new());
    // The process was down for the holidays, and its schedule has been moved on.
    stage.now = stage.now.plus(DurationMs::minutes(3 * 1_440 + 1));
    let before = stage.status().queue.len();
    stage.apply(Command::Reconnected(anna()));
    assert!(stage.status().queue.len() + stage.running().len() > before, "{:?}", stage.status().queue);
}
