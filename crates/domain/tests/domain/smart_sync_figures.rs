//! Adds up smart syncs.

use domain::{DurationMs, ErrorKind, SmartSyncFigures, SmartSyncOutcome, SmartSyncRun, Timestamp};

fn run(outcome: SmartSyncOutcome, ms: u64, processed: u32) -> SmartSyncRun {
    SmartSyncRun {
        time: Timestamp(1_768_907_062_000),
        agent: "agente1".parse().expect("an account name"),
        duration: DurationMs(ms),
        processed,
        new: 0,
        updated: 1,
        outcome,
        error: (outcome == SmartSyncOutcome::Failed).then_some(ErrorKind::Unreachable),
    }
}

#[test]
fn twenty_runs_of_one_to_twenty_seconds_add_up() {
    let runs: Vec<_> = (1..=20).map(|s| run(SmartSyncOutcome::Synced, s * 1_000, 1_452)).collect();
    let figures = SmartSyncFigures::of(&runs);
    assert_eq!(figures.total, 20);
    let ms = |value: Option<DurationMs>| value.map(|value| value.0);
    assert_eq!(ms(figures.average), Some(10_500));
    assert_eq!((ms(figures.median), ms(figures.p95)), (Some(10_000), Some(19_000)));
    assert_eq!((ms(figures.fastest), ms(figures.slowest)), (Some(1_000), Some(20_000)));
    assert_eq!((figures.success_rate, figures.average_customers), (Some(1.0), Some(1_452.0)));
}

#[test]
fn fresh_answers_are_successes_without_a_duration_and_forms_that_were_left_are_neither() {
    let runs = [
        run(SmartSyncOutcome::Synced, 3_000, 100),
        run(SmartSyncOutcome::AlreadyFresh, 0, 0),
        run(SmartSyncOutcome::Failed, 60_000, 0),
        run(SmartSyncOutcome::Left, 500, 0),
    ];
    let figures = SmartSyncFigures::of(&runs);
    assert_eq!((figures.total, figures.average), (4, Some(DurationMs(3_000))));
    assert_eq!(figures.success_rate, Some(2.0 / 3.0));
}

#[test]
fn without_runs_nothing_is_claimed() {
    let figures = serde_json::to_string(&SmartSyncFigures::of(&[])).expect("plain data");
    insta::assert_snapshot!(figures, @r#"{"total":0,"average":null,"median":null,"p95":null,"fastest":null,"slowest":null,"successRate":null,"averageCustomers":null}"#);
}
