//! Times what a person feels: how soon work starts, makes room, and goes on.

use std::time::Duration;

use anyhow::Result;
use domain::{Beat, FormSessionId, SyncType};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};
use uuid::Uuid;

use super::{
    Row,
    crew::{Background, Stage, anna},
    percentile,
};

const REQUESTS: usize = 300;
const FORMS: u128 = 64;
const BEATS_EACH: usize = 40;
const ENTRIES: u128 = 20;

fn form(number: u128) -> FormSessionId {
    FormSessionId(Uuid::from_u128(number))
}

/// From a request to the start of its worker, while nothing else goes on.
pub(crate) async fn idle_slot() -> Result<Vec<Row>> {
    let mut stage = Stage::new(Background::Nothing).await?;
    stage.handle.add_login(&anna()).await?;
    stage.quiet().await;
    let mut spans = Vec::new();
    for _ in 0..REQUESTS {
        stage.forget_starts();
        let asked = Instant::now();
        stage.handle.ask(&anna(), SyncType::Customers).await?;
        spans.push(stage.next_start("smart").await?.saturating_duration_since(asked));
        stage.quiet().await;
    }
    stage.close().await;
    Ok(vec![
        Row::at_most(
            "idle slot: request → started, p50",
            percentile(spans.clone(), 50),
            Duration::from_millis(2),
        ),
        Row::at_most("idle slot: request → started, p99", percentile(spans, 99), Duration::from_millis(25)),
    ])
}

/// Changes of rows that are on disk when their caller is answered: beats of many forms at once.
pub(crate) async fn transitions() -> Result<Vec<Row>> {
    let stage = Stage::new(Background::Nothing).await?;
    stage.handle.add_login(&anna()).await?;
    for number in 0..FORMS {
        stage.handle.smart_sync(&anna(), form(number)).await?;
    }
    let begun = Instant::now();
    let mut forms = JoinSet::new();
    for number in 0..FORMS {
        let handle = stage.handle.clone();
        forms.spawn(async move {
            for _ in 0..BEATS_EACH {
                handle.beat(&anna(), Beat { session_id: form(number), active: false }).await?;
                // Two beats in one millisecond would be one change.
                sleep(Duration::from_millis(1)).await;
            }
            anyhow::Ok(())
        });
    }
    while let Some(ended) = forms.join_next().await {
        ended??;
    }
    let per_second = (FORMS as usize * BEATS_EACH) as f64 / begun.elapsed().as_secs_f64();
    stage.close().await;
    let what = "durable transitions (64 callers)".to_owned();
    Ok(vec![Row { what, measured: per_second, target: 1_000.0, unit: "/s", at_least: true }])
}

/// From opening a form to the start of its smart sync while products are being read, and from leaving it to the next start.
pub(crate) async fn preemption() -> Result<Vec<Row>> {
    let (pages, mut resumed) = enter_and_leave(Background::Pages).await?;
    let (export, more) = enter_and_leave(Background::Export).await?;
    resumed.extend(more);
    let ms = Duration::from_millis;
    Ok(vec![
        Row::at_most("preempt a sync that stores pages, p95", percentile(pages, 95), ms(3_000)),
        Row::at_most("preempt a sync that awaits an export, p95", percentile(export, 95), ms(1_000)),
        Row::at_most("leaving the form → next start, p99", percentile(resumed, 99), ms(200)),
    ])
}

async fn enter_and_leave(background: Background) -> Result<(Vec<Duration>, Vec<Duration>)> {
    let mut stage = Stage::new(background).await?;
    stage.handle.add_login(&anna()).await?;
    stage.next_background_start().await?;
    let (mut entered, mut left) = (Vec::new(), Vec::new());
    for number in 0..ENTRIES {
        stage.forget_starts();
        let asked = Instant::now();
        stage.handle.smart_sync(&anna(), form(number)).await?;
        entered.push(stage.next_start("smart").await?.saturating_duration_since(asked));
        let released = Instant::now();
        stage.handle.release(&anna(), form(number)).await?;
        let next = stage.next_background_start().await?;
        left.push(next.saturating_duration_since(released));
        // It has been at work for a while when the next form opens.
        sleep(Duration::from_millis(70)).await;
    }
    stage.close().await;
    Ok((entered, left))
}
