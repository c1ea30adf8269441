//! Logging in, being sent to the login page, and the session's lock.

use std::time::Duration;

use erp_sim::{Deed, Fault, Options, Place, Trouble};

use super::bot::{Bot, small_world, start, start_with};

fn location(response: &reqwest::Response) -> String {
    response.headers()["location"].to_str().expect("text").to_owned()
}

#[tokio::test]
async fn a_protected_page_leads_to_the_login_and_repeats_its_query() {
    let sim = start().await;
    let response = Bot::new(&sim).get("/Archibald/SALESTABLE_DetailViewAgent/?NewObject=true").await;
    assert_eq!(response.status(), 302);
    assert_eq!(
        location(&response),
        "/Archibald/Login.aspx?ReturnUrl=%2fArchibald%2fSALESTABLE_DetailViewAgent%2f%3fNewObject%3dtrue&NewObject=true"
    );
}

#[tokio::test]
async fn the_right_password_redirects_and_a_wrong_one_says_so_on_the_page() {
    let sim = start().await;
    let bot = Bot::new(&sim);
    let refused = bot.log_in("agente1", "sbagliata").await;
    assert!(refused["redirect"].is_null());
    assert!(refused["updates"].to_string().contains("dxeErrorCell"));
    assert_eq!(bot.get("/Archibald/Default.aspx").await.status(), 302);

    let granted = bot.log_in("AGENTE1", "demo").await;
    assert_eq!(granted["redirect"], "/Archibald/Default.aspx");
    assert_eq!(bot.get("/Archibald/Default.aspx").await.status(), 200);
    let outcomes: Vec<String> =
        sim.log().into_iter().filter(|entry| entry.what == Deed::Login).map(|entry| entry.outcome).collect();
    assert_eq!(outcomes, ["refused", "ok"]);
}

#[tokio::test]
async fn field_names_of_an_earlier_rendering_do_not_log_in() {
    let sim = start().await;
    let bot = Bot::new(&sim);
    let old = bot.page("/Archibald/Login.aspx").await;
    let new = bot.page("/Archibald/Login.aspx").await;
    let number = old.number("Logon_v0_");
    assert_ne!(number, new.number("Logon_v0_"));
    let name =
        |layout, field| format!("Logon$v0_{number}$MainLayoutEdit$xaf_l12$xaf_l{layout}$xaf_dvi{field}_Edit");
    let fields =
        [(name("30", "UserName"), "agente1".to_owned()), (name("35", "Password"), "demo".to_owned())];
    let answer = bot.callback(&new, "Logon_PopupWindowCallback", "Logon$PopupActions|0", &fields).await;
    assert!(answer["redirect"].is_null());
}

#[tokio::test]
async fn a_session_serves_one_request_after_another_even_when_the_client_has_gone() {
    let sim = start().await;
    let bot = Bot::logged_in(&sim).await;
    sim.break_with(Fault::once(Place::List, Trouble::Stall { ms: 400 }));
    let address = format!("{}/Archibald/CUSTTABLE_ListView_Agent/", sim.base_url());
    let gone = bot.client.get(&address).timeout(Duration::from_millis(60)).send().await;
    assert!(gone.is_err_and(|error| error.is_timeout()));

    bot.page("/Archibald/Default.aspx").await;
    let log = sim.log();
    let [first, second] = &log[log.len() - 2..] else { panic!("two entries") };
    assert!(
        first.subject.contains("CUSTTABLE") && first.outcome == "ok",
        "the stalled page was finished: {first:?}"
    );
    assert!(second.started_at >= first.ended_at, "{first:?} {second:?}");
    assert!(second.received_at < first.ended_at, "the second one had to wait");
}

#[tokio::test]
async fn two_sessions_of_one_account_run_side_by_side_and_share_the_filter() {
    let sim = start().await;
    let (one, other) = (Bot::logged_in(&sim).await, Bot::logged_in(&sim).await);
    sim.break_with(Fault::once(Place::List, Trouble::Stall { ms: 60_000 }));
    let address = format!("{}/Archibald/CUSTTABLE_ListView_Agent/", sim.base_url());
    let stalled = one.client.get(&address).timeout(Duration::from_millis(60)).send().await;
    assert!(stalled.is_err());
    let page = other.page("/Archibald/CUSTTABLE_ListView_Agent/").await;
    other.filter(&page, 7, "xaf_xaf_a1All_Customers").await;
    assert_eq!(Bot::logged_in(&sim).await.page("/Archibald/CUSTTABLE_ListView_Agent/").await.count(), 120);
}

#[tokio::test]
async fn an_idle_session_is_gone() {
    let options = Options { idle_expiry: Duration::ZERO, ..Options::default() };
    let sim = start_with(small_world(), options).await;
    let bot = Bot::logged_in(&sim).await;
    assert_eq!(bot.get("/Archibald/Default.aspx").await.status(), 302);
}

#[tokio::test]
async fn a_login_can_be_refused_lost_and_ended() {
    let sim = start_with(small_world().log_out_after(4), Options::default()).await;
    let bot = Bot::logged_in(&sim).await;
    bot.page("/Archibald/Default.aspx").await;
    bot.page("/Archibald/Default.aspx").await;
    assert_eq!(bot.get("/Archibald/Default.aspx").await.status(), 302, "the fifth request finds no login");
    sim.break_with(Fault::once(Place::Login, Trouble::LoginRefused { text: "Utente bloccato".to_owned() }));
    assert!(bot.log_in("agente1", "demo").await["updates"].to_string().contains("Utente bloccato"));
    bot.log_in("agente1", "demo").await;
    let (status, _) = bot.tell(reqwest::Method::DELETE, "sessions/agente1", serde_json::Value::Null).await;
    assert_eq!(status, 204);
    assert_eq!(bot.get("/Archibald/Default.aspx").await.status(), 302);
}
