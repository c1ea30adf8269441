//! Shows how synced rows are taken in: the delta only, page by page, never by an overtaken task, deleted with care.

#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod support;

use std::time::Instant;

use domain::{Customer, ListLook, SyncType};
use serde_json::json;
use store::{LastPass, PageOutcome, StoreError};
use support::{Claims, TestStore, at, customer, customers, exported, sparse};
use time::macros::datetime;

#[tokio::test]
async fn only_what_changed_is_written() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    let mut records = customers(1_452);
    let first = store.sync(&mut claims, &records, 1_000).await;
    assert_eq!((first.rows, first.new, first.updated, first.deleted), (1_452, 1_452, 0, 0));

    for record in records.iter_mut().step_by(50) {
        record.phone = Some("+390551111111".to_owned());
    }
    let second = store.sync(&mut claims, &records, 2_000).await;
    assert_eq!((second.rows, second.new, second.updated, second.deleted), (1_452, 0, 30, 0));
    assert_eq!(rows_changed_at(&store, 2_000).await, 30);

    let third = store.sync(&mut claims, &records, 3_000).await;
    assert_eq!((third.new, third.updated), (0, 0));
    assert_eq!(rows_changed_at(&store, 3_000).await, 0);
}

/// Rows written by the pass of that moment; `changed_at` is set by nothing else.
async fn rows_changed_at(store: &TestStore, now: i64) -> i64 {
    let path = store.folder.path().join("agents/anna.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path).read_only(true);
    let pool = sqlx::SqlitePool::connect_with(options).await.unwrap();
    sqlx::query_scalar("SELECT count(*) FROM customers WHERE changed_at = ?")
        .bind(now)
        .fetch_one(&pool)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_changed_row_shows_its_new_values_and_is_found_by_them() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    let anna = store.anna().await;
    store.sync(&mut claims, &[customer(50, "Rossi"), customer(51, "Verdi")], 1).await;
    let changed: Customer = sparse(json!({ "id": "50", "name": "Bianchi", "phone": "+39055987654" }));
    store.sync(&mut claims, &[changed.clone(), customer(51, "Verdi")], 2).await;
    assert_eq!(anna.customer(&changed.id).await.unwrap(), Some(changed));
    assert_eq!(anna.search_customers("rossi", 10, None).await.unwrap().total, 0);
    assert_eq!(anna.search_customers("bianchi 055987", 10, None).await.unwrap().total, 1);
}

#[tokio::test]
async fn an_overtaken_task_changes_nothing() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    let (old, new) = (claims.sync(SyncType::Customers), claims.sync(SyncType::Customers));
    let mut zombie = store.begin_pass(&old, SyncType::Customers, at(1), None).await.unwrap();
    let mut successor = store.begin_pass(&new, SyncType::Customers, at(2), None).await.unwrap();
    store.store_page(&new, &mut successor, 0, &exported(&[customer(50, "Rossi")]), &[], at(2)).await.unwrap();

    let late = exported(&[customer(50, "Old name"), customer(51, "Ghost")]);
    let refused = store.store_page(&old, &mut zombie, 0, &late, &[], at(3)).await;
    assert!(matches!(refused, Err(StoreError::Fenced { .. })), "{refused:?}");
    assert!(matches!(store.finish_pass(&old, zombie, at(3)).await, Err(StoreError::Fenced { .. })));
    let begun = store.begin_pass(&old, SyncType::Customers, at(3), None).await;
    assert!(matches!(begun, Err(StoreError::Fenced { .. })));
    let anna = store.anna().await;
    assert_eq!(anna.search_customers("", 10, None).await.unwrap().items[0].name, "Rossi");
    assert_eq!(anna.search_customers("", 10, None).await.unwrap().total, 1);
}

#[tokio::test]
async fn the_fences_of_two_kinds_are_two() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    let products = claims.sync(SyncType::Products);
    let prices = claims.sync(SyncType::Prices);
    store.begin_pass(&prices, SyncType::Prices, at(1), None).await.unwrap();
    store.begin_pass(&products, SyncType::Products, at(1), None).await.unwrap();
}

#[tokio::test]
async fn a_token_gives_access_to_its_own_scope_only() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    let (shared, annas) = (claims.sync(SyncType::Products), claims.sync(SyncType::Customers));
    let refused = [
        store.begin_pass(&shared, SyncType::Customers, at(1), None).await.err(),
        store.begin_pass(&annas, SyncType::Products, at(1), None).await.err(),
        store.agent_for_task(&shared).await.err(),
    ];
    for refusal in refused {
        assert!(matches!(refusal, Some(StoreError::WrongScope { .. })), "{refusal:?}");
    }
    assert_eq!(store.agent_for_task(&annas).await.unwrap().agent().as_str(), "anna");
}

