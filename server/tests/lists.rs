//! Reads lists through the real program and a real browser while the simulated ERP misbehaves, and looks at what is stored.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use erp_sim::{Deed, Entity, Fault, Place, Trouble, World};
use serde_json::{Value, json};
use support::{Stack, eventually};

const LISTS: [&str; 6] = ["customers", "products", "prices", "orders", "ddt", "invoices"];

fn world() -> World {
    World::default().with_customers(60).with_products(80).with_prices(90).with_orders(60)
}

/// One misfortune: what happens, on which list, and how the sync that meets it ends.
struct Misfortune {
    sentence: &'static str,
    list: &'static str,
    faults: Vec<Fault>,
    ends: &'static str,
}

fn misfortune(
    sentence: &'static str,
    list: &'static str,
    fault: Fault,
    count: u32,
    ends: &'static str,
) -> Misfortune {
    Misfortune { sentence, list, faults: vec![Fault { count, ..fault }], ends }
}

/// A fault is used up by the request it strikes, also by one of a web session that has just ended: where one must be met,
/// there are more.
fn misfortunes() -> Vec<Misfortune> {
    let on_export = |trouble| Fault::once(Place::Export, trouble);
    let on_list = |trouble| Fault::once(Place::List, trouble);
    let customers_only = Trouble::FilterSet { value: "Active_Customers".to_owned() };
    let this_week = Trouble::FilterSet { value: "ListViewSalesTableOrdersThisWeek".to_owned() };
    let renamed = Trouble::Caption { from: "TELEFONO:".to_owned(), to: "TELEFAX:".to_owned() };
    let english = Fault::once(Place::Any, Trouble::English);
    vec![
        misfortune(
            "the session ends while the export is made",
            "customers",
            on_export(Trouble::LogOut),
            1,
            "done",
        ),
        misfortune(
            "the session ends while products are exported",
            "products",
            on_export(Trouble::LogOut),
            1,
            "done",
        ),
        misfortune("the file has 0 bytes", "customers", on_export(Trouble::EmptyPdf), 9, "failed bad-export"),
        misfortune(
            "the file ends early",
            "orders",
            on_export(Trouble::TruncatedPdf { percent: 50 }),
            1,
            "failed bad-export",
        ),
        misfortune(
            "the agent sets a filter before the list opens",
            "orders",
            on_list(this_week.clone()),
            1,
            "done",
        ),
        misfortune(
            "the agent sets a filter before the export",
            "customers",
            on_export(customers_only),
            1,
            "done",
        ),
        misfortune(
            "the agent filters orders before each export",
            "orders",
            on_export(this_week),
            9,
            "failed bad-export",
        ),
        misfortune(
            "a filter hides most products once",
            "products",
            on_export(Trouble::GridFiltered),
            1,
            "done",
        ),
        misfortune(
            "a filter hides most products again and again",
            "products",
            on_export(Trouble::GridFiltered),
            9,
            "failed bad-export",
        ),
        misfortune("a banner comes instead of the file", "ddt", on_export(Trouble::Banner), 1, "done"),
        misfortune(
            "a banner comes every time",
            "invoices",
            on_export(Trouble::Banner),
            9,
            "failed bad-export",
        ),
        misfortune(
            "the export answers 503 once",
            "invoices",
            on_export(Trouble::Status { status: 503 }),
            1,
            "done",
        ),
        misfortune(
            "the list answers 503 once",
            "prices",
            on_list(Trouble::Status { status: 503 }),
            1,
            "done",
        ),
        misfortune(
            "the list was left at page 7",
            "products",
            on_list(Trouble::PageIndex { index: 7 }),
            9,
            "done",
        ),
        misfortune("a column has another caption", "customers", on_export(renamed), 9, "done"),
        misfortune("the ERP answers in English", "customers", english.clone(), 1_000, "done"),
        misfortune("the ERP answers in English", "prices", english, 1_000, "done"),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_erp_does_the_stored_rows_stay_as_they_are() {
    let stack = Stack::start(world()).await;
    read_all(&stack).await;
    let before = stored(&stack).await;
    assert_eq!(before["customers"].as_array().unwrap().len(), 60);
    let mut wrong = Vec::new();
    for Misfortune { sentence, list, faults, ends } in misfortunes() {
        for fault in faults {
            stack.sim.break_with(fault);
        }
        let ended = sync(&stack, list).await;
        stack.sim.mend();
        if ended != ends {
            wrong.push(format!("{sentence} ({list}): {ended} instead of {ends}"));
        }
        if stored(&stack).await != before {
            wrong.push(format!("{sentence} ({list}): the stored rows have changed"));
        }
        // Twice is what it takes to delete a row; and whatever happened, the next sync works.
        let (again, after) = (sync(&stack, list).await, stored(&stack).await);
        if again != "done" || after != before {
            wrong.push(format!("after that ({sentence}, {list}): {again}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_looks_unchanged_is_not_exported_until_it_changes_or_two_hours_have_passed() {
    let mut stack = Stack::start(world()).await;
    read_all(&stack).await;
    let exported = exports(&stack);
    let ended = after_minutes(&mut stack, 50).await;
    assert_eq!(
        ended,
        [
            "customers done",
            "ddt unchanged",
            "invoices unchanged",
            "orders unchanged",
            "prices unchanged",
            "products unchanged"
        ]
    );
    assert_eq!(exports(&stack), exported + 1, "only the customers, of which the ERP does not tell");

    stack.sim.records(|records| {
        let now = records.now();
        let newest = records.orders.values_mut().next_back().unwrap();
        (newest.description, newest.modified_at) = ("urgente davvero".to_owned(), now);
        records.touch(Entity::Orders);
        let (gone, _) = records.invoices.pop_first().unwrap();
        assert!(!gone.is_empty());
        records.touch(Entity::Invoices);
    });
    let ended = after_minutes(&mut stack, 50).await;
    assert_eq!(
        ended,
        [
            "customers done",
            "ddt unchanged",
            "invoices done",
            "orders done 1 changed",
            "prices unchanged",
            "products unchanged"
        ]
    );

    // What was last read whole 160 minutes ago is read again, products and prices only after six hours; and the invoice
    // that is gone is missed for the second time.
    let ended = after_minutes(&mut stack, 60).await;
    assert_eq!(
        ended,
        [
            "customers done",
            "ddt done",
            "invoices done",
            "orders unchanged",
            "prices unchanged",
            "products unchanged"
        ]
    );

    // Whoever asks gets the list read, however it looks.
    assert_eq!(sync(&stack, "products").await, "done");
    stack.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pass_that_was_being_stored_goes_on_after_a_crash_without_asking_the_erp_again() {
    let short_pages = ("ARCHIBALD_PAGE_ROWS_MAX", "5".to_owned());
    let world = World::default().with_customers(1_200).with_products(10).with_prices(10).with_orders(10);
    let mut stack = Stack::start_with(world, &[short_pages]).await;
    // The sign-in asks for customers by itself; whoever asked later would need a later reading.
    stack.sign_in("agente1").await;
    let total = async |stack: &Stack| stack.get("/api/customers?limit=1").await["total"].as_u64().unwrap();
    eventually("the first rows are to be seen", || async { total(&stack).await > 20 }).await;
    stack.kill_and_start_again().await;
    let before = total(&stack).await;
    assert!(before < 1_200, "it was all stored before it could be killed");
    eventually("all rows are there", || async { total(&stack).await == 1_200 }).await;
    eventually("the pass has ended", || async { last_ended(&stack, "customers").await.starts_with("done") })
        .await;
    assert_eq!(exports(&stack), 1);
    stack.stop().await;
}

/// Signs in, lets what that asks for end, and reads every list.
async fn read_all(stack: &Stack) {
    stack.sign_in("agente1").await;
    eventually("nothing runs", || async {
        let status = stack.get("/api/sync/status").await;
        ["currentSync", "queue"].iter().all(|tasks| status[*tasks].as_array().unwrap().is_empty())
    })
    .await;
    for list in LISTS {
        assert_eq!(sync(stack, list).await, "done", "{list}");
    }
}

/// Asks for a list and waits until that sync has ended; how it did.
async fn sync(stack: &Stack, list: &str) -> String {
    let ticket = stack.post(&format!("/api/sync/{list}"), &Value::Null).await["ticket"].clone();
    eventually("the sync has ended", || async { ending(stack, list, &ticket).await.is_some() }).await;
    let row = ending(stack, list, &ticket).await.unwrap();
    match row["error"].as_str() {
        Some(error) => format!("{} {error}", row["outcome"].as_str().unwrap()),
        None => row["outcome"].as_str().unwrap().to_owned(),
    }
}

async fn ending(stack: &Stack, list: &str, ticket: &Value) -> Option<Value> {
    let history = stack.get(&format!("/api/sync/history?type={list}")).await;
    history.as_array().unwrap().iter().find(|row| row["ticket"] == *ticket).cloned()
}

/// How the last sync of a list ended.
async fn last_ended(stack: &Stack, list: &str) -> String {
    let history = stack.get(&format!("/api/sync/history?type={list}")).await;
    let Some(row) = history.as_array().unwrap().first().cloned() else { return String::new() };
    let changed = row["new"].as_u64().unwrap_or(0) + row["updated"].as_u64().unwrap_or(0);
    let outcome = row["outcome"].as_str().unwrap();
    if changed == 0 { outcome.to_owned() } else { format!("{outcome} {changed} changed") }
}

/// Restarts the server as if it had been away for so long, and waits until the schedule has brought everything up to date.
async fn after_minutes(stack: &mut Stack, minutes: i64) -> Vec<String> {
    let history = async |stack: &Stack| stack.get("/api/sync/history").await.as_array().unwrap().len();
    let before = history(stack).await;
    stack.kill().await;
    let shift = minutes * 60_000;
    let control = format!(
        "UPDATE schedule SET next_due = 0;
         UPDATE last_outcomes SET success_began = success_began - {shift}, success_ended = success_ended - {shift}"
    );
    stack.change_file("control.db", &control).await;
    let passes =
        format!("UPDATE last_passes SET began_at = began_at - {shift}, ended_at = ended_at - {shift}");
    for file in ["catalog.db", "agents/agente1.db"] {
        stack.change_file(file, &passes).await;
    }
    stack.start_again().await;
    eventually("all lists were looked after", || async { history(stack).await >= before + LISTS.len() })
        .await;
    let mut ended = Vec::new();
    for list in LISTS {
        ended.push(format!("{list} {}", last_ended(stack, list).await));
    }
    ended.sort();
    ended
}

fn exports(stack: &Stack) -> usize {
    let made = |entry: &&erp_sim::Entry| entry.what == Deed::Export && entry.outcome == "ok";
    stack.sim.log().iter().filter(made).count()
}

/// Everything that is stored of the six lists, as the API tells it.
async fn stored(stack: &Stack) -> Value {
    let mut all = json!({});
    for list in LISTS {
        let mut items = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = stack.get(&format!("/api/{list}?limit=200{cursor}")).await;
            items.extend(page["items"].as_array().unwrap().iter().cloned());
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        all[list] = items.into();
    }
    all
}
