//! Orders, transport documents and invoices: their lists' moods, their exports, their records.

use std::collections::{BTreeMap, BTreeSet};

use erp_sim::{FirstExport, Layout, Options, Records, Stage, World};
use serde_json::Value;

use super::bot::{Bot, Page, small_world, start, start_with};

const ORDERS: &str = "/Archibald/SALESTABLE_ListView_Agent/";
const DDT: &str = "/Archibald/CUSTPACKINGSLIPJOUR_ListView/";
const INVOICES: &str = "/Archibald/CUSTINVOICEJOUR_ListView/";

fn rows(html: &str) -> usize {
    html.matches("class=\"dxgvDataRow_XafTheme\"").count()
}

/// Chooses a filter and returns the grid as the callback draws it.
async fn choose(bot: &Bot, page: &Page, value: &str) -> String {
    let argument = format!("Vertical$mainMenu|4|xaf_xaf_a1{value}");
    let answer = bot.callback(page, "Vertical_PopupWindowCallback", &argument, &[]).await;
    answer["updates"][0][1].as_str().expect("html").to_owned()
}

fn pages(bytes: &[u8]) -> usize {
    bytes.windows(11).filter(|window| window == b"/Type/Page/").count()
}

#[tokio::test]
async fn transport_documents_and_invoices_open_empty_until_the_filter_changes() {
    let sim = start().await;
    let bot = Bot::logged_in(&sim).await;
    for (path, all, other) in [
        (DDT, "ListViewPackingSlipsAll", "ListViewPackingSlipsToday"),
        (INVOICES, "All_invoices", "Last3Months_invoices"),
    ] {
        let page = bot.page(path).await;
        assert!(page.html.contains("No data to display"), "{path}");
        choose(&bot, &page, other).await;
        assert!(rows(&choose(&bot, &page, all).await) > 0, "{path}");
        let again = bot.page(path).await;
        assert!(again.html.contains("No data to display"), "the filter stays, the rows do not: {path}");
        assert_eq!(
            rows(&choose(&bot, &again, all).await),
            0,
            "choosing what is chosen changes nothing: {path}"
        );
        let unloaded = bot.export(&again, 3).await.bytes().await.expect("bytes");
        assert!(path == DDT || pages(&unloaded) == 7, "one cycle with captions only");
        choose(&bot, &again, other).await;
        assert!(rows(&choose(&bot, &again, all).await) > 0, "{path}");
    }
}

#[tokio::test]
async fn the_first_press_of_export_on_transport_documents_brings_a_banner() {
    for (mood, presses) in [(FirstExport::File, 1), (FirstExport::PageWithBanner, 2)] {
        let sim = start_with(small_world(), Options { first_ddt_export: mood, ..Options::default() }).await;
        let bot = Bot::logged_in(&sim).await;
        let mut page = bot.page(DDT).await;
        choose(&bot, &page, "ListViewPackingSlipsAll").await;
        for press in 1..=presses {
            let answer = bot.export(&page, 3).await;
            let is_file = answer.headers()["content-type"] == "application/pdf";
            assert_eq!(is_file, press == presses, "{mood:?}, press {press}");
            if is_file {
                let name = &answer.headers()["content-disposition"];
                assert_eq!(name, "attachment; filename=\"Documenti di trasporto.pdf\"");
            } else {
                let html = answer.text().await.expect("text");
                assert!(html.contains("Requested objects cannot be loaded") && rows(&html) > 0);
                page = page.next(html);
            }
        }
    }

    let sim = start().await;
    let bot = Bot::logged_in(&sim).await;
    let page = bot.page(DDT).await;
    assert!(page.html.contains("'3','',false)"), "the first press calls the server and stays in the page");
    let answer = bot.callback(&page, "Vertical_PopupWindowCallback", "Vertical$mainMenu|3|", &[]).await;
    let updates = answer["updates"].to_string();
    assert!(updates.contains("Requested objects cannot be loaded") && updates.contains("'3','',true)"));
    assert_eq!(bot.export(&page, 3).await.headers()["content-type"], "application/pdf");
}

