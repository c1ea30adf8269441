//! Invents customers in the mixture of the measured export (facts/erp.md §3.3).

use std::collections::BTreeMap;

use domain::{Cents, Customer, ErpId};
use fastrand::Rng;
use time::{Duration, PrimitiveDateTime, Time};

use super::{Address, CustomerRecord, LineDiscountGroup, World, generator, names};

/// The measured ids run from 50 to 57.185.
const FIRST_ID: u64 = 50;
const LAST_ID: u64 = 57_185;

/// All customers of the world, by id.
pub(super) fn generate(world: &World) -> BTreeMap<u64, CustomerRecord> {
    let mut rng = generator(world.seed, 1);
    let step_max = ((LAST_ID - FIRST_ID) * 2 / world.customers.max(1) as u64).saturating_sub(1).max(1);
    let mut id = FIRST_ID;
    let mut all = BTreeMap::new();
    for _ in 0..world.customers {
        all.insert(id, record(&mut rng, id, world));
        id += rng.u64(1..=step_max);
    }
    all
}

/// What kind of customer: type code, description, share in percent.
const KINDS: [(&str, &str, u8); 4] = [
    ("PotDentiItal", "Potential customer from database Italia", 72),
    ("PotFromCon", "Potential customer from Concessionario", 19),
    ("CustFromConcess", "Customer from Concessionario", 7),
    ("Debitor", "Debitor", 2),
];

fn kind(rng: &mut Rng) -> (&'static str, &'static str) {
    let mut dice = rng.u8(0..100);
    for (code, description, share) in KINDS {
        if dice < share {
            return (code, description);
        }
        dice -= share;
    }
    ("Debitor", "Debitor")
}

fn record(rng: &mut Rng, id: u64, world: &World) -> CustomerRecord {
    let (kind, description) = kind(rng);
    let buys = matches!(kind, "CustFromConcess" | "Debitor");
    let (city, province, zip) = names::place(rng);
    let vat = names::vat_number(rng);
    let fiscal = if rng.bool() { vat.clone() } else { names::fiscal_code(rng) };
    let slug = format!("studio{id}");
    // Two in a hundred bought this year; buyers have a past.
    let buys_now = buys && rng.u8(0..100) < 22;
    let mut past = |share: u8| if buys && rng.u8(0..100) < share { i64::from(rng.u8(1..30)) } else { 0 };
    let (now, previous, before) = (if buys_now { past(100) } else { 0 }, past(60), past(50));
    let mut sales = |orders: i64| Some(Cents(orders * i64::from(rng.u32(4_000..90_000))));
    let (sales_now, sales_previous, sales_before) = (sales(now), sales(previous), sales(before));
    let last_order = (now + previous + before > 0).then(|| {
        let age = match (now, previous) {
            (1.., _) => rng.i64(0..19),
            (0, 1..) => rng.i64(20..385),
            _ => rng.i64(386..750),
        };
        world.today - Duration::days(age)
    });
    let maybe = |rng: &mut Rng, share: u8| rng.u8(0..100) < share;
    let customer = Customer {
        id: ErpId::try_from(id.to_string()).expect("digits are an id"),
        account: (buys || maybe(rng, 3)).then(|| rng.u32(100_000..2_000_000).to_string()),
        name: names::practice(rng),
        vat_number: maybe(rng, 93).then_some(vat),
        pec: maybe(rng, 55).then(|| format!("{slug}@pec.esempio.it")),
        sdi: maybe(rng, 60).then(|| sdi(rng)),
        fiscal_code: maybe(rng, 80).then_some(fiscal),
        delivery_mode: Some("FedEx".to_owned()),
        street: maybe(rng, 97).then(|| names::street(rng)),
        zip: Some(zip.to_owned()),
        city: Some(format!("{city} {province}")),
        phone: maybe(rng, 85).then(|| names::phone(rng, false)),
        mobile: maybe(rng, 45).then(|| names::phone(rng, true)),
        url: maybe(rng, 12).then(|| "nd.it".to_owned()),
        attention: maybe(rng, 30).then(|| names::person(rng)),
        last_order_date: last_order,
        orders_current: Some(now),
        sales_current: sales_now,
        orders_previous: Some(previous),
        sales_previous,
        orders_before_previous: Some(before),
        sales_before_previous: sales_before,
        description: Some(description.to_owned()),
        kind: Some(kind.to_owned()),
        external_account: maybe(rng, 8).then(|| format!("EXT-{}", rng.u32(1_000..99_999))),
        our_account: maybe(rng, 2).then(|| rng.u32(10_000..99_999).to_string()),
    };
    let addresses = (0..rng.u8(0..3)).map(|_| address(rng)).collect();
    let street_price = maybe(rng, 75);
    let modified = world.today - Duration::days(rng.i64(1..900));
    CustomerRecord {
        customer,
        addresses,
        line_discount: if street_price { LineDiscountGroup::StreetPrice } else { LineDiscountGroup::None },
        broken: false,
        modified_at: PrimitiveDateTime::new(modified, Time::MIDNIGHT + Duration::seconds(rng.i64(0..86_400))),
    }
}

fn address(rng: &mut Rng) -> Address {
    let (city, province, zip) = names::place(rng);
    Address {
        name: names::practice(rng),
        street: names::street(rng),
        zip: zip.to_owned(),
        city: format!("{city} {province}"),
    }
}

/// Seven capital letters and digits.
fn sdi(rng: &mut Rng) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ0123456789";
    (0..7).map(|_| char::from(LETTERS[rng.usize(0..LETTERS.len())])).collect()
}
