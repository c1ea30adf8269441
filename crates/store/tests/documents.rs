//! Orders, transport documents and invoices: kept, listed newest first, and found from their order.

#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod support;

use domain::{Ddt, DraftVersion, Invoice, Order, OrderState, OrderWithDocuments, PlacementState};
use serde_json::json;
use store::AgentStore;
use support::{Claims, TestStore, at, draft, marker, sparse};

fn order(id: u32, day: &str, customer: &str) -> Order {
    let number = (id > 100).then(|| format!("ORD/26000{id}"));
    sparse(
        json!({ "id": id.to_string(), "number": number, "customerName": customer, "createdAt": format!("{day} 10:00:00.0") }),
    )
}

#[tokio::test]
async fn orders_are_listed_newest_first_and_found_by_customer_or_number() {
    let store = TestStore::new().await;
    let orders = [
        order(101, "2026-10-01", "Odontoiatria Belvedere S.r.l."),
        order(102, "2026-11-03", "Ferramenta Àncora"),
        order(3, "2026-11-02", "Ferramenta Àncora"),
    ];
    store.sync(&mut Claims::new(), &orders, 1).await;
    let anna = store.anna().await;
    let ids = |page: &domain::PageOf<Order>| page.items.iter().map(|o| o.id.to_string()).collect::<Vec<_>>();
    let first = anna.documents::<Order>("", 2, None).await.unwrap();
    assert_eq!((ids(&first), first.total), (vec!["102".to_owned(), "3".to_owned()], 3));
    let second = anna.documents::<Order>("", 2, first.next.as_deref()).await.unwrap();
    assert_eq!((ids(&second), second.next), (vec!["101".to_owned()], None));
    let queries =
        [("ancora", vec!["102", "3"]), ("ord/26000101", vec!["101"]), ("3", vec!["3"]), ("nessuno", vec![])];
    for (query, wanted) in queries {
        assert_eq!(ids(&anna.documents(query, 9, None).await.unwrap()), wanted, "{query}");
    }
}

#[tokio::test]
async fn an_order_comes_with_its_documents() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    store
        .sync(&mut claims, &[order(101, "2026-10-01", "Belvedere"), order(3, "2026-11-02", "Àncora")], 1)
        .await;
    let ddt = |id: u32, order: &str| -> Ddt {
        sparse(json!({ "id": id.to_string(), "number": format!("DDT/26{id}"), "orderNumber": order }))
    };
    store
        .sync(&mut claims, &[ddt(1, "ORD/26000101"), ddt(2, "ORD/26000101"), ddt(3, "ORD/26000999")], 2)
        .await;
    let invoice: Invoice =
        sparse(json!({ "number": "CF1/261", "orderNumber": "ORD/26000101", "amount": -1_250 }));
    store.sync(&mut claims, &[invoice], 3).await;
    let anna = store.anna().await;
    let OrderWithDocuments { order, ddt, invoices } =
        anna.order(&"101".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(order.customer_name, "Belvedere");
    assert_eq!(ddt.iter().map(|ddt| ddt.number.as_str()).collect::<Vec<_>>(), ["DDT/261", "DDT/262"]);
    assert_eq!(invoices[0].amount, Some(domain::Cents(-1_250)));
    let pending = anna.order(&"3".parse().unwrap()).await.unwrap().unwrap();
    assert!(
        pending.ddt.is_empty() && pending.invoices.is_empty(),
        "a pending order has no number that documents could name"
    );
    assert!(anna.order(&"9".parse().unwrap()).await.unwrap().is_none());
}

