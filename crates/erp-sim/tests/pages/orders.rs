//! The order form: its traps, its saves, and what the ERP holds afterwards.

use std::time::{Duration, Instant};

use erp_sim::{Fault, Options, Place, RunningSim, Trouble};
use reqwest::Method;
use serde_json::{Value, json};

use super::bot::{Bot, Page, between, small_world, start, start_with};

/// One open order form.
struct Form {
    bot: Bot,
    page: Page,
    number: String,
}

impl Form {
    async fn open(sim: &RunningSim) -> Self {
        let bot = Bot::logged_in(sim).await;
        let page = bot.page("/Archibald/SALESTABLE_DetailViewAgent/?NewObject=true").await;
        let number = page.number("Vertical_v7_");
        Self { bot, page, number }
    }

    fn name(&self, layout: &str, field: &str) -> String {
        format!("Vertical$v7_{}$MainLayoutEdit$xaf_l1$pg$xaf_l{layout}$xaf_dvi{field}_Edit", self.number)
    }

    fn grid(&self) -> String {
        let inner = self.number.parse::<u64>().expect("a number") / 7 + 11;
        let layout = format!("Vertical$v7_{}$MainLayoutEdit$xaf_l477$pg$xaf_l483", self.number);
        format!("{layout}$xaf_dviSALESLINEs_v6_{inner}$LE_v6")
    }

    fn row_field(&self, column: u16, field: &str) -> String {
        format!("{}$editnew_{column}$xaf_{field}_Edit", self.grid())
    }

    async fn choose_customer(&self, id: &str) -> Value {
        self.bot.callback(&self.page, &self.name("20", "CUSTTABLE"), &format!("SELECT|{id}"), &[]).await
    }

    async fn line(&self, command: &str, fields: &[(String, String)]) -> String {
        self.bot.callback(&self.page, &self.grid(), command, fields).await.to_string()
    }

    /// Adds a line of an article with the quantity the form suggests.
    async fn add(&self, article: &str, discount: &str) -> String {
        self.line("ADDNEW|", &[]).await;
        self.line(&format!("SELECTARTICLE|{article}"), &[]).await;
        let discount = (self.row_field(23, "MANUALDISCOUNT"), discount.to_owned());
        self.line("UPDATEEDIT|", &[discount]).await
    }

    async fn save(&self, item: &str, fields: &[(String, String)]) -> reqwest::Result<reqwest::Response> {
        let argument = format!("Vertical$mainMenu|{item}");
        self.bot.try_callback(&self.page, "Vertical_PopupWindowCallback", &argument, fields).await
    }

    async fn orders(&self) -> Value {
        self.bot.control("orders").await
    }
}

/// A customer whose orders start with the 20 % group and who has a second address, and an article sold by fives.
async fn customer_and_article(form: &Form) -> (String, &'static str) {
    let second = json!({ "name": "Magazzino", "street": "Via Due, 2", "zip": "00002", "city": "Secondo RM" });
    let body = json!({ "name": "Trappola", "street": "Via Uno, 1", "zip": "00001", "city": "Primo RM", "addresses": [second] });
    let (_, customer) = form.bot.tell(Method::POST, "customers", body).await;
    let article = json!({
        "id": "777777K2", "name": "ZZ9.104.001", "searchName": "ZZ9.104.001", "packageContent": 500,
        "quantityMinimum": 500, "quantityMultiple": 500, "unitPrice": 1_000,
    });
    assert_eq!(form.bot.tell(Method::POST, "products", article).await.0, 201);
    (customer["id"].as_str().expect("an id").to_owned(), "777777K2")
}

