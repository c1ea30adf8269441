//! The catalogue's history: what changed, when, from and to.

#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod support;

use domain::{CatalogChange, Cents, ChangeKind, Price, Product, SyncType};
use support::{Claims, TestStore, at, price, product};

async fn told(store: &TestStore, query: &str) -> Vec<CatalogChange> {
    store.catalog().changes(query, 50, None).await.unwrap().items
}

#[tokio::test]
async fn a_price_that_changes_leaves_its_old_value_behind() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    let mut prices = vec![price(1, "012345K2", "AB12XY", 1_000), price(2, "067890K2", "ZZ1", 2_000)];
    store.sync(&mut claims, &prices, 1).await;
    assert!(told(&store, "").await.is_empty(), "the first reading of all is no news");
    prices[0].unit_price = Some(Cents(1_250));
    store.sync(&mut claims, &prices, 2).await;
    let changes = told(&store, "").await;
    let [change] = changes.as_slice() else { panic!("{changes:?}") };
    assert_eq!((change.kind, change.key.as_str(), change.at), (SyncType::Prices, "1", at(2)));
    assert_eq!((change.item.as_str(), change.what), ("012345K2 AB12XY", ChangeKind::Changed));
    assert_eq!(change.field.as_deref(), Some("unitPrice"));
    assert_eq!((change.from.as_deref(), change.to.as_deref()), (Some("1000"), Some("1250")));
    assert_eq!(told(&store, "012345k2").await.len(), 1);
    assert!(told(&store, "067890").await.is_empty());
}

#[tokio::test]
async fn articles_that_come_and_go_are_told_and_when_they_were_touched_is_not() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    let mut articles: Vec<Product> =
        (0..10).map(|n| product(&format!("01234{n}K2"), &format!("AB{n}"), "Fresa")).collect();
    store.sync(&mut claims, &articles, 1).await;
    articles[0].modified_by = Some("qualcuno".to_owned());
    articles.push(product("099999K2", "NEW", "Nuova"));
    store.sync(&mut claims, &articles, 2).await;
    let gone = articles.remove(3);
    for now in 3..5 {
        store.sync(&mut claims, &articles, now).await;
    }
    let said: Vec<_> = told(&store, "").await.into_iter().map(|change| (change.what, change.item)).collect();
    let item = |article: &Product| format!("{} {}", article.id, article.name);
    assert_eq!(said, [(ChangeKind::Removed, item(&gone)), (ChangeKind::Added, "099999K2 NEW".to_owned()),]);
}

#[tokio::test]
async fn the_report_says_when_its_lists_were_read() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    let nothing = store.catalog().price_report(time::macros::date!(2026 - 03 - 15)).await.unwrap();
    assert_eq!((nothing.prices, nothing.prices_as_of), (0, None));
    store.sync(&mut claims, &[product("012345K2", "AB12XY", "Fresa")], 1).await;
    let prices: [Price; 2] = [price(1, "012345K2", "", 100), price(2, "999999K2", "?", 100)];
    store.sync(&mut claims, &prices, 2).await;
    let report = store.catalog().price_report(time::macros::date!(2026 - 03 - 15)).await.unwrap();
    assert_eq!((report.by_id, report.unmatched, report.without_price), (1, 1, 0));
    assert_eq!((report.products_as_of, report.prices_as_of), (Some(at(1)), Some(at(2))));
}
