//! Shows what becomes of drafts that several devices save, delete and send.

#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod support;

use domain::{Draft, DraftId, DraftVersion};
use store::{AgentStore, DeleteOutcome, SaveOutcome, SubmitOutcome};
use support::{TestStore, at, draft, marker};
use uuid::Uuid;

async fn annas() -> (TestStore, AgentStore) {
    let store = TestStore::new().await;
    let anna = store.anna().await;
    (store, anna)
}

fn on_version(draft: &Draft, version: u32) -> Draft {
    Draft { version: DraftVersion(version), ..draft.clone() }
}

fn noted(draft: &Draft, notes: &str) -> Draft {
    Draft { notes: Some(notes.to_owned()), ..draft.clone() }
}

#[tokio::test]
async fn each_save_makes_a_version() {
    let (_store, anna) = annas().await;
    let first = draft(1, 50, &[5]);
    assert_eq!(anna.save_draft(&first).await.unwrap(), SaveOutcome::Saved(DraftVersion(1)));
    let second = noted(&on_version(&first, 1), "urgent");
    assert_eq!(anna.save_draft(&second).await.unwrap(), SaveOutcome::Saved(DraftVersion(2)));
    assert_eq!(anna.draft(first.id).await.unwrap(), Some(on_version(&second, 2)));
}

#[tokio::test]
async fn a_save_whose_answer_was_lost_is_answered_the_same_again() {
    let (_store, anna) = annas().await;
    let first = draft(1, 50, &[5]);
    for _ in 0..3 {
        assert_eq!(anna.save_draft(&first).await.unwrap(), SaveOutcome::Saved(DraftVersion(1)));
    }
    let second = noted(&on_version(&first, 1), "urgent");
    for _ in 0..3 {
        assert_eq!(anna.save_draft(&second).await.unwrap(), SaveOutcome::Saved(DraftVersion(2)));
    }
}

#[tokio::test]
async fn a_stale_save_changes_nothing_and_gets_the_other_copy() {
    let (_store, anna) = annas().await;
    let first = draft(1, 50, &[5]);
    anna.save_draft(&first).await.unwrap();
    let phone = noted(&on_version(&first, 1), "from the phone");
    anna.save_draft(&phone).await.unwrap();
    let laptop = noted(&on_version(&first, 1), "from the laptop");
    let theirs = on_version(&phone, 2);
    assert_eq!(anna.save_draft(&laptop).await.unwrap(), SaveOutcome::Stale(theirs.clone()));
    // Also a version the server has not given yet (it was restored from a backup).
    assert_eq!(anna.save_draft(&on_version(&laptop, 9)).await.unwrap(), SaveOutcome::Stale(theirs.clone()));
    assert_eq!(anna.draft(first.id).await.unwrap(), Some(theirs));
}

#[tokio::test]
async fn a_deleted_draft_never_comes_back() {
    let (_store, anna) = annas().await;
    let first = draft(1, 50, &[5]);
    anna.save_draft(&first).await.unwrap();
    let stale = anna.delete_draft(first.id, DraftVersion(0)).await.unwrap();
    assert_eq!(stale, DeleteOutcome::Stale(on_version(&first, 1)));
    for _ in 0..2 {
        assert_eq!(anna.delete_draft(first.id, DraftVersion(1)).await.unwrap(), DeleteOutcome::Deleted);
    }
    for version in 0..4 {
        assert_eq!(anna.save_draft(&on_version(&first, version)).await.unwrap(), SaveOutcome::Deleted);
    }
    assert_eq!(
        anna.submit(first.id, DraftVersion(1), &marker(1), at(1)).await.unwrap(),
        SubmitOutcome::Deleted
    );
    assert_eq!(anna.draft(first.id).await.unwrap(), None);
    assert_eq!(anna.drafts().await.unwrap(), []);
}

#[tokio::test]
async fn a_draft_deleted_before_it_arrived_stays_deleted() {
    let (_store, anna) = annas().await;
    let late = draft(1, 50, &[5]);
    assert_eq!(anna.delete_draft(late.id, DraftVersion(0)).await.unwrap(), DeleteOutcome::Deleted);
    assert_eq!(anna.save_draft(&late).await.unwrap(), SaveOutcome::Deleted);
}

#[tokio::test]
async fn drafts_are_listed_by_their_last_edit() {
    let (_store, anna) = annas().await;
    for (id, edited) in [(1, 10), (2, 30), (3, 20)] {
        anna.save_draft(&Draft { edited_at: at(edited), ..draft(id, 50, &[1]) }).await.unwrap();
    }
    let ids: Vec<u128> = anna.drafts().await.unwrap().iter().map(|draft| draft.id.0.as_u128()).collect();
    assert_eq!(ids, [2, 3, 1]);
}

#[tokio::test]
async fn a_submitted_draft_can_be_neither_changed_nor_deleted() {
    let (_store, anna) = annas().await;
    let first = draft(1, 50, &[5]);
    anna.save_draft(&first).await.unwrap();
    let sent = anna.submit(first.id, DraftVersion(1), &marker(1), at(1)).await.unwrap();
    assert!(matches!(sent, SubmitOutcome::Accepted(_)));
    assert_eq!(
        anna.save_draft(&noted(&on_version(&first, 1), "late")).await.unwrap(),
        SaveOutcome::Submitted
    );
    assert_eq!(anna.delete_draft(first.id, DraftVersion(1)).await.unwrap(), DeleteOutcome::Submitted);
    assert_eq!(anna.drafts().await.unwrap(), []);
}

#[tokio::test]
async fn what_cannot_be_sent_is_told() {
    let (_store, anna) = annas().await;
    let unknown = DraftId(Uuid::from_u128(9));
    let outcome = anna.submit(unknown, DraftVersion(0), &marker(1), at(1)).await.unwrap();
    assert_eq!(outcome, SubmitOutcome::Unknown);
    let without_lines = draft(1, 50, &[]);
    anna.save_draft(&without_lines).await.unwrap();
    let outcome = anna.submit(without_lines.id, DraftVersion(1), &marker(1), at(1)).await.unwrap();
    assert_eq!(outcome, SubmitOutcome::Incomplete);
    let outcome = anna.submit(without_lines.id, DraftVersion(0), &marker(1), at(1)).await.unwrap();
    assert_eq!(outcome, SubmitOutcome::Stale(on_version(&without_lines, 1)));
}

#[tokio::test]
async fn agents_do_not_see_each_other() {
    let (store, anna) = annas().await;
    anna.save_draft(&draft(1, 50, &[5])).await.unwrap();
    let bruno = store.agent(&store.sign_in("bruno").await).await.unwrap();
    assert_eq!(bruno.drafts().await.unwrap(), []);
    assert_eq!(bruno.draft(draft(1, 50, &[5]).id).await.unwrap(), None);
}

#[tokio::test]
async fn of_many_saves_at_once_one_wins() {
    let (_store, anna) = annas().await;
    let base = draft(1, 50, &[5]);
    anna.save_draft(&base).await.unwrap();
    let saves = (0..20).map(|n| {
        let (anna, draft) = (anna.clone(), noted(&on_version(&base, 1), &format!("device {n}")));
        tokio::spawn(async move { anna.save_draft(&draft).await.unwrap() })
    });
    let mut won = 0;
    for save in saves.collect::<Vec<_>>() {
        match save.await.unwrap() {
            SaveOutcome::Saved(version) => {
                assert_eq!(version, DraftVersion(2));
                won += 1;
            }
            SaveOutcome::Stale(theirs) => assert_eq!(theirs.version, DraftVersion(2)),
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(won, 1);
}
