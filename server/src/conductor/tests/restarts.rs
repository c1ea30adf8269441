//! Stopping, crashing, and disks that refuse.

use domain::{Me, SyncType};
use futures::StreamExt;
use orchestrator::Verdict;

use super::{
    super::{ConductorError, Outcome},
    script::Order,
    stage::{Stage, anna, draft, tab},
};

#[tokio::test]
async fn stopping_lets_workers_yield_ends_streams_and_refuses_further_requests() {
    let mut stage = Stage::new().await;
    stage.handle.ask(&anna(), SyncType::Products).await.unwrap();
    stage.until_running("products").await;
    let events = stage.handle.events(&Me { agent: anna(), admin: true }, None);
    stage.running.take().unwrap().shutdown().await;
    assert!(events.count().await < 10, "the stream has an end");
    assert_eq!(stage.handle.ask(&anna(), SyncType::Products).await, Err(ConductorError::Stopped));
    assert_eq!(stage.picture(), "start products · end products");
    let stage = stage.start_again().await;
    stage.done("products").await;
}

#[tokio::test]
async fn stopping_drops_what_does_not_yield_in_ten_seconds() {
    let mut stage = Stage::new().await;
    stage.handle.ask_placement(&anna(), draft(1), true).await.unwrap();
    stage.until_running("placement 1").await;
    let running = stage.running.take().unwrap();
    let stopped = tokio::spawn(running.shutdown());
    // Time moves on by itself while the process stops.
    stage.until_finished(&stopped).await;
    assert_eq!(stage.picture(), "start placement 1 · end placement 1");
    let stage = stage.start_again().await;
    stage.wait(1).await;
    stage.done("placement 1").await;
}

#[tokio::test]
async fn after_a_crash_work_goes_on_and_forms_stay_open() {
    let mut stage = Stage::new().await;
    let form = stage.enter(1);
    stage.done("smart").await;
    form.await.unwrap().unwrap();
    stage.handle.ask_placement(&anna(), draft(1), true).await.unwrap();
    assert_eq!(stage.page("placement 1").await, Verdict::Continue);
    stage.running.take().unwrap().crash().await;
    stage.order("placement 1", Order::End(Outcome::Yielded)).await;
    stage.until_gone("placement 1").await;
    stage.picture();
    let stage = stage.start_again().await;
    assert_eq!(stage.forms().await, (1, true));
    stage.done("placement 1").await;
    assert_eq!(stage.picture(), "start placement 1 · end placement 1");
    stage.handle.release(&anna(), tab(1)).await.unwrap();
    assert_eq!(stage.forms().await, (0, false));
}

#[tokio::test]
async fn what_cannot_be_saved_is_not_decided() {
    let stage = Stage::new().await;
    stage.refuse_claims(true).await;
    let asked = {
        let handle = stage.handle.clone();
        tokio::spawn(async move { handle.ask(&anna(), SyncType::Customers).await })
    };
    stage.until_finished(&asked).await;
    assert_eq!(asked.await.unwrap(), Err(ConductorError::NotSaved));
    assert_eq!(stage.picture(), "", "nothing was started");
    stage.refuse_claims(false).await;
    stage.until_saved().await;
    assert_eq!(stage.status().await.queue, []);
    stage.handle.ask(&anna(), SyncType::Customers).await.unwrap();
    stage.done("smart").await;
}

#[tokio::test]
async fn a_workers_end_that_cannot_be_saved_is_not_lost() {
    let stage = Stage::new().await;
    stage.handle.ask(&anna(), SyncType::Products).await.unwrap();
    assert_eq!(stage.page("products").await, Verdict::Continue);
    stage.handle.ask(&anna(), SyncType::Prices).await.unwrap();
    stage.refuse_claims(true).await;
    let end = Outcome::Done { rows: 1, new: 0, updated: 0, began: domain::Timestamp(0) };
    stage.order("products", Order::End(end)).await;
    stage.until_gone("products").await;
    stage
        .until("the failure was noticed", async || {
            stage.clock.sleep_a_little();
            stage.status().await.current_sync.len() == 2
        })
        .await;
    stage.refuse_claims(false).await;
    stage
        .until("prices run", async || {
            stage.clock.sleep_a_little();
            stage
                .status()
                .await
                .current_sync
                .iter()
                .any(|task| task.work == domain::WorkName::Sync(SyncType::Prices))
        })
        .await;
    stage.done("prices").await;
    assert!(stage.status().await.current_sync.iter().all(|task| task.login != anna()));
}
