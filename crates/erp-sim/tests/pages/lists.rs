//! Lists, their filters, columns and exports.

use erp_sim::{Layout, Options};
use reqwest::Method;
use serde_json::json;

use super::bot::{Bot, between, small_world, start, start_with};

const CUSTOMERS: &str = "/Archibald/CUSTTABLE_ListView_Agent/";
const PRODUCTS: &str = "/Archibald/INVENTTABLE_ListView/";

#[tokio::test]
async fn lists_start_partial_and_the_chosen_filter_stays() {
    let sim = start().await;
    let bot = Bot::logged_in(&sim).await;
    let page = bot.page(CUSTOMERS).await;
    assert!(page.count() < 60, "the default filter is partial");
    assert!(page.html.contains("<span>Esportare in</span>"));
    assert_eq!(page.html.matches("Esportare in<").count(), 2, "captions stand there twice");
    bot.filter(&page, 7, "xaf_xaf_a1All_Customers").await;
    assert_eq!(bot.page(CUSTOMERS).await.count(), 120);

    let prices = bot.page("/Archibald/PRICEDISCTABLE_ListView/").await;
    assert!(prices.count() < 95);
    bot.filter(&prices, 4, "xaf_xaf_a1ActivePrices").await;
    assert_eq!(bot.page("/Archibald/PRICEDISCTABLE_ListView/").await.count(), 95);
}

#[tokio::test]
async fn products_start_with_a_saved_row_filter_and_hidden_columns() {
    let sim = start().await;
    let bot = Bot::logged_in(&sim).await;
    let page = bot.page(PRODUCTS).await;
    assert!(page.count() < 45);
    let number = page.number("Vertical_v5_");
    let grid = format!("Vertical$v5_{number}$LE_v5");
    let cleared = bot.callback(&page, &grid, "CLEARFILTER|", &[]).await;
    let html = cleared["updates"][0][1].as_str().expect("html");
    assert_eq!(between(html, "Count=", "<"), "90");
    assert_eq!(html.matches("dxgvHeader_XafTheme").count(), 18 + 2);
    assert_eq!(bot.page(PRODUCTS).await.count(), 90, "the cleared filter stays");
}

#[tokio::test]
async fn the_search_and_the_pager_work_on_the_server() {
    let sim = start().await;
    let bot = Bot::logged_in(&sim).await;
    let page = bot.page(CUSTOMERS).await;
    bot.filter(&page, 7, "xaf_xaf_a1All_Customers").await;
    let number = page.number("Vertical_v9_");
    let grid = format!("Vertical$v9_{number}$LE_v9");
    let turned = bot.callback(&page, &grid, "PAGERONCLICK|PN5", &[]).await;
    assert!(turned["updates"][0][1].as_str().expect("html").contains("_DXDataRow100\""));

    let (_, made) = bot.tell(Method::POST, "customers", json!({ "name": "Vattelapesca & Figli" })).await;
    let field = ("Vertical$SearchAC$Menu$ITCNT0$xaf_a0$Ed".to_owned(), "vattelapesca".to_owned());
    let found = bot.callback(&page, "Vertical_PopupWindowCallback", "Vertical$SearchAC|0", &[field]).await;
    let html = found["updates"][0][1].as_str().expect("html");
    assert!(html.contains("Vattelapesca &amp; Figli") && html.contains(&format!("data-key={}", made["id"])));
    assert_eq!(html.matches("_DXDataRow0\"").count(), 1);
}

#[tokio::test]
async fn an_export_is_an_attachment_named_by_the_language() {
    let sim = start().await;
    let bot = Bot::logged_in(&sim).await;
    let export = bot.export(&bot.page(CUSTOMERS).await, 6).await;
    assert_eq!(export.headers()["content-disposition"], "attachment; filename=\"Clienti.pdf\"");
    assert_eq!(export.headers()["content-type"], "application/pdf");
    let bytes = export.bytes().await.expect("bytes");
    assert!(bytes.starts_with(b"%PDF-1.4") && bytes.ends_with(b"%%EOF\r\n"));

    let english = Bot::speaking(&sim, "en-US");
    english.log_in("agente2", "demo").await;
    let page = english.page(PRODUCTS).await;
    assert!(page.html.contains("Export to") && page.html.contains("ITEM NAME"));
    let export = english.export(&page, 3).await;
    assert_eq!(export.headers()["content-disposition"], "attachment; filename=\"Products.pdf\"");
}

#[tokio::test]
async fn the_export_contains_a_customer_created_a_moment_ago() {
    let sim = start().await;
    let bot = Bot::logged_in(&sim).await;
    let page = bot.page(CUSTOMERS).await;
    bot.filter(&page, 7, "xaf_xaf_a1All_Customers").await;
    let before = bot.export(&page, 6).await.bytes().await.expect("bytes");
    let again = bot.export(&page, 6).await.bytes().await.expect("bytes");
    assert_eq!(before, again, "unchanged data has the same bytes");

    let (status, made) =
        bot.tell(Method::POST, "customers", json!({ "name": "Nuova", "phone": "+3901" })).await;
    assert_eq!(status, 201);
    let id = made["id"].as_str().expect("an id").to_owned();
    let after = bot.export(&page, 6).await.bytes().await.expect("bytes");
    assert_ne!(before, after);
    let (status, _) = bot.tell(Method::PATCH, &format!("customers/{id}"), json!({ "phone": "+3902" })).await;
    assert_eq!(status, 200);
    let truth = bot.control("truth/customers").await;
    let row = truth["rows"].as_array().expect("rows").last().expect("a row").clone();
    assert_eq!((row[2].as_str(), row[11].as_str()), (Some("Nuova"), Some("+3902")));
    assert_eq!(truth["totals"][0], "Count=121");
}

#[tokio::test]
async fn the_customers_export_has_eight_or_nine_pages_to_a_cycle() {
    for (layout, cycle) in [(Layout::January, 8), (Layout::Later, 9)] {
        let options = Options { layout, ..Options::default() };
        let sim = start_with(small_world().with_customers(3), options).await;
        let bot = Bot::logged_in(&sim).await;
        let page = bot.page(CUSTOMERS).await;
        bot.filter(&page, 7, "xaf_xaf_a1All_Customers").await;
        let bytes = bot.export(&page, 6).await.bytes().await.expect("bytes");
        let pages = bytes.windows(11).filter(|window| window == b"/Type/Page/").count();
        assert_eq!(pages, cycle);
    }
}
