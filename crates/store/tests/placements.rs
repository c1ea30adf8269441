//! Shows that a draft becomes at most one order, whoever sends it how often, and that each step is one of the arrows.

#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod support;

use domain::{Draft, DraftVersion, DurationMs, Placement, PlacementProgress, PlacementState, SeenOrder};
use orchestrator::TaskToken;
use store::{AgentStore, Attention, Resolution, Result, Store, StoreError, SubmitOutcome, TypingStep};
use support::{Claims, TestStore, agent, at, draft, marker};

use PlacementState::{Armed, Filling, NeedsAttention, Placed, Queued, Rejected, Saving, Unknown, Verified};

/// Saves and sends a draft.
async fn send(anna: &AgentStore, draft: &Draft, now: i64) -> Placement {
    anna.save_draft(draft).await.unwrap();
    let version = anna.draft(draft.id).await.unwrap().unwrap().version;
    submit(anna, draft, version.0, now).await
}

async fn submit(anna: &AgentStore, draft: &Draft, version: u32, now: i64) -> Placement {
    let bits = draft.id.0.as_u128() as u64 + 1_000 * now.unsigned_abs();
    match anna.submit(draft.id, DraftVersion(version), &marker(bits), at(now)).await.unwrap() {
        SubmitOutcome::Accepted(placement) => placement,
        other => panic!("{other:?}"),
    }
}

/// Goes through the states one after another.
async fn walk(anna: &AgentStore, token: &TaskToken, draft: &Draft, states: &[PlacementState]) -> Result<()> {
    for step in states.windows(2) {
        anna.advance(token, draft.id, &step[0], &step[1], None, at(5)).await?;
    }
    Ok(())
}

fn placed() -> PlacementState {
    Placed { number: "51123".to_owned() }
}

#[tokio::test]
async fn sending_a_draft_twice_gives_the_same_placement() {
    let store = TestStore::new().await;
    let anna = store.anna().await;
    let order = draft(1, 50, &[5]);
    let first = send(&anna, &order, 1).await;
    assert_eq!((first.draft_id, &first.state), (order.id, &Queued));
    for version in 0..3 {
        assert_eq!(submit(&anna, &order, version, 2).await, first);
    }
    assert_eq!(anna.placements().await.unwrap(), [first]);
}

#[tokio::test]
async fn of_many_sendings_at_once_one_makes_the_placement() {
    let store = TestStore::new().await;
    let anna = store.anna().await;
    let order = draft(1, 50, &[5]);
    anna.save_draft(&order).await.unwrap();
    let sendings = (0..20).map(|n| {
        let (anna, id) = (anna.clone(), order.id);
        tokio::spawn(async move { anna.submit(id, DraftVersion(1), &marker(n), at(1)).await.unwrap() })
    });
    let mut markers = Vec::new();
    for sending in sendings.collect::<Vec<_>>() {
        let SubmitOutcome::Accepted(placement) = sending.await.unwrap() else { panic!("not accepted") };
        markers.push(placement.marker);
    }
    markers.dedup();
    assert_eq!(markers.len(), 1);
    assert_eq!(anna.placements().await.unwrap().len(), 1);
}

#[tokio::test]
async fn an_order_goes_its_way_and_the_way_is_logged() {
    let store = TestStore::new().await;
    let anna = store.anna().await;
    let order = draft(1, 50, &[5, 6]);
    send(&anna, &order, 1).await;
    let token = Claims::new().placement(order.id);
    anna.advance(&token, order.id, &Queued, &Filling, None, at(2)).await.unwrap();
    let progress = PlacementProgress { lines_done: 1, lines_total: 2 };
    anna.set_progress(&token, order.id, progress).await.unwrap();
    assert_eq!(anna.placement(order.id).await.unwrap().unwrap().progress, Some(progress));
    walk(&anna, &token, &order, &[Filling, Armed, Saving, placed()]).await.unwrap();
    assert_eq!(anna.unfinished_placements().await.unwrap().len(), 1);
    let verified = Verified { number: "51123".to_owned() };
    anna.advance(&token, order.id, &placed(), &verified, None, at(9)).await.unwrap();

    let end = anna.placement(order.id).await.unwrap().unwrap();
    assert_eq!((&end.state, end.changed_at, end.submitted_at), (&verified, at(9), at(1)));
    assert_eq!(anna.unfinished_placements().await.unwrap(), []);
    let log = anna.placement_log(order.id).await.unwrap();
    let words: Vec<_> =
        log.iter().map(|entry| format!("{} {:?}", entry.what, entry.words.as_deref())).collect();
    assert_eq!(
        words,
        [
            "queued None",
            "filling None",
            "armed None",
            "saving None",
            "placed Some(\"51123\")",
            "verified Some(\"51123\")"
        ]
    );
}

