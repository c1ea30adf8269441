//! Order forms, as their pages see them.

use domain::{EventKind, Me, SmartSyncOutcome, SyncType};
use futures::StreamExt;
use orchestrator::BeatOutcome;

use super::stage::{Stage, anna, plain, tab};

#[tokio::test]
async fn the_form_is_answered_when_its_customers_are_read() {
    let stage = Stage::new().await;
    let form = stage.enter(1);
    stage.until_running("smart").await;
    stage.wait(3).await;
    stage.done("smart").await;
    let answer = form.await.unwrap().unwrap();
    assert_eq!((answer.success, answer.outcome), (true, SmartSyncOutcome::Synced));
    assert_eq!((answer.customers_processed, answer.new_customers, answer.updated_customers), (100, 1, 2));
    assert_eq!((answer.duration.0, answer.active_sessions), (3_000, 1));
    assert!(answer.fresh_as_of.is_some());
    let again = stage.enter(2).await.unwrap().unwrap();
    assert_eq!((again.outcome, again.active_sessions), (SmartSyncOutcome::AlreadyFresh, 2));
    assert_eq!(stage.picture(), "start smart · end smart");
}

#[tokio::test]
async fn a_killed_tab_is_gone_fifteen_seconds_after_its_stream() {
    let stage = Stage::new().await;
    let stream = stage.handle.bind_stream(&anna(), tab(1)).await;
    let form = stage.enter(1);
    stage.done("smart").await;
    form.await.unwrap().unwrap();
    stage.wait(60).await;
    drop(stream);
    stage.settle().await;
    stage.wait(14).await;
    assert_eq!(stage.forms().await, (1, true));
    stage.wait(1).await;
    assert_eq!(stage.forms().await, (0, false));
}

#[tokio::test]
async fn leaving_while_the_smart_sync_runs_starts_no_second_sync() {
    let stage = Stage::new().await;
    stage.be_stubborn("smart");
    let form = stage.enter(1);
    stage.until_running("smart").await;
    stage.handle.ask(&anna(), SyncType::Products).await.unwrap();
    stage.handle.release(&anna(), tab(1)).await.unwrap();
    assert_eq!(form.await.unwrap().unwrap().outcome, SmartSyncOutcome::Left);
    stage.wait(10).await;
    assert_eq!(stage.picture(), "start smart", "the sync that was left has not stopped yet");
    stage.page("smart").await;
    stage.done("products").await;
    assert_eq!(stage.picture(), "end smart · start products · end products");
    assert_eq!(stage.busiest_login(), 1);
}

#[tokio::test]
async fn a_failed_smart_sync_answers_badly_blocks_nobody_and_can_be_tried_again() {
    let stage = Stage::new().await;
    let form = stage.enter(1);
    stage.handle.ask(&anna(), SyncType::Products).await.unwrap();
    stage.fails("smart", domain::ErrorKind::Unreachable).await;
    let answer = form.await.unwrap().unwrap();
    assert_eq!((answer.success, answer.outcome), (false, SmartSyncOutcome::Failed));
    assert_eq!(answer.error, Some(domain::ErrorKind::Unreachable));
    assert_eq!(stage.forms().await, (1, false));
    stage.until_running("products").await;
    let again = stage.enter(1);
    stage.done("smart").await;
    assert_eq!(again.await.unwrap().unwrap().outcome, SmartSyncOutcome::Synced);
    assert_eq!(stage.forms().await, (1, true));
}

#[tokio::test]
async fn a_form_that_waits_for_a_minute_is_answered_and_hears_the_rest_as_an_event() {
    let stage = Stage::new().await;
    let form = stage.enter(1);
    stage.until_running("smart").await;
    let events = stage.handle.events(&Me { agent: anna(), admin: false }, None);
    stage.wait(60).await;
    assert_eq!(form.await.unwrap().unwrap().outcome, SmartSyncOutcome::Failed);
    stage.beat(1, true).await;
    stage.done("smart").await;
    let mut ends = std::pin::pin!(
        plain(events).filter(|event| std::future::ready(event.what == EventKind::SmartSyncEnded))
    );
    assert_eq!(ends.next().await.unwrap().error, None);
    assert_eq!(stage.forms().await, (1, true));
}

#[tokio::test]
async fn a_clock_that_is_set_by_an_hour_ends_no_form() {
    let stage = Stage::new().await;
    let form = stage.enter(1);
    stage.done("smart").await;
    form.await.unwrap().unwrap();
    for jump in [3_600_000, -7_200_000] {
        stage.wait(100).await;
        stage.clock.jump(jump);
        stage.wait(40).await;
        assert_eq!(stage.beat(1, true).await, BeatOutcome::Live);
    }
    stage.wait(150).await;
    assert_eq!(stage.forms().await, (0, false));
}
