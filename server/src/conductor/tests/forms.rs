//! Order forms, as their pages see them.

use domain::{EventKind, Me, SmartSyncOutcome, SyncType, WaitReason};
use futures::StreamExt;
use orchestrator::BeatOutcome;

use super::stage::{Stage, anna, tab};

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
async fn two_tabs_count_one_two_one_none() {
    let stage = Stage::new().await;
    let mut counts = Vec::new();
    let (first, second) = (stage.enter(1), stage.enter(2));
    stage.until("both forms are open", async || stage.forms().await.0 == 2).await;
    stage.done("smart").await;
    first.await.unwrap().unwrap();
    second.await.unwrap().unwrap();
    counts.push(stage.forms().await);
    stage.handle.release(&anna(), tab(1)).await.unwrap();
    counts.push(stage.forms().await);
    stage.handle.release(&anna(), tab(1)).await.unwrap();
    counts.push(stage.forms().await);
    stage.handle.release(&anna(), tab(2)).await.unwrap();
    counts.push(stage.forms().await);
    assert_eq!(counts, [(2, true), (1, true), (1, true), (0, false)]);
    assert_eq!(stage.picture(), "start smart · end smart", "the second tab joined");
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
async fn five_drafts_in_a_row_keep_the_others_paused_and_done_lets_them_go() {
    let stage = Stage::new().await;
    let form = stage.enter(1);
    stage.done("smart").await;
    form.await.unwrap().unwrap();
    let asked = stage.handle.ask(&anna(), SyncType::Products).await.unwrap();
    assert_eq!(asked.waiting_because, Some(WaitReason::OrderFormOpen));
    stage.picture();
    for _draft in 0..5 {
        for _ in 0..12 {
            stage.wait(20).await;
            assert_eq!(stage.beat(1, true).await, BeatOutcome::Live);
        }
        assert_eq!(stage.forms().await, (1, true));
    }
    assert!(!stage.picture().contains("products"));
    stage.handle.release(&anna(), tab(1)).await.unwrap();
    stage.until_running("products").await;
    assert_eq!(stage.forms().await, (0, false));
}

#[tokio::test]
async fn after_ten_minutes_without_input_the_others_run_although_the_page_is_open() {
    let stage = Stage::new().await;
    let form = stage.enter(1);
    stage.done("smart").await;
    form.await.unwrap().unwrap();
    stage.handle.ask(&anna(), SyncType::Products).await.unwrap();
    let me = Me { agent: anna(), admin: false };
    let events = stage.handle.events(&me, None);
    for _ in 0..29 {
        stage.wait(20).await;
        assert_eq!(stage.beat(1, false).await, BeatOutcome::Live);
    }
    stage.wait(19).await;
    assert_eq!(stage.forms().await, (1, true));
    stage.wait(1).await;
    assert_eq!(stage.forms().await, (0, false));
    stage.until_running("products").await;
    assert_eq!(stage.beat(1, true).await, BeatOutcome::Ended);
    assert_eq!(stage.enter(1).await.unwrap().unwrap().outcome, SmartSyncOutcome::Left);
    let mut timeouts =
        std::pin::pin!(events.filter(|event| std::future::ready(event.what == EventKind::SmartSyncTimeout)));
    assert_eq!(timeouts.next().await.unwrap().session_id, Some(tab(1)));
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
    let mut ends =
        std::pin::pin!(events.filter(|event| std::future::ready(event.what == EventKind::SmartSyncEnded)));
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