#[tokio::test]
async fn a_step_from_a_state_it_is_not_in_changes_nothing() {
    let store = TestStore::new().await;
    let anna = store.anna().await;
    let order = draft(1, 50, &[5]);
    send(&anna, &order, 1).await;
    let token = Claims::new().placement(order.id);
    let conflict = anna.advance(&token, order.id, &Armed, &Saving, None, at(2)).await;
    assert!(matches!(conflict, Err(StoreError::Conflict { .. })));
    let illegal = anna.advance(&token, order.id, &Queued, &Saving, None, at(2)).await;
    assert!(matches!(illegal, Err(StoreError::IllegalTransition { .. })));
    let unknown = anna.advance(&token, draft(7, 1, &[1]).id, &Queued, &Filling, None, at(2)).await;
    assert!(matches!(unknown, Err(StoreError::NotFound { .. })));
    assert_eq!(anna.placement(order.id).await.unwrap().unwrap().state, Queued);
    assert_eq!(anna.placement_log(order.id).await.unwrap().len(), 1);
}

#[tokio::test]
async fn of_two_workers_one_comes_to_save() {
    let store = TestStore::new().await;
    let anna = store.anna().await;
    let order = draft(1, 50, &[5]);
    send(&anna, &order, 1).await;
    let mut claims = Claims::new();
    let (zombie, worker) = (claims.placement(order.id), claims.placement(order.id));
    walk(&anna, &zombie, &order, &[Queued, Filling]).await.unwrap();
    walk(&anna, &worker, &order, &[Filling, Queued, Filling, Armed]).await.unwrap();
    let fenced = anna.advance(&zombie, order.id, &Armed, &Saving, None, at(3)).await;
    assert!(matches!(fenced, Err(StoreError::Fenced { .. })), "{fenced:?}");
    let progress = PlacementProgress { lines_done: 1, lines_total: 1 };
    assert!(matches!(anna.set_progress(&zombie, order.id, progress).await, Err(StoreError::Fenced { .. })));
    walk(&anna, &worker, &order, &[Armed, Saving]).await.unwrap();
}

#[tokio::test]
async fn the_token_of_another_scope_places_nothing() {
    let store = TestStore::new().await;
    let bruno = store.agent(&store.sign_in("bruno").await).await.unwrap();
    let order = draft(1, 50, &[5]);
    send(&bruno, &order, 1).await;
    let annas = Claims::new().placement(order.id);
    let refused = bruno.advance(&annas, order.id, &Queued, &Filling, None, at(2)).await;
    assert!(matches!(refused, Err(StoreError::WrongScope { .. })));
}

#[tokio::test]
async fn a_rejected_order_is_edited_and_sent_again_under_its_marker() {
    let store = TestStore::new().await;
    let anna = store.anna().await;
    let order = draft(1, 50, &[5]);
    let first = send(&anna, &order, 1).await;
    let mut claims = Claims::new();
    let token = claims.placement(order.id);
    let refused = Rejected { reason: "Customer is blocked".to_owned() };
    assert!(matches!(anna.edit_rejected(order.id).await, Err(StoreError::Conflict { .. })));
    walk(&anna, &token, &order, &[Queued, Filling, refused.clone()]).await.unwrap();
    // Until the agent takes it back, sending it again changes nothing.
    assert_eq!(submit(&anna, &order, 1, 3).await.state, refused);

    let again = anna.edit_rejected(order.id).await.unwrap();
    assert_eq!(anna.edit_rejected(order.id).await.unwrap(), again);
    assert_eq!(anna.drafts().await.unwrap(), std::slice::from_ref(&again));
    let edited = Draft { notes: Some("other customer".to_owned()), ..again };
    anna.save_draft(&edited).await.unwrap();
    let second = submit(&anna, &edited, edited.version.0 + 1, 4).await;
    assert_eq!((&second.state, &second.marker), (&Queued, &first.marker));
    assert_eq!(second.order.notes.as_deref(), Some("other customer"));
    assert_eq!(anna.placements().await.unwrap().len(), 1);
    assert_eq!(anna.drafts().await.unwrap(), []);
    let log = anna.placement_log(order.id).await.unwrap();
    let last = log.last().unwrap();
    assert_eq!((last.submission, last.from.as_deref()), (2, Some("rejected")));
    let token = claims.placement(order.id);
    walk(&anna, &token, &edited, &[Queued, Filling, Armed, Saving, placed()]).await.unwrap();
}

