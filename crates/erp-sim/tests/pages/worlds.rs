//! The world from its seed, and the optional REST API.

use erp_sim::{Options, Place, Records, Trouble, World};

use super::bot::{Bot, small_world, start_with};

async fn customers_export(world: World) -> Vec<u8> {
    let sim = start_with(world, Options::default()).await;
    let bot = Bot::logged_in(&sim).await;
    let page = bot.page("/Archibald/CUSTTABLE_ListView_Agent/").await;
    bot.filter(&page, 7, "xaf_xaf_a1All_Customers").await;
    bot.export(&page, 6).await.bytes().await.expect("bytes").to_vec()
}

#[tokio::test]
async fn the_same_seed_gives_the_same_bytes() {
    let first = customers_export(small_world()).await;
    assert_eq!(first, customers_export(small_world()).await);
    assert_ne!(first, customers_export(small_world().with_seed(2)).await);
}

#[test]
fn the_default_world_has_the_measured_volumes_and_mixture() {
    let records = Records::of(&World::default());
    assert_eq!(
        (records.customers.len(), records.products.len(), records.prices.len()),
        (1_452, 4_530, 4_540)
    );
    let potential =
        records.customers.values().filter(|r| r.customer.kind.as_deref() == Some("PotDentiItal")).count();
    assert!((68..=76).contains(&(potential * 100 / 1_452)), "72 % are potential: {potential}");
    let idle = records.customers.values().filter(|r| r.customer.orders_current == Some(0)).count();
    assert!(idle * 100 / 1_452 >= 96, "almost nobody ordered this year: {idle}");
    let unpriced = records.products.values().filter(|product| records.price_of(product).is_none()).count();
    assert!(unpriced * 100 / 4_530 <= 6, "few articles have no price: {unpriced}");
    let names: Vec<&str> = records.customers.values().map(|r| r.customer.name.as_str()).collect();
    for sign in ["&", "\"", "/", "à", "'"] {
        assert!(names.iter().any(|name| name.contains(sign)), "no name with {sign}");
    }
    let mut variants = std::collections::BTreeMap::<&str, usize>::new();
    for product in records.products.values() {
        *variants.entry(&product.name).or_default() += 1;
    }
    assert!(
        variants.values().all(|count| (1..=3).contains(count)) && variants.values().any(|count| *count == 3)
    );
}

#[tokio::test]
async fn the_rest_api_is_off_by_default_and_gives_changes_when_on() {
    let sim = start_with(small_world(), Options::default()).await;
    assert_ne!(Bot::new(&sim).get("/api/customers").await.status(), 200);

    let sim = start_with(small_world(), Options { rest_api: true, ..Options::default() }).await;
    let bot = Bot::new(&sim);
    assert_eq!(bot.get("/api/customers").await.status(), 401);
    let id = sim.records(|records| {
        let (id, record) = records.customers.iter_mut().nth(7).expect("a customer");
        record.modified_at = time::macros::datetime!(2026-01-20 10:00);
        *id
    });
    let address = format!("{}/api/customers?modified_since=2026-01-20T09:30:00Z&limit=5", sim.base_url());
    let response = bot.client.get(&address).header("authorization", "Basic YWdlbnRlMTpkZW1v").send().await;
    let answer: serde_json::Value = response.expect("an answer").json().await.expect("JSON");
    assert_eq!(answer["total"], 1);
    assert_eq!(answer["customers"][0]["id"], id.to_string());
}

#[tokio::test]
async fn a_stopped_simulator_answers_nobody() {
    let sim = start_with(small_world(), Options::default()).await;
    let bot = Bot::logged_in(&sim).await;
    let address = format!("{}/Archibald/Default.aspx", sim.base_url());
    drop(sim);
    let answer = bot.client.get(&address).send().await;
    assert!(answer.is_err() || answer.expect("checked").bytes().await.is_err());
}

#[test]
fn a_world_can_be_broken_from_the_start() {
    let world = small_world().log_out_after(3).stall_export(std::time::Duration::from_secs(30));
    let printed = format!("{world:?}");
    assert!(
        printed.contains(&format!("{:?}", Trouble::Stall { ms: 30_000 }))
            && printed.contains(&format!("{:?}", Place::Export))
    );
}
