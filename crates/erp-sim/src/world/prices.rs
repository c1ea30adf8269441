//! Invents the price list (facts/erp.md §3.5): most rows name the article id, some only the suffix, a few nothing known.

use std::collections::BTreeMap;

use domain::{ArticleId, Cents, ErpId, Price, Product, Quantity};
use fastrand::Rng;
use time::{Date, Duration, Month, PrimitiveDateTime, Time};

use super::{World, generator};

/// One row of the price list as the ERP keeps it.
#[derive(Debug, Clone)]
pub struct PriceRecord {
    /// What its row says, typed: the truth a reader is compared with.
    pub price: Price,
    /// `MODIFIEDDATETIME`.
    pub modified_at: PrimitiveDateTime,
}

/// All price-list rows of the world, by id.
pub(super) fn generate(world: &World, products: &BTreeMap<ArticleId, Product>) -> BTreeMap<u64, PriceRecord> {
    let mut rng = generator(world.seed, 3);
    let articles: Vec<&Product> = products.values().collect();
    let mut id = 900_u64;
    let mut all = BTreeMap::new();
    for index in 0..world.prices {
        id += rng.u64(1..12);
        // Every article has a row first; what is left over repeats articles with a quantity break, or knows none.
        let article = articles.get(index % articles.len().max(1)).copied();
        let again = index >= articles.len();
        let price = price(&mut rng, id, article, again, world);
        // Rows are modified on the evening before they begin to count.
        let day = price.from.unwrap_or(world.today) - Duration::days(1);
        let modified_at = PrimitiveDateTime::new(day, Time::MIDNIGHT + Duration::hours(19));
        all.insert(id, PriceRecord { price, modified_at });
    }
    all
}

/// The list price of an article for one piece, in cents; the same wherever it is asked.
fn list_price(article: &Product) -> i64 {
    let digits: i64 =
        article.id.as_str().chars().filter_map(|c| c.to_digit(10)).map(i64::from).fold(7, |a, d| a * 31 + d);
    250 + digits.rem_euclid(24_000)
}

fn price(rng: &mut Rng, id: u64, article: Option<&Product>, again: bool, world: &World) -> Price {
    let full = article.map_or(12_345, list_price);
    let dice = rng.u8(0..100);
    let selection = article.and_then(|article| match dice {
        0..=76 => Some(article.id.as_str().to_owned()),
        77..=95 => article.package.clone(),
        _ => None,
    });
    let description = article.map(|article| match dice {
        96 | 97 => article.name.to_lowercase().replace('.', " "),
        98 | 99 => format!("ex {}", article.name),
        _ => article.name.clone(),
    });
    // A tenth of the prices began this year, the others in the years before.
    let year = world.today.year() - if rng.u8(0..10) == 0 { 0 } else { rng.i32(1..4) };
    let from = Date::from_calendar_date(year, Month::January, 1).expect("every year has a first day");
    Price {
        id: ErpId::try_from(id.to_string()).expect("digits are an id"),
        account_code: Some("Gruppo".to_owned()),
        account: Some("IT01".to_owned()),
        account_description: Some("Listino Italia".to_owned()),
        item_selection: selection,
        item_description: description,
        from: Some(from),
        to: (rng.u8(0..8) == 0).then(|| world.today + Duration::days(rng.i64(40..700))),
        quantity_from: Some(Quantity::pieces(if again { 50 } else { 0 })),
        quantity_to: Some(Quantity::pieces(0)),
        price_unit: Some(Quantity::pieces(1)),
        unit_price: Some(Cents(if again { full * 9 / 10 } else { full })),
        currency: Some("EUR".to_owned()),
        net_price: Some(rng.u8(0..40) == 0),
    }
}