#[tokio::test]
async fn an_interrupted_pass_goes_on_where_it_stopped() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    let records = exported(&customers(60));
    let old = claims.sync(SyncType::Customers);
    let mut pass = store.begin_pass(&old, SyncType::Customers, at(1), None).await.unwrap();
    store.store_page(&old, &mut pass, 0, &records[..20], &[], at(1)).await.unwrap();
    store.store_page(&old, &mut pass, 1, &records[20..40], &[], at(1)).await.unwrap();
    drop(pass);

    let new = claims.sync(SyncType::Customers);
    let mut pass = store.resume_pass(&new, SyncType::Customers).await.unwrap().unwrap();
    assert_eq!((pass.next_page(), pass.rows(), pass.began_at()), (2, 40, at(1)));
    // A page that was stored before is not applied again.
    let again = store.store_page(&new, &mut pass, 1, &records[40..], &[], at(2)).await.unwrap();
    assert_eq!(again, PageOutcome { new: 0, updated: 0, unchanged: 20 });
    let skipped = store.store_page(&new, &mut pass, 3, &records[40..], &[], at(2)).await;
    assert!(matches!(skipped, Err(StoreError::PageOutOfOrder { expected: 2, given: 3, .. })));
    store.store_page(&new, &mut pass, 2, &records[40..], &[], at(2)).await.unwrap();
    let outcome = store.finish_pass(&new, pass, at(3)).await.unwrap();
    assert_eq!((outcome.rows, outcome.new, outcome.withheld), (60, 60, 0));
    let last = store.anna().await.last_pass(SyncType::Customers).await.unwrap();
    assert_eq!(last, Some(LastPass { began_at: at(1), ended_at: at(3), rows: 60, look: None }));
    assert!(store.resume_pass(&new, SyncType::Customers).await.unwrap().is_none());
}

#[tokio::test]
async fn a_new_pass_ends_the_interrupted_one() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    let token = claims.sync(SyncType::Customers);
    let mut old = store.begin_pass(&token, SyncType::Customers, at(1), None).await.unwrap();
    store.begin_pass(&token, SyncType::Customers, at(2), None).await.unwrap();
    let stored = store.store_page(&token, &mut old, 0, &exported(&customers(1)), &[], at(3)).await;
    assert!(matches!(stored, Err(StoreError::PassReplaced { .. })));
}

#[tokio::test]
async fn a_row_goes_when_two_complete_passes_in_a_row_miss_it() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    let all = customers(10);
    let without_last = &all[..9];
    store.sync(&mut claims, &all, 1).await;
    assert_eq!(store.sync(&mut claims, without_last, 2).await.deleted, 0);
    assert_eq!(store.sync(&mut claims, &all, 3).await.deleted, 0);
    assert_eq!(store.sync(&mut claims, without_last, 4).await.deleted, 0);
    assert_eq!(store.sync(&mut claims, without_last, 5).await.deleted, 1);
    let anna = store.anna().await;
    assert_eq!(anna.search_customers("", 50, None).await.unwrap().total, 9);
    assert_eq!(anna.customer(&all[9].id).await.unwrap(), None);
    let words = anna.search_customers(all[9].account.as_deref().unwrap(), 50, None).await.unwrap();
    assert_eq!(words.total, 0);
}

#[tokio::test]
async fn a_pass_that_sees_too_few_rows_deletes_nothing() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    let all = customers(100);
    store.sync(&mut claims, &all, 1).await;
    for now in 2..6 {
        let partial = store.sync(&mut claims, &all[..69], now).await;
        assert_eq!((partial.deleted, partial.withheld), (0, 31));
    }
    assert_eq!(store.sync(&mut claims, &all[..0], 6).await.withheld, 100);
    // A pass that sees enough starts counting from one.
    assert_eq!(store.sync(&mut claims, &all[..70], 7).await.deleted, 0);
    assert_eq!(store.sync(&mut claims, &all[..70], 8).await.deleted, 30);
}

