//! Rows that were found one by one: taken in without a pass, with how far the ERP's changes are read.

#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod support;

use domain::{ApiSkipped, Customer, CustomerReading, DurationMs, ReadingWay, SyncType};
use serde_json::json;
use store::StoreError;
use support::{Claims, TestStore, agent, at, customer, exported, sparse};

#[tokio::test]
async fn a_customer_that_was_looked_up_is_found_and_nobody_is_missed() {
    let store = TestStore::new().await;
    let (anna, mut claims) = (store.anna().await, Claims::new());
    store.sync(&mut claims, &[customer(50, "Rossi"), customer(51, "Verdi")], 1).await;
    let before = anna.last_pass(SyncType::Customers).await.unwrap();
    let token = claims.sync(SyncType::Customers);
    let found = exported(&[customer(52, "Bianchi"), customer(51, "Verdi")]);
    let (outcome, known) = store.store_found(&token, &found, &[], None, at(2)).await.unwrap();
    assert_eq!((outcome.new, outcome.updated, outcome.unchanged, known), (1, 0, 1, 3));
    assert_eq!(anna.search_customers("bianchi", 9, None).await.unwrap().total, 1);
    assert_eq!(anna.search_customers("rossi", 9, None).await.unwrap().total, 1);
    assert_eq!(anna.last_pass(SyncType::Customers).await.unwrap(), before, "it was no reading of the list");
    assert_eq!(store.change_mark(&token, SyncType::Customers).await.unwrap(), None);
}

#[tokio::test]
async fn how_far_changes_are_read_is_kept_with_them() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    let old = claims.sync(SyncType::Customers);
    let token = claims.sync(SyncType::Customers);
    let changed = exported(&[customer(50, "Rossi")]);
    for mark in ["2026-01-22T10:00:00Z", "2026-01-22T11:00:00Z"] {
        store.store_found(&token, &changed, &[], Some(mark), at(1)).await.unwrap();
        assert_eq!(store.change_mark(&token, SyncType::Customers).await.unwrap().as_deref(), Some(mark));
    }
    let late = store.store_found(&old, &changed, &[], Some("2026-01-22T12:00:00Z"), at(2)).await;
    assert!(matches!(late, Err(StoreError::Fenced { .. })), "{late:?}");
}

#[tokio::test]
async fn the_same_customer_from_two_readers_is_no_change() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    let rossi: Customer = sparse(json!({ "id": "50", "name": "Rossi", "phone": "+39055987654" }));
    store.sync(&mut claims, std::slice::from_ref(&rossi), 1).await;
    let token = claims.sync(SyncType::Customers);
    let mut by_api = exported(std::slice::from_ref(&rossi));
    by_api[0].hash = domain::ContentHash::of_cells(["another reader"]);
    let (outcome, _) = store.store_found(&token, &by_api, &[], None, at(2)).await.unwrap();
    assert_eq!((outcome.new, outcome.updated, outcome.unchanged), (0, 0, 1));
}

#[tokio::test]
async fn in_which_way_customers_were_read_is_kept_per_agent() {
    let store = TestStore::new().await;
    let reading = |name: &str, ms: i64, way, skipped| CustomerReading {
        at: at(ms),
        agent: agent(name),
        way,
        skipped,
        took: DurationMs(120),
        changed: 3,
    };
    let first = reading("anna", 1, ReadingWay::Export, Some(ApiSkipped::CompleteDue));
    let second = reading("anna", 2, ReadingWay::Api, None);
    let other = reading("bruno", 3, ReadingWay::Api, None);
    for reading in [&first, &second, &other] {
        store.control().log_reading(reading).await.unwrap();
    }
    let anna = agent("anna");
    assert_eq!(store.control().readings(Some(&anna), 9).await.unwrap(), [second.clone(), first]);
    assert_eq!(store.control().readings(None, 2).await.unwrap(), [other, second]);
    for ms in 10..230 {
        store.control().log_reading(&reading("anna", ms, ReadingWay::Api, None)).await.unwrap();
    }
    assert_eq!(store.control().readings(Some(&anna), 999).await.unwrap().len(), 200);
}