#[tokio::test]
async fn an_order_is_saved_with_its_lines_reference_and_address() {
    let sim = start().await;
    let form = Form::open(&sim).await;
    assert!(!form.page.html.contains("['AddNew']"), "no line before there is a customer");
    let (customer, article) = customer_and_article(&form).await;
    let chosen = form.choose_customer(&customer).await.to_string();
    assert!(chosen.contains("['AddNew']") && chosen.contains("No data to display"));
    assert!(chosen.contains("Discount to get street price"));
    form.add(article, "10").await;

    let fields = [
        (form.name("24", "CUSTOMERREF"), "A7K3-9QF2".to_owned()),
        (form.name("33", "TEXTEXTERNAL"), "Suonare\r\ndue volte".to_owned()),
        (form.name("58", "DELIVERYDATE"), "02/02/2026".to_owned()),
        (form.name("75", "MANUALDISCOUNT"), "5".to_owned()),
        (form.name("71", "LINEDISC") + "$dropdown$DD_VI", String::new()),
        (form.name("61", "DELIVERYPOSTALADDRESS") + "$dropdown$DD_VI", "1".to_owned()),
    ];
    let answer = form.save("1i1", &fields).await.expect("an answer").text().await.expect("text");
    assert!(answer.contains("SALESTABLE_ListView_Agent"));
    let orders = form.orders().await;
    assert_eq!((&orders["count"], &orders["markers"]["A7K3-9QF2"]), (&json!(1), &json!(1)));
    let order = &orders["orders"][0];
    assert_eq!((order["gross"].clone(), order["total"].clone()), (json!(4_500), json!(4_275)));
    assert_eq!(order["lines"][0]["quantity"], 500, "the smallest package was filled in");
    assert_eq!(
        (order["lines"][0]["discount"].clone(), order["lines"][0]["systemDiscount"].clone()),
        (json!(1_000), json!(0))
    );
    assert_eq!(order["delivery"]["street"], "Via Due, 2");
    assert_eq!(order["textExternal"], "Suonare\ndue volte");
    assert_eq!(order["pending"], true);

    let list = form.bot.page("/Archibald/SALESTABLE_ListView_Agent/").await;
    let search = ("Vertical$SearchAC$Menu$ITCNT0$xaf_a0$Ed".to_owned(), "A7K3-9QF2".to_owned());
    let found =
        form.bot.callback(&list, "Vertical_PopupWindowCallback", "Vertical$SearchAC|0", &[search]).await;
    assert!(found["updates"][0][1].as_str().expect("html").contains("Count=1<"));
    let truth = form.bot.control("truth/orders").await;
    let row = &truth["rows"][0];
    assert_eq!(
        (&row[1], &row[2], &row[14]),
        (&json!(""), &json!(""), &json!("Modifica")),
        "pending, at the top"
    );
    assert_eq!((&row[9], &row[20]), (&json!("A7K3-9QF2"), &json!("42,75 €")));
    let id = order["id"].as_str().expect("an id");
    let view = form.bot.page(&format!("/Archibald/SALESTABLE_DetailViewAgent/{id}/?mode=View")).await;
    assert!(
        view.html.contains("777777K2")
            && view.html.contains("A7K3-9QF2")
            && !view.html.contains("['AddNew']")
    );
}

#[tokio::test]
async fn the_discount_group_adds_twenty_percent_until_it_is_cleared() {
    let sim = start().await;
    let form = Form::open(&sim).await;
    let (customer, article) = customer_and_article(&form).await;
    form.choose_customer(&customer).await;
    assert!(form.add(article, "10").await.contains("20,00 %"));
    let saved = form.save("1i0", &[]).await.expect("an answer").text().await.expect("text");
    assert!(saved.contains("20,00 %") && saved.contains("36,00 €"), "50 × 0,8 × 0,9");
    assert!(between(&saved, "\"address\":\"", "\"").contains("/Archibald/SALESTABLE_DetailViewAgent/"));

    let cleared = (form.name("71", "LINEDISC") + "$dropdown$DD_VI", String::new());
    let saved = form.save("1i0", &[cleared]).await.expect("an answer").text().await.expect("text");
    assert!(!saved.contains("20,00 %") && saved.contains("45,00 €"));
    assert_eq!(form.orders().await["count"], 1, "both saves are one order");
}