#[tokio::test]
async fn a_doubtful_order_is_decided_by_a_person() {
    let store = TestStore::new().await;
    let anna = store.anna().await;
    let mut claims = Claims::new();
    let doubtful = NeedsAttention { reason: "two orders carry the marker".to_owned() };
    let there = Resolution::AlreadyPlaced { number: "51123".to_owned() };
    for (id, resolution, expected) in [(1, there.clone(), placed()), (2, Resolution::Repeat, Queued)] {
        let order = draft(id, 50, &[5]);
        send(&anna, &order, 1).await;
        let token = claims.placement(order.id);
        let early = anna.resolve(order.id, resolution.clone(), at(2)).await;
        assert!(!anna.may_be_there_already(order.id).await.unwrap());
        assert!(matches!(early, Err(StoreError::Conflict { .. })));
        let way = [Queued, Filling, Armed, Saving, Unknown, doubtful.clone()];
        walk(&anna, &token, &order, &way).await.unwrap();
        assert_eq!(anna.resolve(order.id, resolution, at(3)).await.unwrap().state, expected);
        assert!(anna.may_be_there_already(order.id).await.unwrap());
    }
    assert_eq!(anna.named_by_a_person(draft(1, 50, &[5]).id).await.unwrap(), 1);
    let order = draft(3, 50, &[5]);
    send(&anna, &order, 1).await;
    let token = claims.placement(order.id);
    walk(&anna, &token, &order, &[Queued, Filling, Armed, Saving, Unknown, doubtful.clone()]).await.unwrap();
    let taken = anna.resolve(order.id, there, at(4)).await;
    assert!(matches!(taken, Err(StoreError::NumberTaken { .. })), "{taken:?}");
    assert_eq!(anna.placement(order.id).await.unwrap().unwrap().state, doubtful);
    let other = || Placed { number: "51124".to_owned() };
    for times in 1..=2 {
        let named = Resolution::AlreadyPlaced { number: "51124".to_owned() };
        assert_eq!(anna.resolve(order.id, named, at(5)).await.unwrap().state, other());
        assert_eq!(anna.named_by_a_person(order.id).await.unwrap(), times);
        walk(&anna, &token, &order, &[other(), doubtful.clone()]).await.unwrap();
    }
    anna.resolve(order.id, Resolution::Repeat, at(6)).await.unwrap();
    walk(&anna, &token, &order, &[Queued, Filling, Armed, Saving, other()]).await.unwrap();
    assert_eq!(anna.named_by_a_person(order.id).await.unwrap(), 0, "this time we have placed it");
}

#[tokio::test]
async fn what_was_seen_is_kept_until_a_person_has_decided() {
    let store = TestStore::new().await;
    let anna = store.anna().await;
    let order = draft(1, 50, &[5]);
    send(&anna, &order, 1).await;
    let token = Claims::new().placement(order.id);
    walk(&anna, &token, &order, &[Queued, Filling, Armed, Saving, Unknown]).await.unwrap();
    let seen = SeenOrder {
        id: "51847".to_owned(),
        number: None,
        customer_name: "Studio Rossi".to_owned(),
        reference: String::new(),
        total: None,
        created: "20/01/2026 09:12:33".to_owned(),
    };
    let attention = Attention {
        reason: "one without the marker".to_owned(),
        seen: vec![seen],
        screenshot: Some("a.png".into()),
    };
    anna.need_attention(&token, order.id, &Unknown, &attention, at(5)).await.unwrap();
    let shown = anna.placement(order.id).await.unwrap().unwrap();
    assert_eq!((shown.seen, shown.screenshot.as_deref()), (attention.seen.clone(), Some("a.png")));
    let decided = anna.resolve(order.id, Resolution::Repeat, at(6)).await.unwrap();
    assert_eq!((decided.seen, decided.screenshot), (vec![], None));

    walk(&anna, &token, &order, &[Queued, Filling, Armed, Saving, Unknown]).await.unwrap();
    anna.need_attention(&token, order.id, &Unknown, &attention, at(7)).await.unwrap();
    let open = anna.withdraw(order.id, at(8)).await.unwrap();
    assert_eq!(anna.drafts().await.unwrap(), std::slice::from_ref(&open), "nobody wants it any more");
    assert_eq!(submit(&anna, &open, open.version.0, 9).await.state, Queued);
    assert!(anna.may_be_there_already(order.id).await.unwrap(), "the ERP is searched before it is typed");
}