#[tokio::test]
async fn other_rows_in_place_of_the_known_ones_count_as_too_few() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    store.sync(&mut claims, &[customer(50, "A"), customer(51, "B")], 1).await;
    let strangers = [customer(60, "C"), customer(61, "D"), customer(62, "E")];
    for now in 2..5 {
        assert_eq!(store.sync(&mut claims, &strangers, now).await.deleted, 0);
    }
}

#[tokio::test]
async fn a_missing_column_leaves_what_is_stored() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    let full: Vec<Customer> = (50..53)
        .map(|id: u32| {
            sparse(json!({ "id": id.to_string(), "name": "Rossi", "phone": "+39055123456", "city": "Forlì" }))
        })
        .collect();
    store.sync(&mut claims, &full, 1).await;

    let narrow: Vec<Customer> =
        full.iter().map(|customer| Customer { phone: None, ..customer.clone() }).collect();
    let mut moved = narrow.clone();
    moved[1].city = Some("Cesena".to_owned());
    let missing = ["phone".to_owned()];
    let token = claims.sync(SyncType::Customers);
    let mut pass = store.begin_pass(&token, SyncType::Customers, at(2), None).await.unwrap();
    let outcome = store.store_page(&token, &mut pass, 0, &exported(&moved), &missing, at(2)).await.unwrap();
    assert_eq!(outcome, PageOutcome { new: 0, updated: 1, unchanged: 2 });

    let anna = store.anna().await;
    let stored = anna.customer(&full[1].id).await.unwrap().unwrap();
    assert_eq!((stored.phone.as_deref(), stored.city.as_deref()), (Some("+39055123456"), Some("Cesena")));
    assert_eq!(anna.search_customers("055 123456 cesena", 9, None).await.unwrap().total, 1);
}

#[tokio::test]
async fn a_record_printed_twice_is_one_row() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    let outcome = store.sync(&mut claims, &[customer(50, "Rossi"), customer(50, "Rossi")], 1).await;
    assert_eq!((outcome.rows, outcome.new), (1, 1));
}

/// Prints how long passes take; the bounds are wide, for a busy machine and an unoptimised build.
#[tokio::test]
async fn passes_are_quick() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    let mut records = customers(5_700);
    let began = Instant::now();
    store.sync(&mut claims, &records, 1).await;
    let filled = began.elapsed();
    for record in records.iter_mut().step_by(50) {
        record.phone = Some("+390551111111".to_owned());
    }
    let began = Instant::now();
    let outcome = store.sync(&mut claims, &records, 2).await;
    let delta = began.elapsed();
    println!("5,700 customers: first pass {filled:?}, pass with {} changed {delta:?}", outcome.updated);
    assert_eq!(outcome.updated, 114);
    assert!(delta.as_secs() < 5);
}

#[tokio::test]
async fn how_a_list_looked_is_remembered_with_its_complete_pass_only() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    let records = exported(&customers(10));
    let look = |hour: u8| {
        let newest_change = datetime!(2026-01-20 9:00:00).replace_hour(hour).unwrap();
        Some(ListLook { newest_change, rows: Some(10) })
    };
    let token = claims.sync(SyncType::Customers);
    let mut pass = store.begin_pass(&token, SyncType::Customers, at(1), look(9)).await.unwrap();
    store.store_page(&token, &mut pass, 0, &records[..5], &[], at(1)).await.unwrap();
    assert_eq!(store.last_pass(&token, SyncType::Customers).await.unwrap(), None);
    let found = store.anna().await.search_customers("", 50, None).await.unwrap();
    assert_eq!(found.total, 5, "rows show as soon as their page is stored");

    let token = claims.sync(SyncType::Customers);
    let mut pass = store.resume_pass(&token, SyncType::Customers).await.unwrap().unwrap();
    assert_eq!(pass.look(), look(9));
    store.store_page(&token, &mut pass, 1, &records[5..], &[], at(2)).await.unwrap();
    store.finish_pass(&token, pass, at(2)).await.unwrap();
    let last = store.last_pass(&token, SyncType::Customers).await.unwrap().unwrap();
    assert_eq!(last.look, look(9));

    // A pass that saw too little is nothing to compare with.
    let mut pass = store.begin_pass(&token, SyncType::Customers, at(3), look(10)).await.unwrap();
    store.store_page(&token, &mut pass, 0, &records[..2], &[], at(3)).await.unwrap();
    assert_eq!(store.finish_pass(&token, pass, at(3)).await.unwrap().withheld, 8);
    let last = store.last_pass(&token, SyncType::Customers).await.unwrap().unwrap();
    assert_eq!((last.began_at, last.look), (at(3), None));
}
