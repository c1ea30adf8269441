//! Walks the main job through the real program, a real browser and a simulated ERP over HTTP.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use erp_sim::{Fault, Place, Trouble};
use serde_json::{Value, json};
use support::{
    Stack, eventually,
    orders::{ends_verified_and_once, ready_to_order, send_an_order, small_world, state},
};

#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_from_the_form_into_the_erp_exactly_once() {
    let stack = Stack::start(small_world()).await;
    stack.sign_in("agente1").await;

    let form = json!({ "sessionId": uuid::Uuid::from_bytes(rand::random()) });
    let synced = stack.post("/api/customers/smart-sync", &form).await;
    assert_eq!((&synced["success"], &synced["customersProcessed"]), (&json!(true), &json!(60)), "{synced}");
    let customers = stack.get("/api/customers?limit=500").await;
    assert_eq!(customers["total"], 60);

    stack.post("/api/sync/products", &Value::Null).await;
    stack.post("/api/sync/prices", &Value::Null).await;
    stack.post("/api/customers/resume-syncs", &form).await;
    eventually("products and prices are read", || async {
        let status = stack.get("/api/sync/status").await;
        let statuses = status["statuses"].as_array().unwrap().clone();
        let read =
            |kind: &str| statuses.iter().any(|row| row["type"] == kind && row["lastSuccess"].is_number());
        read("products") && read("prices")
    })
    .await;

    let customer = &customers["items"][0];
    let (id, marker) = send_an_order(&stack).await;
    stack.post(&format!("/api/drafts/{id}/place"), &json!({ "version": 1 })).await;
    eventually("the placement is verified", || async {
        let placement = stack.get(&format!("/api/placements/{id}")).await;
        assert_ne!(placement["state"], "rejected", "{placement}");
        assert_eq!(placement["differences"], json!([]), "{placement}");
        placement["state"] == "verified"
    })
    .await;
    let saved = stack.sim.records(|records| {
        records
            .orders
            .values()
            .filter(|order| order.customer_reference.contains(&marker))
            .cloned()
            .collect::<Vec<_>>()
    });
    assert_eq!(saved.len(), 1, "exactly one order");
    assert_eq!(json!(saved[0].customer), customer["id"]);
    assert_eq!(saved[0].lines.len(), 1);
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_was_being_typed_survives_the_death_of_the_server() {
    let mut stack = Stack::start(small_world()).await;
    ready_to_order(&stack).await;
    let (id, marker) = send_an_order(&stack).await;
    eventually("the form is being filled", || async { state(&stack, &id).await != "queued" }).await;
    stack.kill_and_start_again().await;
    ends_verified_and_once(&stack, &id, &marker).await;
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_was_being_saved_survives_the_death_of_the_server() {
    let mut stack = Stack::start(small_world()).await;
    ready_to_order(&stack).await;
    // Slow enough to be seen, and done although nobody waits for it any more.
    stack.sim.break_with(Fault::once(Place::Save, Trouble::Stall { ms: 1_500 }));
    let (id, marker) = send_an_order(&stack).await;
    eventually("it is being saved", || async {
        let state = state(&stack, &id).await;
        assert_ne!(state, "verified", "too quick to be seen");
        state == "saving"
    })
    .await;
    stack.kill_and_start_again().await;
    ends_verified_and_once(&stack, &id, &marker).await;
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_whose_save_got_no_answer_is_looked_up_before_it_is_typed_again() {
    let stack = Stack::start(small_world()).await;
    ready_to_order(&stack).await;
    for trouble in [Trouble::AnswerLost, Trouble::Status { status: 502 }] {
        stack.sim.break_with(Fault::once(Place::Save, trouble));
        let (id, marker) = send_an_order(&stack).await;
        ends_verified_and_once(&stack, &id, &marker).await;
    }
    stack.stop().await;
}