#[tokio::test]
async fn an_order_is_taken_back_while_it_waits_and_not_later() {
    let store = TestStore::new().await;
    let anna = store.anna().await;
    let order = draft(1, 50, &[5]);
    let first = send(&anna, &order, 1).await;
    let open = anna.withdraw(order.id, at(2)).await.unwrap();
    assert_eq!(anna.withdraw(order.id, at(3)).await.unwrap(), open, "asked twice");
    assert_eq!(anna.placement(order.id).await.unwrap().unwrap().state, PlacementState::Withdrawn);
    assert_eq!(anna.unfinished_placements().await.unwrap(), []);
    let again = submit(&anna, &open, open.version.0, 4).await;
    assert_eq!((&again.state, &again.marker), (&Queued, &first.marker));
    let token = Claims::new().placement(order.id);
    walk(&anna, &token, &order, &[Queued, Filling]).await.unwrap();
    let late = anna.withdraw(order.id, at(5)).await;
    assert!(
        matches!(late, Err(StoreError::IllegalTransition { .. } | StoreError::Conflict { .. })),
        "{late:?}"
    );
    assert_eq!(anna.drafts().await.unwrap(), []);
}

#[tokio::test]
async fn a_refusal_names_its_line_until_the_order_is_sent_again() {
    let store = TestStore::new().await;
    let anna = store.anna().await;
    let order = draft(1, 50, &[5, 6]);
    send(&anna, &order, 1).await;
    let token = Claims::new().placement(order.id);
    walk(&anna, &token, &order, &[Queued, Filling]).await.unwrap();
    let line = Some(order.lines[1].id);
    anna.reject(&token, order.id, &Filling, "multiplo di 5", line, at(2)).await.unwrap();
    assert_eq!(anna.placement(order.id).await.unwrap().unwrap().refused_line, line);
    let open = anna.edit_rejected(order.id).await.unwrap();
    assert_eq!(submit(&anna, &open, open.version.0, 4).await.refused_line, None);
}

#[tokio::test]
async fn the_usual_time_is_that_of_a_line_so_often_and_of_everything_else_once() {
    let store = TestStore::new().await;
    let anna = store.anna().await;
    assert_eq!(anna.usual_typing(3).await.unwrap(), None);
    let order = draft(1, 50, &[5, 6]);
    send(&anna, &order, 1).await;
    let token = Claims::new().placement(order.id);
    let step = |name, took| TypingStep { at: at(2), name, took: DurationMs(took) };
    let steps = [step("order: customer", 4_000), step("order: line", 9_000), step("order: line", 9_000)];
    anna.note_steps(&token, order.id, &steps).await.unwrap();
    assert_eq!(anna.usual_typing(3).await.unwrap(), Some(DurationMs(31_000)));
    let log = anna.placement_log(order.id).await.unwrap();
    let words: Vec<_> = log.iter().map(|entry| format!("{} {:?}", entry.what, entry.took)).collect();
    assert_eq!(words[..2], ["queued None", "order: customer Some(DurationMs(4000))"]);
}