#[tokio::test]
async fn exports_have_the_measured_cycles_in_both_layouts() {
    for (layout, cycles) in [(Layout::January, [7, 6, 7]), (Layout::Later, [7, 7, 7])] {
        let world = small_world().with_orders(4).with_ddts(3).with_invoices(3);
        let options = Options { layout, first_ddt_export: FirstExport::File, ..Options::default() };
        let sim = start_with(world, options).await;
        let bot = Bot::logged_in(&sim).await;
        for (path, cycle) in [ORDERS, DDT, INVOICES].into_iter().zip(cycles) {
            let page = bot.page(path).await;
            let index = if path == ORDERS { 7 } else { 3 };
            let bytes = bot.export(&page, index).await.bytes().await.expect("bytes");
            assert_eq!(pages(&bytes), cycle, "{path} {layout:?}");
        }
        let titles = bot.control("truth/orders").await["columns"].to_string();
        assert_eq!(titles.contains("E-MAIL"), layout == Layout::Later);
    }
}

#[tokio::test]
async fn captions_statuses_and_amounts_are_printed_as_measured() {
    let sim = start().await;
    let bot = Bot::logged_in(&sim).await;
    let truth = bot.control("truth/ddt").await;
    let titles: Vec<&str> =
        truth["columns"].as_array().expect("columns").iter().filter_map(|c| c["title"].as_str()).collect();
    assert_eq!(titles.iter().filter(|title| **title == "NOME DI CONSEGNA").count(), 2);
    let rows = truth["rows"].as_array().expect("rows");
    assert!(rows.iter().all(|row| row[0] == ""), "the first column is always empty");
    assert_eq!(truth["totals"][1], format!("Count={}", rows.len()));
    let link = |row: &Value| row[12].as_str().is_some_and(|text| text.starts_with("<a href"));
    assert!(rows.iter().filter(|row| link(row)).count() * 10 > rows.len() * 7);

    let truth = bot.control("truth/invoices").await;
    assert!(!truth["totals"].to_string().contains("Count="), "invoices are not counted");
    let rows = truth["rows"].as_array().expect("rows");
    assert!(rows.iter().all(|row| !row[10].as_str().expect("text").contains('€')));

    let truth = bot.control("truth/orders?locale=en").await;
    assert!(truth["rows"].as_array().expect("rows").iter().any(|row| row[12] == "Packing slip:"));
}

#[test]
fn the_default_world_has_the_measured_mixture_of_documents() {
    let records = Records::of(&World::default());
    assert_eq!((records.orders.len(), records.ddts.len(), records.invoices.len()), (985, 1_132, 128));
    let mut per_order = BTreeMap::<u64, usize>::new();
    for record in records.ddts.values() {
        *per_order.entry(record.order).or_default() += 1;
    }
    assert_eq!(per_order.len(), 957);
    let several = per_order.values().filter(|count| **count > 1).count();
    assert!((130..=175).contains(&several) && per_order.values().all(|count| *count <= 4), "{several}");
    let credit_notes = records.invoices.keys().filter(|number| number.starts_with("NC/")).count();
    assert_eq!(credit_notes, 20);
    for record in records.invoices.values() {
        let invoice = &record.invoice;
        let is_credit_note = invoice.number.starts_with("NC/");
        assert_eq!(is_credit_note, invoice.amount < Some(domain::Cents(0)), "{}", invoice.number);
        let stage = records.orders[&record.order].stage;
        assert!(matches!(stage, Stage::Invoiced | Stage::PartlyInvoiced), "{stage:?}");
    }
    let numbers: BTreeSet<&str> = records.ddts.values().map(|record| record.ddt.number.as_str()).collect();
    assert_eq!(numbers.len(), 1_132, "every document has a number of its own");
    let fetched =
        records.ddts.values().filter(|r| r.ddt.delivery_mode.as_deref() == Some("Mittente")).count();
    assert!(fetched < 12, "{fetched}");
    let invoiced = records.orders.values().filter(|order| order.stage == Stage::Invoiced).count();
    assert_eq!(invoiced, 985 - 4 - 10 - 3);
}

#[test]
fn the_same_seed_gives_the_same_documents() {
    let shown = |seed: u64| {
        let records = Records::of(&small_world().with_seed(seed));
        format!("{:?} {:?}", records.ddts, records.invoices)
    };
    assert_eq!(shown(1), shown(1));
    assert_ne!(shown(1), shown(2));
}
