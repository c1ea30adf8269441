//! Orders, transport documents and invoices: kept, listed newest first, and found from their order.

#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod support;

use domain::{Ddt, Invoice, Order};
use serde_json::json;
use support::{Claims, TestStore, sparse};

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
    for (query, wanted) in [("ancora", vec!["102", "3"]), ("ord/26000101", vec!["101"]), ("nessuno", vec![])]
    {
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
    let (order, ddt, invoices) = anna.order(&"101".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(order.customer_name, "Belvedere");
    assert_eq!(ddt.iter().map(|ddt| ddt.number.as_str()).collect::<Vec<_>>(), ["DDT/261", "DDT/262"]);
    assert_eq!(invoices[0].amount, Some(domain::Cents(-1_250)));
    let (_, ddt, invoices) = anna.order(&"3".parse().unwrap()).await.unwrap().unwrap();
    assert!(ddt.is_empty() && invoices.is_empty(), "a pending order has no number that documents could name");
    assert!(anna.order(&"9".parse().unwrap()).await.unwrap().is_none());
}
