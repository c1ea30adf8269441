//! Everything that can be broken on demand.

use erp_sim::{Fault, Place, Trouble};
use reqwest::Method;
use serde_json::{Value, json};

use super::bot::{Bot, start};

const CUSTOMERS: &str = "/Archibald/CUSTTABLE_ListView_Agent/";

#[tokio::test]
async fn exports_come_empty_truncated_late_or_not_at_all() {
    let sim = start().await;
    let bot = Bot::logged_in(&sim).await;
    let page = bot.page(CUSTOMERS).await;
    let whole = bot.export(&page, 6).await.bytes().await.expect("bytes").len();
    for (trouble, length) in [(Trouble::EmptyPdf, 0), (Trouble::TruncatedPdf { percent: 50 }, whole / 2)] {
        sim.break_with(Fault::once(Place::Export, trouble));
        assert_eq!(bot.export(&page, 6).await.bytes().await.expect("bytes").len(), length);
    }
    sim.break_with(Fault::once(Place::Export, Trouble::Status { status: 503 }));
    assert_eq!(bot.export(&page, 6).await.status(), 503);
    for trouble in [Trouble::Drop, Trouble::AnswerLost] {
        sim.break_with(Fault::once(Place::Export, trouble));
        let broken = match bot.try_export(&page, 6).await {
            Ok(response) => response.bytes().await.is_err(),
            Err(_) => true,
        };
        assert!(broken);
    }
    sim.break_with(Fault::once(Place::Export, Trouble::AnswerLate { ms: 300 }));
    let asked = std::time::Instant::now();
    assert_eq!(bot.export(&page, 6).await.bytes().await.expect("bytes").len(), whole);
    assert!(asked.elapsed() >= std::time::Duration::from_millis(300));
    assert!(!sim.has_faults_waiting(), "faults are used up");
}

#[tokio::test]
async fn a_fault_strikes_after_so_many_requests_and_so_often() {
    let sim = start().await;
    let bot = Bot::logged_in(&sim).await;
    let fault = json!({ "kind": "status", "status": 502, "on": "list", "entity": "customers", "after": 1, "count": 2 });
    assert_eq!(bot.tell(Method::PUT, "faults", fault).await.0, 200);
    let mut seen = Vec::new();
    for path in [CUSTOMERS, "/Archibald/INVENTTABLE_ListView/", CUSTOMERS, CUSTOMERS, CUSTOMERS] {
        seen.push(bot.get(path).await.status().as_u16());
    }
    assert_eq!(seen, [200, 200, 502, 502, 200]);
    assert_eq!(bot.control("faults").await, json!({ "faults": [] }));
}

#[tokio::test]
async fn unknown_fields_are_refused_by_name() {
    let sim = start().await;
    let bot = Bot::new(&sim);
    for (path, body) in [
        ("faults", json!({ "kind": "log_out", "afterwards": 2 })),
        ("faults", json!({ "kind": "status", "status": 500, "path": "export" })),
        ("customers", json!({ "name": "x", "fone": "1" })),
        ("products", json!({ "id": "012345K2", "name": "x", "prize": 1 })),
    ] {
        let (status, answer) = bot.tell(Method::POST, path, body).await;
        assert_eq!(status, 400, "{answer}");
        assert!(answer["error"].as_str().expect("a reason").starts_with("unknown field"), "{answer}");
    }
    let (status, _) = bot.tell(Method::POST, "faults", json!({ "kind": "earthquake" })).await;
    assert_eq!(status, 400);
    assert_eq!(bot.control("faults").await["faults"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn pages_come_blank_with_a_popup_or_with_another_caption() {
    let sim = start().await;
    let bot = Bot::logged_in(&sim).await;
    sim.break_with(Fault::once(Place::List, Trouble::BlankPage));
    assert_eq!(bot.page(CUSTOMERS).await.html, "");
    sim.break_with(Fault::once(Place::List, Trouble::Popup { text: "Manutenzione alle 18".to_owned() }));
    assert!(bot.page(CUSTOMERS).await.html.contains("Manutenzione alle 18"));
    let caption = Trouble::Caption { from: "Esportare in".to_owned(), to: "Esporta".to_owned() };
    sim.break_with(Fault::once(Place::List, caption));
    assert!(!bot.page(CUSTOMERS).await.html.contains("Esportare in"));
}

#[tokio::test]
async fn another_session_changes_the_filter_just_before_the_export() {
    let sim = start().await;
    let bot = Bot::logged_in(&sim).await;
    let page = bot.page(CUSTOMERS).await;
    bot.filter(&page, 7, "xaf_xaf_a1All_Customers").await;
    let value = "Active_Customers".to_owned();
    sim.break_with(Fault::once(Place::Export, Trouble::FilterSet { value }));
    bot.export(&page, 6).await;
    let subject = sim.log().pop().expect("an entry").subject;
    assert_eq!(subject, "customers Active_Customers");
}