#[tokio::test]
async fn a_copy_of_the_data_doubts_what_was_on_its_way() {
    let TestStore { store, folder } = TestStore::new().await;
    let test = TestStore { store, folder };
    let anna = test.anna().await;
    let mut claims = Claims::new();
    let ways: [&[PlacementState]; 4] = [
        &[Queued],
        &[Queued, Filling, Armed],
        &[Queued, Filling, Rejected { reason: "no".to_owned() }],
        &[Queued, Filling, Armed, Saving, placed(), Verified { number: "51123".to_owned() }],
    ];
    for (n, way) in ways.iter().enumerate() {
        let order = draft(n as u128 + 1, 50, &[5]);
        send(&anna, &order, 1).await;
        walk(&anna, &claims.placement(order.id), &order, way).await.unwrap();
    }
    assert_eq!(test.doubt_restored(false, at(9)).await.unwrap(), []);
    assert_eq!(test.doubt_restored(false, at(9)).await.unwrap(), [], "the same file is no copy");
    test.close().await;
    drop(anna);
    let copy = tempfile::tempdir().unwrap();
    std::fs::create_dir(copy.path().join("agents")).unwrap();
    for file in ["control.db", "catalog.db", "agents/anna.db"] {
        std::fs::copy(test.folder.path().join(file), copy.path().join(file)).unwrap();
    }
    let store = Store::open(copy.path()).await.unwrap();
    let restored = TestStore { store, folder: copy };
    assert_eq!(restored.doubt_restored(false, at(10)).await.unwrap(), [(agent("anna"), 2)]);
    assert_eq!(restored.doubt_restored(false, at(11)).await.unwrap(), [], "doubted once");
    let anna = restored.anna().await;
    let states: Vec<_> =
        anna.placements().await.unwrap().iter().rev().map(|one| one.state.as_str()).collect();
    assert_eq!(states, ["unknown", "unknown", "rejected", "verified"]);
    // What is sent from a draft of the copy may have been sent before, after the copy was made.
    let open = anna.edit_rejected(draft(3, 50, &[5]).id).await.unwrap();
    submit(&anna, &open, open.version.0, 12).await;
    assert!(anna.may_be_there_already(open.id).await.unwrap());
    let board = restored.control().load_board().await.unwrap();
    assert!(board.counters.token >= 4, "{}", board.counters.token);
}

#[tokio::test]
async fn differences_are_kept_and_end_the_systems_work() {
    let store = TestStore::new().await;
    let anna = store.anna().await;
    let order = draft(1, 50, &[5]);
    send(&anna, &order, 1).await;
    let token = Claims::new().placement(order.id);
    walk(&anna, &token, &order, &[Queued, Filling, Armed, Saving, placed()]).await.unwrap();
    let differences = ["Riga 1: 6 invece di 5".to_owned()];
    anna.set_differences(&token, order.id, &differences, at(6)).await.unwrap();
    let differs = anna.placement(order.id).await.unwrap().unwrap();
    assert_eq!((&differs.differences[..], differs.changed_at), (&differences[..], at(6)));
    assert!(differs.waits_for_agent());
    assert_eq!(anna.unfinished_placements().await.unwrap(), []);
    let again = anna.read_again(order.id, at(7)).await.unwrap();
    assert_eq!(anna.unfinished_placements().await.unwrap(), [again]);
    let nothing_to_accept = anna.accept_differences(order.id, at(8)).await;
    assert!(matches!(nothing_to_accept, Err(StoreError::Conflict { .. })));
    anna.set_differences(&token, order.id, &differences, at(9)).await.unwrap();
    let kept = anna.accept_differences(order.id, at(10)).await.unwrap();
    assert_eq!(kept.state, Verified { number: "51123".to_owned() });
    assert_eq!(kept.differences, differences, "what was accepted stays known");
    let log = anna.placement_log(order.id).await.unwrap();
    let last: Vec<_> = log.iter().rev().take(3).map(|entry| entry.what.as_str()).collect();
    assert_eq!(last, ["verified", "accepted", "differences"]);
}

#[tokio::test]
async fn why_an_attempt_ended_is_told_until_the_next_begins() {
    let store = TestStore::new().await;
    let anna = store.anna().await;
    let order = draft(1, 50, &[5]);
    send(&anna, &order, 1).await;
    let token = Claims::new().placement(order.id);
    let step = |name| TypingStep { at: at(2), name, took: DurationMs(4_000) };
    for attempt in 1..=2 {
        walk(&anna, &token, &order, &[Queued, Filling]).await.unwrap();
        assert_eq!(anna.placement(order.id).await.unwrap().unwrap().note, None);
        anna.note_steps(&token, order.id, &[step("order: form"), step("order: customer")]).await.unwrap();
        anna.advance(&token, order.id, &Filling, &Queued, Some("too slow"), at(3)).await.unwrap();
        let note = anna.placement(order.id).await.unwrap().unwrap().note;
        assert_eq!(note.as_deref(), Some("too slow"));
        assert_eq!(anna.typing_attempts(order.id).await.unwrap(), attempt);
    }
    let log = anna.placement_log(order.id).await.unwrap();
    assert_eq!(log.iter().filter(|entry| entry.words.as_deref() == Some("too slow")).count(), 2);
    let open = anna.withdraw(order.id, at(4)).await.unwrap();
    submit(&anna, &open, open.version.0, 5).await;
    assert_eq!(anna.typing_attempts(order.id).await.unwrap(), 0, "a new sending starts anew");
    assert!(anna.may_be_there_already(order.id).await.unwrap(), "and looks for what the last one left");
}

