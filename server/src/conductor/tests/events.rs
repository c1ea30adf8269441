//! The event stream: complete, in order, and only what the viewer may see.

use domain::{Me, Scope, SyncEvent, SyncType};
use futures::{Stream, StreamExt};
use orchestrator::Notice;

use super::{
    super::{Limits, Told},
    stage::{Stage, anna, draft, plain},
};

fn admin() -> Me {
    Me { agent: "boss".parse().unwrap(), admin: true }
}

async fn take(events: impl Stream<Item = Told>, count: usize) -> Vec<u64> {
    plain(events).take(count).map(|event| event.number).collect().await
}

#[tokio::test]
async fn a_subscriber_gets_the_past_and_then_the_present_without_gaps() {
    let stage = Stage::new().await;
    let past = stage.status().await.as_of_event;
    let events = stage.handle.events(&admin(), Some(2));
    for number in 0..20 {
        stage.handle.publish(&anna(), Notice::DraftChanged(draft(number))).await.unwrap();
    }
    let expected: Vec<u64> = (3..=past + 20).collect();
    assert_eq!(take(events, expected.len()).await, expected);
}

#[tokio::test]
async fn without_a_number_only_what_happens_from_now_on_is_sent() {
    let stage = Stage::new().await;
    let past = stage.status().await.as_of_event;
    let events = stage.handle.events(&admin(), None);
    stage.handle.publish(&anna(), Notice::DraftChanged(draft(1))).await.unwrap();
    assert_eq!(take(events, 1).await, [past + 1]);
}

#[tokio::test]
async fn a_subscriber_that_lags_reads_the_missing_events_from_the_table() {
    let limits = Limits { live_events_max: 4, replay_rows: 3, ..Limits::default() };
    let stage = Stage::with(limits).await;
    let past = stage.status().await.as_of_event;
    let events = stage.handle.events(&admin(), None);
    for number in 0..100 {
        stage.handle.publish(&anna(), Notice::PlacementChanged(draft(number))).await.unwrap();
    }
    assert_eq!(take(events, 100).await, (past + 1..=past + 100).collect::<Vec<_>>());
}

#[tokio::test]
async fn an_agent_sees_shared_events_and_those_of_nobody_else() {
    let stage = Stage::new().await;
    let bruno: domain::AgentId = "bruno".parse().unwrap();
    let viewer = Me { agent: bruno.clone(), admin: false };
    let (replayed, live) = (stage.handle.events(&viewer, Some(0)), stage.handle.events(&viewer, None));
    for _ in 0..3 {
        stage.handle.publish(&anna(), Notice::DraftChanged(draft(1))).await.unwrap();
        stage.handle.publish(&bruno, Notice::DraftChanged(draft(2))).await.unwrap();
    }
    let live: Vec<_> = plain(live).take(3).collect().await;
    assert!(live.iter().all(|event| event.scope == Scope::Agent(bruno.clone())), "{live:?}");
    let mut replayed = std::pin::pin!(plain(replayed));
    let mut seen = Vec::new();
    while seen.last().is_none_or(|event: &SyncEvent| event.number < live[2].number) {
        seen.push(replayed.next().await.unwrap());
    }
    assert!(seen.iter().any(|event| event.kind == Some(SyncType::Products)));
    assert!(seen.iter().all(|event| event.scope != Scope::Agent(anna())), "{seen:?}");
}

#[tokio::test]
async fn a_browser_from_before_a_restored_backup_is_sent_what_comes() {
    let stage = Stage::new().await;
    let past = stage.status().await.as_of_event;
    let events = stage.handle.events(&admin(), Some(past + 1_000));
    stage.handle.publish(&anna(), Notice::DraftChanged(draft(1))).await.unwrap();
    assert_eq!(take(events, 1).await, [past + 1]);
}

#[tokio::test]
async fn a_subscriber_that_missed_too_much_gets_the_state_and_what_comes_after_it() {
    let limits = Limits { live_events_max: 4, missed_events_max: 10, ..Limits::default() };
    let stage = Stage::with(limits).await;
    let mut events = std::pin::pin!(stage.handle.events(&admin(), None));
    for number in 0..30 {
        stage.handle.publish(&anna(), Notice::PlacementChanged(draft(number))).await.unwrap();
    }
    let Some(Told::Snapshot(state)) = events.next().await else { panic!("the state comes first") };
    assert_eq!(*state, stage.handle.status(&admin()).await);
    stage.handle.publish(&anna(), Notice::DraftChanged(draft(1))).await.unwrap();
    let Some(Told::Event(next)) = events.next().await else { panic!("then events again") };
    assert_eq!(next.number, state.as_of_event + 1);
}

#[tokio::test]
async fn a_browser_whose_events_are_forgotten_gets_the_state() {
    let stage = Stage::new().await;
    stage.store.control().forget_events_before(5).await.unwrap();
    let mut lacking = std::pin::pin!(stage.handle.events(&admin(), Some(2)));
    assert!(matches!(lacking.next().await, Some(Told::Snapshot(_))));
    let mut complete = std::pin::pin!(stage.handle.events(&admin(), Some(4)));
    assert!(matches!(complete.next().await, Some(Told::Event(event)) if event.number == 5));
}

#[tokio::test]
async fn the_last_event_seen_before_a_restart_is_where_the_stream_goes_on_after_it() {
    let mut stage = Stage::new().await;
    let seen = stage.status().await.as_of_event;
    stage.handle.publish(&anna(), Notice::DraftChanged(draft(1))).await.unwrap();
    stage.running.take().unwrap().crash().await;
    let stage = stage.start_again().await;
    stage.handle.publish(&anna(), Notice::DraftChanged(draft(2))).await.unwrap();
    let events: Vec<SyncEvent> = plain(stage.handle.events(&admin(), Some(seen))).take(2).collect().await;
    let drafts: Vec<_> = events.iter().map(|event| (event.number, event.draft_id)).collect();
    assert_eq!(drafts, [(seen + 1, Some(draft(1))), (seen + 2, Some(draft(2)))]);
}
