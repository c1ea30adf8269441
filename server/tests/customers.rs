//! Brings customers up to date by the quickest way the ERP offers, and finds those that only the ERP knows.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use erp_sim::{Deed, Fault, Options, Place, Trouble};
use serde_json::{Value, json};
use support::{Stack, orders::small_world};

/// Opens the form, waits for its customers, leaves it.
async fn smart_sync(stack: &Stack) -> Value {
    let form = json!({ "sessionId": uuid::Uuid::from_bytes(rand::random()) });
    let synced = stack.post("/api/customers/smart-sync", &form).await;
    stack.post("/api/customers/resume-syncs", &form).await;
    synced
}

/// Gives the first customer of the ERP another telephone number.
fn change_a_customer(stack: &Stack, phone: &str) {
    stack.sim.records(|records| {
        let now = records.now();
        let record = records.customers.values_mut().next().unwrap();
        (record.customer.phone, record.modified_at) = (Some(phone.to_owned()), now);
        records.touch(erp_sim::Entity::Customers);
    });
}

/// The newest reading: its way, why the API was not used, what changed.
async fn newest_reading(stack: &Stack) -> Value {
    let metrics = stack.get("/api/metrics/smart-sync").await;
    let newest = &metrics["readings"][0];
    json!([newest["way"], newest["skipped"], newest["changed"]])
}

fn exports(stack: &Stack) -> usize {
    stack.sim.log().iter().filter(|entry| entry.what == Deed::Export).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_api_tells_what_changed_and_the_export_stands_in_for_it() {
    let options = Options { rest_api: true, ..Options::default() };
    let settings = [("ARCHIBALD_ERP_CUSTOMERS_API", "/api/customers".to_owned())];
    let stack = Stack::start_in(small_world(), options, &settings).await;
    stack.sign_in("agente1").await;
    assert_eq!(smart_sync(&stack).await["success"], true);
    assert_eq!(newest_reading(&stack).await, json!(["export", "complete-due", 60]));

    assert_eq!(smart_sync(&stack).await["newCustomers"], 0);
    assert_eq!(newest_reading(&stack).await, json!(["api", null, 0]), "all are read once, none is new");
    let before = exports(&stack);
    change_a_customer(&stack, "+39054312345");
    let synced = smart_sync(&stack).await;
    assert_eq!((&synced["updatedCustomers"], &synced["customersProcessed"]), (&json!(1), &json!(60)));
    assert_eq!(newest_reading(&stack).await, json!(["api", null, 1]));
    assert_eq!(exports(&stack), before, "nothing was exported");

    stack.sim.break_with(Fault::once(Place::Api, Trouble::Status { status: 503 }));
    change_a_customer(&stack, "+39054300000");
    assert_eq!(smart_sync(&stack).await["updatedCustomers"], 1);
    assert_eq!(newest_reading(&stack).await, json!(["export", "unreachable", 1]));
    assert_eq!(smart_sync(&stack).await["success"], true);
    assert_eq!(newest_reading(&stack).await, json!(["export", "resting", 0]));
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_that_only_the_erp_knows_is_looked_up_by_its_id() {
    let stack = Stack::start(small_world()).await;
    stack.sign_in("agente1").await;
    assert_eq!(smart_sync(&stack).await["success"], true);
    let id = stack.sim.records(|records| {
        let mut created = records.customers.values().next().unwrap().clone();
        let id = records.customers.keys().last().unwrap() + 1;
        created.customer.id = id.to_string().parse().unwrap();
        created.customer.name = "Ortodonzia Appena Nata".to_owned();
        records.customers.insert(id, created);
        records.touch(erp_sim::Entity::Customers);
        id
    });
    let found = stack.post("/api/customers/look-up", &json!({ "text": "appena nata" })).await;
    assert_eq!((&found["total"], &found["items"][0]["id"]), (&json!(1), &json!(id.to_string())));
    assert_eq!(stack.get("/api/customers?search=appena").await["total"], 1);
    let nothing = stack.post("/api/customers/look-up", &json!({ "text": "nessuno così" })).await;
    assert_eq!(nothing["total"], 0);
    assert_eq!(stack.get("/api/customers?limit=1").await["total"], 61);
    stack.stop().await;
}
