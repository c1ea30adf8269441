//! Workers that yield, refuse to, panic and fall silent.

use domain::{ErrorKind, SyncType, WaitReason};
use orchestrator::Verdict;

use super::{
    script::Order,
    stage::{Stage, anna, draft},
};

#[tokio::test]
async fn a_worker_that_awaits_the_erp_yields_at_once_to_a_form() {
    let stage = Stage::new().await;
    stage.handle.ask(&anna(), SyncType::Products).await.unwrap();
    stage.until_running("products").await;
    let form = stage.enter(1);
    stage.done("smart").await;
    form.await.unwrap().unwrap();
    assert_eq!(stage.picture(), "start products · end products · start smart · end smart");
    assert_eq!(stage.status().await.queue[0].waiting_because, Some(WaitReason::OrderFormOpen));
}

#[tokio::test]
async fn a_worker_that_will_not_yield_is_dropped_after_fifteen_seconds() {
    let stage = Stage::new().await;
    stage.be_stubborn("products");
    stage.handle.ask(&anna(), SyncType::Products).await.unwrap();
    stage.until_running("products").await;
    let _form = stage.enter(1);
    stage.until("it is asked to yield", async || stage.status().await.current_sync[0].yielding).await;
    stage.wait(14).await;
    assert_eq!(stage.picture(), "start products");
    stage.wait(1).await;
    stage.until_running("smart").await;
    assert_eq!(stage.picture(), "end products · start smart");
    assert_eq!(stage.busiest_login(), 1);
}

#[tokio::test]
async fn a_placement_is_never_asked_to_yield() {
    let stage = Stage::new().await;
    stage.handle.ask_placement(&anna(), draft(1), true).await.unwrap();
    stage.until_running("placement 1").await;
    let form = stage.enter(1);
    stage.until("the form waits", async || stage.forms().await.0 == 1).await;
    stage.wait(20).await;
    assert_eq!(stage.page("placement 1").await, Verdict::Continue);
    stage.done("placement 1").await;
    stage.done("smart").await;
    assert!(form.await.unwrap().unwrap().success);
    assert_eq!(stage.picture(), "start placement 1 · end placement 1 · start smart · end smart");
}

#[tokio::test]
async fn drafts_sent_together_go_out_one_after_another() {
    let stage = Stage::new().await;
    for number in 1..=3 {
        stage.handle.ask_placement(&anna(), draft(number), true).await.unwrap();
    }
    stage.done("placement 1").await;
    stage.fails("placement 2", ErrorKind::Rejected).await;
    stage.done("placement 3").await;
    assert_eq!(stage.busiest_login(), 1);
    assert!(stage.picture().ends_with("start placement 3 · end placement 3"));
}

#[tokio::test]
async fn a_panicking_worker_is_a_failure_and_frees_the_login() {
    let stage = Stage::new().await;
    stage.handle.ask(&anna(), SyncType::Products).await.unwrap();
    stage.order("products", Order::Panic).await;
    stage
        .until("the failure is known", async || {
            let status = stage.status().await;
            let products = status.statuses.iter().find(|status| status.kind == SyncType::Products).unwrap();
            products.last_error.as_ref().is_some_and(|error| error.kind == ErrorKind::Internal)
        })
        .await;
    stage.handle.ask(&anna(), SyncType::Prices).await.unwrap();
    stage.done("prices").await;
}

#[tokio::test]
async fn a_worker_that_falls_silent_loses_its_task_after_half_a_minute() {
    let stage = Stage::new().await;
    stage.handle.ask(&anna(), SyncType::Products).await.unwrap();
    stage.order("products", Order::Freeze).await;
    stage.wait(30).await;
    stage.until_gone("products").await;
    assert_eq!(stage.picture(), "start products · end products");
    stage
        .until("it is back in the queue", async || {
            stage.status().await.queue.iter().any(|task| task.waiting_because == Some(WaitReason::BackingOff))
        })
        .await;
    stage.wait(7).await;
    stage.done("products").await;
}

#[tokio::test]
async fn progress_is_told_four_times_a_second_at_most() {
    let stage = Stage::new().await;
    stage.handle.ask(&anna(), SyncType::Products).await.unwrap();
    stage.until_running("products").await;
    stage.wait(1).await;
    let before = stage.status().await.as_of_event;
    for done in 1..=50 {
        stage.order("products", Order::Progress(done)).await;
    }
    assert_eq!(stage.page("products").await, Verdict::Continue);
    assert_eq!(stage.status().await.as_of_event, before + 1);
}