#[tokio::test]
async fn orders_are_filtered_by_where_they_stand() {
    let store = TestStore::new().await;
    let with = |id: u32, number: Option<&str>, status: &str| -> Order {
        sparse(json!({ "id": id.to_string(), "number": number, "customerName": "x", "salesStatus": status }))
    };
    let all = [
        with(1, Some("ORD/1"), "Fatturato"),
        with(2, Some("ORD/2"), "Ordine aperto"),
        with(3, None, "Ordine aperto"),
        with(4, Some("ORD/4"), "Nessuno"),
    ];
    store.sync(&mut Claims::new(), &all, 1).await;
    let anna = store.anna().await;
    for state in OrderState::ALL {
        let said: Vec<_> = all.iter().filter(|order| order.state() == Some(state)).map(|o| &o.id).collect();
        let found = anna.orders("", Some(state), 9, None).await.unwrap();
        assert_eq!(found.items.iter().map(|order| &order.id).collect::<Vec<_>>(), said, "{state:?}");
        assert_eq!(found.total as usize, said.len());
    }
    assert_eq!(anna.orders("", None, 9, None).await.unwrap().total, 4);
}

/// Sends an order for customer 50, and has it typed under this number at time 5.
async fn place(anna: &AgentStore, claims: &mut Claims, number: &str) {
    let order = draft(1, 50, &[5]);
    anna.save_draft(&order).await.unwrap();
    anna.submit(order.id, DraftVersion(1), &marker(7), at(1)).await.unwrap();
    let token = claims.placement(order.id);
    let number = number.to_owned();
    let way = [
        PlacementState::Queued,
        PlacementState::Filling,
        PlacementState::Armed,
        PlacementState::Saving,
        PlacementState::Placed { number },
    ];
    for step in way.windows(2) {
        anna.advance(&token, order.id, &step[0], &step[1], None, at(5)).await.unwrap();
    }
}

#[tokio::test]
async fn an_order_just_sent_is_listed_at_once_and_never_twice() {
    let store = TestStore::new().await;
    let (anna, mut claims) = (store.anna().await, Claims::new());
    store.sync(&mut claims, &[order(101, "2026-10-01", "Belvedere")], 2).await;
    place(&anna, &mut claims, "51123").await;
    let sent = anna.sent_orders("").await.unwrap();
    assert_eq!((sent.len(), sent[0].number.as_str(), sent[0].lines), (1, "51123", 1));
    assert_eq!(anna.sent_orders("customer 50").await.unwrap(), sent);
    assert_eq!(anna.sent_orders("belvedere").await.unwrap(), []);
    let listed: Order = sparse(json!({ "id": "51123", "customerName": "Customer 50" }));
    store.sync(&mut claims, &[order(101, "2026-10-01", "Belvedere"), listed], 6).await;
    assert_eq!(anna.sent_orders("").await.unwrap(), []);
}

#[tokio::test]
async fn an_order_whose_number_a_person_typed_without_its_letters_is_not_listed_twice() {
    let store = TestStore::new().await;
    let (anna, mut claims) = (store.anna().await, Claims::new());
    place(&anna, &mut claims, "26000123").await;
    assert_eq!(anna.sent_orders("").await.unwrap().len(), 1);
    let listed: Order = sparse(json!({ "id": "7", "customerName": "Customer 50", "number": "ORD/26000123" }));
    store.sync(&mut claims, &[listed], 6).await;
    assert_eq!(anna.sent_orders("").await.unwrap(), []);
}

#[tokio::test]
async fn an_order_just_sent_is_known_by_its_marker_too() {
    let store = TestStore::new().await;
    let (anna, mut claims) = (store.anna().await, Claims::new());
    place(&anna, &mut claims, "51123").await;
    let reference = format!("Rif. {}", marker(7));
    let listed: Order =
        sparse(json!({ "id": "7", "customerName": "Customer 50", "customerReference": reference }));
    store.sync(&mut claims, &[listed], 6).await;
    assert_eq!(anna.sent_orders("").await.unwrap(), []);
}

#[tokio::test]
async fn an_order_that_a_later_reading_does_not_find_is_not_shown_for_ever() {
    let store = TestStore::new().await;
    let (anna, mut claims) = (store.anna().await, Claims::new());
    place(&anna, &mut claims, "51123").await;
    let others = [order(101, "2026-10-01", "Belvedere")];
    store.sync(&mut claims, &others, 60_000).await;
    assert_eq!(anna.sent_orders("").await.unwrap().len(), 1, "the ERP's list may lag");
    store.sync(&mut claims, &others, 3_600_000).await;
    assert_eq!(anna.sent_orders("").await.unwrap(), []);
}