#[tokio::test]
async fn what_is_settled_long_ago_is_not_listed_for_ever() {
    let store = TestStore::new().await;
    let anna = store.anna().await;
    let mut claims = Claims::new();
    let refused = draft(1, 50, &[5]);
    let given_up = draft(2, 50, &[6]);
    for order in [&refused, &given_up] {
        send(&anna, order, 1).await;
        let token = claims.placement(order.id);
        let way = [Queued, Filling, Rejected { reason: "no".to_owned() }];
        walk(&anna, &token, order, &way).await.unwrap();
    }
    assert_eq!(anna.placements().await.unwrap().len(), 2);
    let open = anna.edit_rejected(given_up.id).await.unwrap();
    anna.delete_draft(open.id, open.version).await.unwrap();
    let verified = [Queued, Filling, Armed, Saving, placed(), Verified { number: "51123".to_owned() }];
    for n in 3..105 {
        let order = draft(n, 50, &[5]);
        send(&anna, &order, n as i64).await;
        walk(&anna, &claims.placement(order.id), &order, &verified).await.unwrap();
    }
    let listed: Vec<_> = anna.placements().await.unwrap().iter().map(|one| one.draft_id).collect();
    assert_eq!(listed.len(), 101, "the last hundred, and the one that waits for its agent");
    assert_eq!((listed[0], listed[100]), (draft(104, 50, &[5]).id, refused.id));
}

#[tokio::test]
async fn a_marker_stands_for_one_order_only() {
    let store = TestStore::new().await;
    let anna = store.anna().await;
    for id in [1, 2] {
        anna.save_draft(&draft(id, 50, &[5])).await.unwrap();
    }
    let sent = anna.submit(draft(1, 50, &[5]).id, DraftVersion(1), &marker(7), at(1)).await.unwrap();
    assert!(matches!(sent, SubmitOutcome::Accepted(_)));
    let taken = anna.submit(draft(2, 50, &[5]).id, DraftVersion(1), &marker(7), at(1)).await;
    assert!(matches!(taken, Err(StoreError::MarkerTaken { .. })));
    assert_eq!(anna.drafts().await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_twin_is_the_same_order_within_ten_minutes_or_still_on_its_way() {
    let store = TestStore::new().await;
    let anna = store.anna().await;
    let first = draft(1, 50, &[5, 6]);
    send(&anna, &first, 1_000).await;
    let minutes = |count: i64| at(1_000 + count * 60_000);
    let twin = draft(2, 50, &[6, 5]);
    let found = anna.twin(&twin, minutes(9)).await.unwrap();
    assert_eq!(found.map(|placement| placement.draft_id), Some(first.id));
    assert!(anna.twin(&twin, minutes(60)).await.unwrap().is_some(), "the first is still on its way");
    walk(&anna, &Claims::new().placement(first.id), &first, &[Queued, Filling, Armed, Saving, placed()])
        .await
        .unwrap();
    assert_eq!(anna.twin(&twin, minutes(10)).await.unwrap(), None);
    for other in [draft(3, 51, &[5, 6]), draft(4, 50, &[5]), draft(5, 50, &[5, 7]), first] {
        assert_eq!(anna.twin(&other, minutes(1)).await.unwrap(), None);
    }
}

#[tokio::test]
async fn saving_survives_the_end_of_the_process() {
    let TestStore { store, folder } = TestStore::new().await;
    let test = TestStore { store, folder };
    let anna = test.anna().await;
    let order = draft(1, 50, &[5]);
    send(&anna, &order, 1).await;
    let token = Claims::new().placement(order.id);
    walk(&anna, &token, &order, &[Queued, Filling, Armed, Saving]).await.unwrap();
    drop(anna);
    // Nothing is closed: the next process finds the files as a crash leaves them.
    let TestStore { store, folder } = test;
    drop(store);
    let reopened = Store::open(folder.path()).await.unwrap();
    let unfinished = reopened.unfinished_placements(&[agent("anna")]).await.unwrap();
    assert_eq!((unfinished.len(), &unfinished[0].state), (1, &Saving));
}
