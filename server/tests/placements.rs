//! Shows what keeps an order single: repeated sending, restored data, a person's decision, taking it back.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::{fs, path::Path};

use erp_sim::{Deed, Fault, Place, Trouble};
use futures::future::join_all;
use reqwest::Method;
use serde_json::{Value, json};
use support::{
    Stack, eventually,
    orders::{
        ends_verified_and_once, orders_with, ready_to_order, send_an_order, small_world, state,
        write_an_order,
    },
};

async fn tap(stack: &Stack, id: &str) -> String {
    let path = format!("/api/drafts/{id}/place");
    let placement = stack.post(&path, &json!({ "version": 1 })).await;
    placement["marker"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn however_often_and_from_wherever_an_order_is_sent_there_is_one() {
    let stack = Stack::start(small_world()).await;
    ready_to_order(&stack).await;
    let id = write_an_order(&stack, 1).await;
    let mut markers = join_all((0..10).map(|_| tap(&stack, &id))).await;
    // A request whose answer is lost, and another device.
    let path = format!("/api/drafts/{id}/place");
    drop(stack.try_ask(Method::POST, &path, Some(&json!({ "version": 1 }))).await.unwrap());
    stack.sign_in("agente1").await;
    markers.push(tap(&stack, &id).await);
    markers.dedup();
    assert_eq!(markers.len(), 1, "{markers:?}");
    ends_verified_and_once(&stack, &id, &markers[0]).await;
    assert_eq!(tap(&stack, &id).await, markers[0], "also when it is long there");
    assert_eq!(stack.get("/api/placements").await.as_array().unwrap().len(), 1);
    // The same lines for the same customer, under another draft: that is asked about.
    let equal = write_an_order(&stack, 1).await;
    let draft = stack.get(&format!("/api/drafts/{equal}")).await;
    let concerns = stack.post(&format!("/api/drafts/{equal}/review"), &draft).await;
    let twin = concerns.as_array().unwrap().iter().find(|concern| concern["concern"] == "twin");
    assert!(twin.is_some_and(|twin| twin["minutes"].is_u64()), "{concerns}");
    stack.stop().await;
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap().map(Result::unwrap) {
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Puts a copy in the place of the data, as a restore does.
fn restore(copied: &Path, data: &Path) {
    for entry in fs::read_dir(data).unwrap().map(Result::unwrap) {
        if entry.file_type().unwrap().is_dir() {
            fs::remove_dir_all(entry.path()).unwrap();
        } else {
            fs::remove_file(entry.path()).unwrap();
        }
    }
    copy(copied, data);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_restore_from_an_older_copy_each_order_is_there_once() {
    let mut stack = Stack::start(small_world()).await;
    ready_to_order(&stack).await;
    let draft = write_an_order(&stack, 1).await;
    stack.sim.break_with(Fault::once(Place::Form, Trouble::Stall { ms: 4_000 }));
    let (typed, typed_marker) = send_an_order(&stack).await;
    eventually("the form is being filled", || async { state(&stack, &typed).await != "queued" }).await;
    stack.kill().await;
    let copied = tempfile::tempdir().unwrap();
    copy(stack.data(), copied.path());

    stack.start_again().await;
    ends_verified_and_once(&stack, &typed, &typed_marker).await;
    let draft_marker = tap(&stack, &draft).await;
    ends_verified_and_once(&stack, &draft, &draft_marker).await;
    stack.kill().await;
    restore(copied.path(), stack.data());

    stack.start_again().await;
    assert_ne!(state(&stack, &typed).await, "filling", "it is doubted before anything is typed");
    // The copy holds it as a draft, so the agent sends it again.
    assert_eq!(tap(&stack, &draft).await, draft_marker);
    ends_verified_and_once(&stack, &typed, &typed_marker).await;
    ends_verified_and_once(&stack, &draft, &draft_marker).await;
    stack.stop().await;
}

/// The ids and states a placement went through.
async fn way(stack: &Stack, id: &str) -> String {
    let log = stack.get(&format!("/api/placements/{id}/log")).await;
    let is_state = |entry: &&Value| {
        entry["took"].is_null()
            && !["look", "warning", "differences"].contains(&entry["what"].as_str().unwrap())
    };
    let entries = log.as_array().unwrap().iter().filter(is_state);
    entries.map(|entry| entry["what"].as_str().unwrap().to_owned()).collect::<Vec<_>>().join(" ")
}

/// An order that is not saved, beside one just like it that has lost its marker.
async fn doubtful(stack: &Stack) -> Value {
    stack.sim.break_with(Fault::once(Place::Save, Trouble::Status { status: 502 }));
    let (id, _) = send_an_order(stack).await;
    eventually("a person must decide", || async { state(stack, &id).await == "needs-attention" }).await;
    stack.get(&format!("/api/placements/{id}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn beside_a_near_twin_a_person_decides() {
    let stack = Stack::start(small_world()).await;
    ready_to_order(&stack).await;
    let (first, first_marker) = send_an_order(&stack).await;
    ends_verified_and_once(&stack, &first, &first_marker).await;
    // The same order, typed by hand.
    let (own, twin) = stack.sim.records(|records| {
        let own = records.orders.values().find(|order| order.placed_by.is_some()).unwrap().id;
        (own.to_string(), records.type_again(own, "").unwrap().to_string())
    });

    let there = doubtful(&stack).await;
    assert_eq!(there["seen"][0]["id"], json!(twin), "{there}");
    let id = there["draftId"].as_str().unwrap();
    let picture =
        stack.try_ask(Method::GET, &format!("/api/placements/{id}/screenshot"), None).await.unwrap();
    assert_eq!(picture.headers()["content-type"], "image/png");
    assert!(picture.bytes().await.unwrap().starts_with(b"\x89PNG"));
    let resolve = format!("/api/placements/{id}/resolve");
    let there_as = |number: &str| json!({ "decision": "already-placed", "number": number });
    let taken = stack.try_ask(Method::POST, &resolve, Some(&there_as(&own))).await.unwrap();
    assert_eq!(taken.status(), 409, "that is the first one's");
    stack.post(&resolve, &there_as("26123456")).await;
    eventually("it is asked again", || async {
        let placement = stack.get(&format!("/api/placements/{id}")).await;
        placement["reason"].as_str().is_some_and(|reason| reason.contains("26123456"))
    })
    .await;
    stack.post(&resolve, &there_as(&twin)).await;
    eventually("it is read back", || async { state(&stack, id).await == "verified" }).await;
    assert_eq!(orders_with(&stack, there["marker"].as_str().unwrap()), 0);
    assert_eq!(
        way(&stack, id).await,
        "queued filling armed saving unknown needs-attention placed needs-attention placed verified"
    );

    let again = doubtful(&stack).await;
    let (id, marker) = (again["draftId"].as_str().unwrap(), again["marker"].as_str().unwrap());
    stack.post(&format!("/api/placements/{id}/resolve"), &json!({ "decision": "repeat" })).await;
    ends_verified_and_once(&stack, id, marker).await;
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_person_insists_on_is_believed_and_compared() {
    let stack = Stack::start(small_world().with_orders(30)).await;
    ready_to_order(&stack).await;
    let (first, first_marker) = send_an_order(&stack).await;
    ends_verified_and_once(&stack, &first, &first_marker).await;
    let elses = stack.sim.records(|records| {
        let own = records.orders.values().find(|order| order.placed_by.is_some()).unwrap();
        let (id, customer) = (own.id, own.customer.clone());
        records.type_again(id, "").unwrap();
        records.orders.values().find(|order| order.customer != customer).unwrap().id
    });
    let there = doubtful(&stack).await;
    let id = there["draftId"].as_str().unwrap();
    let path = format!("/api/placements/{id}");
    let decision = json!({ "decision": "already-placed", "number": elses.to_string() });
    stack.post(&format!("{path}/resolve"), &decision).await;
    eventually("it is asked again", || async {
        let reason = stack.get(&path).await["reason"].clone();
        reason.as_str().is_some_and(|reason| reason.contains("è di un altro cliente"))
    })
    .await;
    stack.post(&format!("{path}/resolve"), &decision).await;
    eventually("it is compared", || async { stack.get(&path).await["differences"] != json!([]) }).await;
    let placed = stack.get(&path).await;
    assert_eq!(placed["state"], json!("placed"));
    let told = placed["differences"].to_string();
    assert!(told.contains("Cliente «"), "{told}");
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_save_that_fails_each_time_ends_with_a_person() {
    let settings = [("ARCHIBALD_TYPING_TRIES_MAX", "2".to_owned())];
    let stack = Stack::start_with(small_world(), &settings).await;
    ready_to_order(&stack).await;
    let down = Trouble::Status { status: 502 };
    stack.sim.break_with(Fault { count: 1_000, ..Fault::once(Place::Save, down) });
    let (id, marker) = send_an_order(&stack).await;
    eventually("a person is asked", || async { state(&stack, &id).await == "needs-attention" }).await;
    let path = format!("/api/placements/{id}");
    let asked = stack.get(&path).await;
    assert!(asked["reason"].as_str().unwrap().starts_with("Tentativi non riusciti: 2."), "{asked}");
    assert_eq!(orders_with(&stack, &marker), 0);
    stack.sim.mend();
    // Or it is wanted no more, or otherwise.
    let draft = stack.post(&format!("{path}/withdraw"), &Value::Null).await;
    assert_eq!(state(&stack, &id).await, "withdrawn");
    stack.post(&format!("/api/drafts/{id}/place"), &json!({ "version": draft["version"] })).await;
    ends_verified_and_once(&stack, &id, &marker).await;
    stack.stop().await;
}

fn sign_ins(stack: &Stack) -> usize {
    stack.sim.log().iter().filter(|entry| entry.what == Deed::Login).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn refused_orders_cost_no_sign_in_each() {
    let stack = Stack::start(small_world()).await;
    ready_to_order(&stack).await;
    let (first, marker) = send_an_order(&stack).await;
    ends_verified_and_once(&stack, &first, &marker).await;
    let before = sign_ins(&stack);
    let text = "Cliente bloccato".to_owned();
    stack.sim.break_with(Fault { count: 3, ..Fault::once(Place::Save, Trouble::SaveRefused { text }) });
    for _ in 0..3 {
        let (id, _) = send_an_order(&stack).await;
        eventually("it comes back", || async { state(&stack, &id).await == "rejected" }).await;
    }
    assert_eq!(sign_ins(&stack), before);

    eventually("the sync that follows an order is over", || async {
        let status = stack.get("/api/sync/status").await;
        status["currentSync"] == json!([]) && status["queue"] == json!([])
    })
    .await;
    // An ERP that ends each session at once is left alone after three attempts, each with the look before it.
    stack.sim.break_with(Fault { count: 1_000, ..Fault::once(Place::Form, Trouble::LogOut) });
    let (id, _) = send_an_order(&stack).await;
    let path = format!("/api/placements/{id}/retry");
    eventually("the login rests", || async {
        // Does not wait for the chores of the next minute.
        drop(stack.try_ask(Method::POST, &path, None).await);
        stack.get("/api/sync/status").await["logins"][0]["circuit"] == "open"
    })
    .await;
    assert!(sign_ins(&stack) - before <= 6, "{} sign-ins", sign_ins(&stack) - before);
    assert_eq!(state(&stack, &id).await, "queued");
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_waits_is_taken_back_and_the_others_go_on() {
    let stack = Stack::start(small_world()).await;
    ready_to_order(&stack).await;
    stack.sim.break_with(Fault::once(Place::Form, Trouble::Stall { ms: 4_000 }));
    let (first, first_marker) = send_an_order(&stack).await;
    let (second, second_marker) = send_an_order(&stack).await;
    let (third, third_marker) = send_an_order(&stack).await;
    let draft = stack.post(&format!("/api/placements/{second}/withdraw"), &Value::Null).await;
    assert_eq!(draft["id"], json!(second));
    assert_eq!(stack.get("/api/drafts").await[0]["id"], json!(second));
    ends_verified_and_once(&stack, &first, &first_marker).await;
    ends_verified_and_once(&stack, &third, &third_marker).await;
    assert_eq!((state(&stack, &second).await, orders_with(&stack, &second_marker)), (json!("withdrawn"), 0));
    let late = format!("/api/placements/{first}/withdraw");
    let late = stack.try_ask(Method::POST, &late, None).await.unwrap();
    assert_eq!(late.status(), 409);
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_order_does_not_hold_up_the_next_and_comes_back_with_its_line() {
    let stack = Stack::start(small_world()).await;
    ready_to_order(&stack).await;
    let id = write_an_order(&stack, 1).await;
    let mut draft = stack.get(&format!("/api/drafts/{id}")).await;
    draft["lines"][0]["article"] = json!("999999K9");
    draft["lines"][0]["name"] = json!("NESSUNO.000.000");
    stack.put(&format!("/api/drafts/{id}"), &draft).await;
    stack.post(&format!("/api/drafts/{id}/place"), &json!({ "version": 2 })).await;
    let (next, marker) = send_an_order(&stack).await;
    ends_verified_and_once(&stack, &next, &marker).await;
    let refused = stack.get(&format!("/api/placements/{id}")).await;
    assert_eq!((&refused["state"], &refused["refusedLine"]), (&json!("rejected"), &draft["lines"][0]["id"]));
    assert!(refused["reason"].as_str().unwrap().contains("999999K9"), "{refused}");
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_differs_in_the_erp_is_read_again_or_kept_so() {
    let stack = Stack::start(small_world()).await;
    ready_to_order(&stack).await;
    let differs = |id: String| {
        let stack = &stack;
        async move {
            let path = format!("/api/placements/{id}");
            eventually("a difference is told", || async {
                stack.get(&path).await["differences"] != json!([])
            })
            .await;
        }
    };
    stack.sim.break_with(Fault::once(Place::Save, Trouble::WrongQuantity { pieces: 1 }));
    let (id, _) = send_an_order(&stack).await;
    differs(id.clone()).await;
    // Somebody puts it right in the ERP.
    stack.sim.records(|records| {
        let order = records.orders.values_mut().find(|order| order.placed_by.is_some()).unwrap();
        let line = &mut order.lines[0];
        let (found, sent) = (line.quantity.0, line.quantity.0 - domain::Quantity::pieces(1).0);
        line.quantity.0 = sent;
        for amount in [&mut line.amount, &mut order.gross, &mut order.total] {
            amount.0 = amount.0 * sent / found;
        }
    });
    stack.post(&format!("/api/placements/{id}/retry"), &Value::Null).await;
    eventually("it is read again", || async { state(&stack, &id).await == "verified" }).await;
    assert_eq!(stack.get(&format!("/api/placements/{id}")).await["differences"], json!([]));

    stack.sim.break_with(Fault::once(Place::Save, Trouble::WrongQuantity { pieces: 1 }));
    let (id, _) = send_an_order(&stack).await;
    differs(id.clone()).await;
    let kept = stack.post(&format!("/api/placements/{id}/accept"), &Value::Null).await;
    assert_eq!(kept["state"], json!("verified"));
    assert_ne!(kept["differences"], json!([]), "what was accepted stays known");
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_cannot_be_read_is_shown_to_a_person() {
    let stack = Stack::start(small_world()).await;
    ready_to_order(&stack).await;
    let hidden = Trouble::Caption { from: "RIFERIMENTO CLIENTE".to_owned(), to: "Diverso".to_owned() };
    stack.sim.break_with(Fault { count: 1_000, ..Fault::once(Place::Any, hidden) });
    let (id, marker) = send_an_order(&stack).await;
    let path = format!("/api/placements/{id}");
    eventually("a person is asked", || async {
        // Does not wait for the chores of the next minute.
        drop(stack.try_ask(Method::POST, &format!("{path}/retry"), None).await);
        state(&stack, &id).await == "needs-attention"
    })
    .await;
    let asked = stack.get(&path).await;
    assert!(asked["reason"].as_str().unwrap().contains("non si legge"), "{asked}");
    assert!(asked["screenshot"].is_string());
    // An id opens the order whatever the list shows.
    let saved = stack.sim.records(|records| {
        records.orders.values().find(|order| order.customer_reference.contains(&marker)).unwrap().id
    });
    let decision = json!({ "decision": "already-placed", "number": saved.to_string() });
    stack.post(&format!("{path}/resolve"), &decision).await;
    ends_verified_and_once(&stack, &id, &marker).await;
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_that_never_gets_through_goes_back_to_its_agent_in_their_words() {
    let settings = [("ARCHIBALD_TYPING_TRIES_MAX", "1".to_owned())];
    let stack = Stack::start_with(small_world(), &settings).await;
    ready_to_order(&stack).await;
    let down = Trouble::Status { status: 502 };
    stack.sim.break_with(Fault { count: 1_000, ..Fault::once(Place::LineUpdate, down) });
    let (id, marker) = send_an_order(&stack).await;
    eventually("it comes back", || async { state(&stack, &id).await == "rejected" }).await;
    let back = stack.get(&format!("/api/placements/{id}")).await;
    assert!(back["reason"].as_str().unwrap().contains("nulla è stato salvato"), "{back}");
    assert_eq!((&back["refusedLine"], orders_with(&stack, &marker)), (&back["order"]["lines"][0]["id"], 0));

    stack.sim.mend();
    stack.sim.records(|records| records.customers.values_mut().for_each(|customer| customer.broken = true));
    let (id, _) = send_an_order(&stack).await;
    eventually("it comes back too", || async { state(&stack, &id).await == "rejected" }).await;
    let back = stack.get(&format!("/api/placements/{id}")).await;
    assert!(back["reason"].as_str().unwrap().starts_with("Il cliente non si apre"), "{back}");
    stack.stop().await;
}

/// Sends an order into a fault and answers its end: the state, whether differences were told, and what the ERP holds.
async fn end_of(stack: &Stack, faults: Vec<Fault>) -> (String, bool, usize) {
    stack.sim.mend();
    for fault in faults {
        stack.sim.break_with(fault);
    }
    let (id, marker) = send_an_order(stack).await;
    let path = format!("/api/placements/{id}");
    eventually("nothing more happens by itself", || async {
        let placement = stack.get(&path).await;
        let different = placement["differences"] != json!([]);
        let state = placement["state"].as_str().unwrap();
        matches!(state, "verified" | "rejected" | "needs-attention") || (state == "placed" && different)
    })
    .await;
    let placement = stack.get(&path).await;
    let state = placement["state"].as_str().unwrap().to_owned();
    (state, placement["differences"] != json!([]), orders_with(stack, &marker))
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_erp_does_wrong_the_end_says_what_it_holds() {
    let stack = Stack::start(small_world()).await;
    ready_to_order(&stack).await;
    let text = || "Attenzione".to_owned();
    let caption = |from: &str| Trouble::Caption { from: from.to_owned(), to: "Diverso".to_owned() };
    let once = |place, trouble| vec![Fault::once(place, trouble)];
    let always = |trouble| vec![Fault { count: 1_000, ..Fault::once(Place::Any, trouble) }];
    let once_there = ("verified", false, 1);
    for (what, faults, expected) in [
        ("500 for the form", once(Place::Form, Trouble::Status { status: 500 }), once_there),
        ("502 for a line", once(Place::LineUpdate, Trouble::Status { status: 502 }), once_there),
        ("500 for the save", once(Place::Save, Trouble::Status { status: 500 }), once_there),
        ("a blank form", once(Place::Form, Trouble::BlankPage), once_there),
        ("a slow save", once(Place::Save, Trouble::Stall { ms: 3_000 }), once_there),
        ("a session that ends in the form", once(Place::LineUpdate, Trouble::LogOut), once_there),
        ("a session that ends at the save", once(Place::Save, Trouble::LogOut), once_there),
        ("a window over the form", once(Place::Form, Trouble::Popup { text: text() }), once_there),
        ("a list that lags", once(Place::Save, Trouble::ListLag { ms: 3_000 }), once_there),
        ("a save without an answer", once(Place::Save, Trouble::AnswerLost), once_there),
        ("a warning", once(Place::Save, Trouble::SaveWarning { text: text() }), once_there),
        ("a changed caption", always(caption("QTÀ ORDINATA")), ("rejected", false, 0)),
        ("a refusal", once(Place::Save, Trouble::SaveRefused { text: text() }), ("rejected", false, 0)),
        ("another quantity", once(Place::Save, Trouble::WrongQuantity { pieces: 1 }), ("placed", true, 1)),
        ("another total", once(Place::Save, Trouble::DiscountReturns), ("placed", true, 1)),
        ("a double save", once(Place::Save, Trouble::SavedTwice), ("needs-attention", false, 2)),
    ] {
        let (state, different, orders) = end_of(&stack, faults).await;
        assert_eq!((state.as_str(), different, orders), expected, "{what}");
    }
    stack.stop().await;
}
