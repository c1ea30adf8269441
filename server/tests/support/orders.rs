//! Writes orders as an API client does, and looks at what the ERP holds of them.

use erp_sim::World;
use serde_json::{Value, json};

use super::{Stack, eventually};

pub(crate) fn small_world() -> World {
    World::default().with_customers(60).with_products(40).with_prices(40)
}

/// An article that can be ordered and has a price, with a quantity that is allowed.
pub(crate) async fn orderable(stack: &Stack) -> Value {
    let products = stack.get("/api/products?limit=100").await;
    let variants = products["items"].as_array().unwrap().iter().flat_map(|product| {
        let name = product["name"].clone();
        product["variants"].as_array().unwrap().iter().map(move |variant| (name.clone(), variant.clone()))
    });
    let good = |variant: &Value| variant["orderable"] == true && variant["unitPrice"].is_number();
    let (name, variant) =
        variants.into_iter().find(|(_, variant)| good(variant)).expect("an orderable article");
    let quantity = [&variant["quantityMinimum"], &variant["quantityMultiple"], &variant["packageContent"]]
        .into_iter()
        .find(|quantity| quantity.is_number())
        .cloned()
        .unwrap_or_else(|| serde_json::to_value(domain::Quantity::pieces(1)).unwrap());
    json!({
        "id": uuid::Uuid::from_bytes(rand::random()), "article": variant["id"], "name": name, "description": null,
        "quantity": quantity, "unitPrice": variant["unitPrice"], "priceUnit": variant["priceUnit"],
        "discount": [], "systemDiscount": variant["systemDiscount"], "vat": variant["vat"],
    })
}

/// Signs in and reads customers, products and prices.
pub(crate) async fn ready_to_order(stack: &Stack) {
    stack.sign_in("agente1").await;
    let form = json!({ "sessionId": uuid::Uuid::from_bytes(rand::random()) });
    stack.post("/api/customers/smart-sync", &form).await;
    stack.post("/api/sync/full", &Value::Null).await;
    stack.post("/api/customers/resume-syncs", &form).await;
    eventually("prices are read", || async { stack.get("/api/prices?limit=1").await["total"] == 40 }).await;
    eventually("products are read", || async { stack.get("/api/products?limit=1").await["total"] != 0 })
        .await;
}

/// Writes an order of so many lines; answers its id.
pub(crate) async fn write_an_order(stack: &Stack, lines: usize) -> String {
    let customer = stack.get("/api/customers?limit=1").await["items"][0].clone();
    let id = uuid::Uuid::from_bytes(rand::random()).to_string();
    let draft = json!({
        "id": id, "version": 0, "lines": lines_of(stack, lines).await, "createdAt": 1, "editedAt": 1,
        "customer": {
            "id": customer["id"], "account": customer["account"], "name": customer["name"], "city": customer["city"],
        },
    });
    stack.put(&format!("/api/drafts/{id}"), &draft).await;
    id
}

/// The same article so often, each time as a line of its own.
async fn lines_of(stack: &Stack, count: usize) -> Vec<Value> {
    let mut lines = Vec::new();
    for _ in 0..count {
        lines.push(orderable(stack).await);
    }
    lines
}

/// Writes an order and sends it; answers its id and its marker.
pub(crate) async fn send_an_order(stack: &Stack) -> (String, String) {
    let id = write_an_order(stack, 1).await;
    let placed = stack.post(&format!("/api/drafts/{id}/place"), &json!({ "version": 1 })).await;
    (id, placed["marker"].as_str().unwrap().to_owned())
}

pub(crate) async fn state(stack: &Stack, id: &str) -> Value {
    stack.get(&format!("/api/placements/{id}")).await["state"].clone()
}

pub(crate) fn orders_with(stack: &Stack, marker: &str) -> usize {
    stack.sim.records(|records| {
        records.orders.values().filter(|order| order.customer_reference.contains(marker)).count()
    })
}

pub(crate) async fn ends_verified_and_once(stack: &Stack, id: &str, marker: &str) {
    eventually("the placement is verified", || async { state(stack, id).await == "verified" }).await;
    assert_eq!(orders_with(stack, marker), 1, "exactly one order");
}