#[tokio::test]
async fn a_line_callback_resets_the_delivery_address() {
    let sim = start().await;
    let form = Form::open(&sim).await;
    let (customer, article) = customer_and_article(&form).await;
    form.choose_customer(&customer).await;
    let address = (form.name("61", "DELIVERYPOSTALADDRESS") + "$dropdown$DD_VI", "1".to_owned());
    form.line("CANCELEDIT|", std::slice::from_ref(&address)).await;
    form.add(article, "0").await;
    form.save("1i1", &[]).await.expect("an answer");
    assert_eq!(form.orders().await["orders"][0]["delivery"]["street"], "Via Uno, 1");
}

#[tokio::test]
async fn a_quantity_that_does_not_fit_the_package_is_slow_and_refused() {
    let stall = Duration::from_millis(300);
    let sim = start_with(small_world(), Options { wrong_variant_stall: stall, ..Options::default() }).await;
    let form = Form::open(&sim).await;
    let (customer, article) = customer_and_article(&form).await;
    form.choose_customer(&customer).await;
    form.line("ADDNEW|", &[]).await;
    form.line(&format!("SELECTARTICLE|{article}"), &[]).await;
    let began = Instant::now();
    let answer = form.line("UPDATEEDIT|", &[(form.row_field(25, "QTYORDERED"), "2".to_owned())]).await;
    assert!(answer.contains("multiplo di 5,00") && answer.contains("editnew"));
    assert!(began.elapsed() >= stall);
}

#[tokio::test]
async fn saving_says_what_is_missing() {
    let sim = start().await;
    let form = Form::open(&sim).await;
    let answer = form.save("1i1", &[]).await.expect("an answer").text().await.expect("text");
    assert!(answer.contains("Cliente: non deve essere vuoto") && answer.contains("Linee di vendita"));
    let (customer, article) = customer_and_article(&form).await;
    form.choose_customer(&customer).await;
    form.add(article, "0").await;
    sim.break_with(Fault::once(Place::Save, Trouble::SaveRefused { text: "Fido superato".to_owned() }));
    let answer = form.save("1i1", &[]).await.expect("an answer").text().await.expect("text");
    assert!(answer.contains("Fido superato"));
    assert_eq!(form.orders().await["count"], 0);
}

#[tokio::test]
async fn an_order_can_be_saved_although_the_answer_never_comes_and_rolled_back_although_it_does() {
    let sim = start().await;
    let form = Form::open(&sim).await;
    let (customer, article) = customer_and_article(&form).await;
    form.choose_customer(&customer).await;
    form.add(article, "0").await;
    sim.break_with(Fault::once(Place::Save, Trouble::RolledBack));
    let answer = form.save("1i0", &[]).await.expect("an answer").text().await.expect("text");
    assert!(answer.contains("\"address\":"));
    assert_eq!(form.orders().await["count"], 0);

    sim.break_with(Fault::once(Place::Save, Trouble::AnswerLost));
    let lost = match form.save("1i1", &[]).await {
        Ok(response) => response.text().await.is_err(),
        Err(_) => true,
    };
    assert!(lost);
    assert_eq!(form.orders().await["count"], 1);
}

#[tokio::test]
async fn the_full_name_may_find_one_variant_only() {
    let sim = start().await;
    let form = Form::open(&sim).await;
    let (customer, _) = customer_and_article(&form).await;
    form.choose_customer(&customer).await;
    form.line("ADDNEW|", &[]).await;
    for (id, content) in [("888888K1", 100), ("888888K2", 500)] {
        // The letters of this name add up to an even number, which makes the search moody.
        let body =
            json!({ "id": id, "name": "QQ.104.03", "searchName": "QQ.104.03", "packageContent": content });
        form.bot.tell(Method::POST, "products", body).await;
    }
    let lookup = form.row_field(12, "INVENTTABLE");
    let rows = async |text: &str| {
        let answer = form.bot.callback(&form.page, &lookup, &format!("FILTER|{text}"), &[]).await.to_string();
        answer.matches("data-key=").count()
    };
    assert_eq!((rows("qq").await, rows("QQ.104.03").await), (2, 1));
}
