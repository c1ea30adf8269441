//! Invents transport documents (DDT): most orders have one, some two to four, most with a parcel's tracking link
//! (facts/erp.md §3.7).

use std::collections::BTreeMap;

use domain::{Ddt, ErpId, Quantity};
use fastrand::Rng;
use time::{Date, Duration, PrimitiveDateTime, Time};

use super::{
    OrderRecord, World, generator,
    names::{person, pick},
};

/// Of 1,132 measured documents.
const MEASURED: usize = 1_132;
/// The orders they belong to.
const MEASURED_ORDERS: usize = 957;
/// The most documents one order was seen with.
const PER_ORDER_MAX: usize = 4;

/// One transport document as the ERP keeps it.
#[derive(Debug, Clone)]
pub struct DdtRecord {
    /// The key.
    pub id: u64,
    /// What its row says, typed: the truth a reader is compared with.
    pub ddt: Ddt,
    /// The key of its order.
    pub order: u64,
    /// `MODIFIEDDATETIME`.
    pub modified_at: PrimitiveDateTime,
}

impl DdtRecord {
    /// The tracking link as the ERP prints it: HTML source, the address never closed. Those of one carrier have spaces
    /// around the equals sign and lack a quote as well.
    pub(crate) fn tracking_html(&self) -> String {
        let (Some(carrier), Some(number)) = (&self.ddt.carrier, &self.ddt.tracking_number) else {
            return String::new();
        };
        match carrier.as_str() {
            "fedex" => format!(
                "<a href = \"https://www.fedex.com/fedextrack/?\ntrknbr={number}&locale=it_IT\ntarget=\"_blank\">fedex {number}</a>"
            ),
            _ => format!(
                "<a href=\"https://www.ups.com/track?loc=it_IT&tracknum={number}\" target=\"_blank\">ups {number}</a>"
            ),
        }
    }
}

/// All documents of the world, by id, for orders that were shipped.
pub(super) fn generate(world: &World, orders: &BTreeMap<u64, OrderRecord>) -> BTreeMap<u64, DdtRecord> {
    let mut rng = generator(world.seed, 5);
    let shipped: Vec<&OrderRecord> = orders.values().filter(|order| order.stage.is_shipped()).collect();
    let wanted = world.ddts().min(shipped.len() * PER_ORDER_MAX);
    let counts = spread(&mut rng, wanted, shipped.len());
    let mut all: Vec<DdtRecord> = Vec::with_capacity(wanted);
    let mut id = 20_000_u64;
    for (order, count) in shipped.iter().zip(counts) {
        for part in 0..count {
            id += rng.u64(1..9);
            all.push(document(&mut rng, id, order, [part, count], world.today));
        }
    }
    number(&mut all);
    all.into_iter().map(|record| (record.id, record)).collect()
}

/// How many documents each order has: as many orders as measured have any, and what is left over makes second, third and
/// fourth ones.
fn spread(rng: &mut Rng, wanted: usize, orders: usize) -> Vec<usize> {
    let with_any = (wanted * MEASURED_ORDERS).div_ceil(MEASURED).min(orders);
    let mut counts = vec![0_usize; orders];
    // The newest orders have theirs; those without are old.
    counts[orders - with_any..].fill(1);
    let mut left = wanted.saturating_sub(with_any);
    while left > 0 {
        let count = &mut counts[orders - 1 - rng.usize(0..with_any)];
        if *count < PER_ORDER_MAX {
            *count += 1;
            left -= 1;
        }
    }
    counts
}

/// Gives out the documents' numbers by day, as the ERP does; the ids do not follow them.
fn number(all: &mut [DdtRecord]) {
    all.sort_by_key(|record| (record.ddt.delivery_date, record.order, record.id));
    for (index, record) in all.iter_mut().enumerate() {
        let year = record.ddt.delivery_date.map_or(0, Date::year);
        record.ddt.number = format!("DDT/{:02}{:06}", year % 100, index + 1);
    }
}

/// One of an order's documents: `part` of `parts`, counted from 0.
fn document(
    rng: &mut Rng,
    id: u64,
    order: &OrderRecord,
    [part, parts]: [usize; 2],
    today: Date,
) -> DdtRecord {
    let day = order.delivery_date.unwrap_or(order.created_at.date()) + Duration::days(part as i64 * 3);
    let day = day.min(today);
    let (mode, parcel) = parcel(rng);
    let pieces = order.lines.iter().map(|line| line.quantity.0).sum::<i64>() / 100;
    let part_of = |pieces: i64| (pieces / parts as i64).max(1);
    let ddt = Ddt {
        id: ErpId::try_from(id.to_string()).expect("digits are an id"),
        number: String::new(),
        delivery_date: Some(day),
        order_number: order.number.clone(),
        account: order.account.clone(),
        sales_name: Some(order.customer_name.clone()),
        delivery_name: Some(order.delivery.name.clone()),
        delivery_address: Some(address(rng, order)),
        // Goods that come back have a document too; two of the measured ones are negative.
        quantity: Some(Quantity::pieces(if rng.u16(0..566) == 0 {
            -part_of(pieces)
        } else {
            part_of(pieces)
        })),
        customer_reference: (!order.customer_reference.is_empty()).then(|| order.customer_reference.clone()),
        description: (!order.description.is_empty()).then(|| order.description.clone()),
        tracking_number: parcel.as_ref().map(|(_, number)| number.clone()),
        carrier: parcel.map(|(carrier, _)| carrier.to_owned()),
        delivery_terms: Some("Franco destinazione spese comprese".to_owned()),
        delivery_mode: Some(mode.to_owned()),
        attention: (rng.u8(0..6) == 0).then(|| person(rng)),
        email: order.email.clone(),
    };
    let noon = Time::MIDNIGHT + Duration::hours(12) + Duration::seconds(rng.i64(0..20_000));
    DdtRecord { id, ddt, order: order.id, modified_at: PrimitiveDateTime::new(day, noon) }
}

/// How it travels, and the parcel's carrier and number: 40 of 1,132 by one carrier, 3 fetched, and 952 of the others with
/// a link.
fn parcel(rng: &mut Rng) -> (&'static str, Option<(&'static str, String)>) {
    match rng.u16(0..1_132) {
        0..=39 => ("FedEx", Some(("fedex", rng.u64(100_000_000_000..999_999_999_999).to_string()))),
        40..=42 => ("Mittente", None),
        43..=994 => {
            let number = format!(
                "1Z{:03}{}{:012}",
                rng.u16(0..1_000),
                rng.char('A'..='Z'),
                rng.u64(0..999_999_999_999)
            );
            ("UPS", Some(("ups", number)))
        }
        _ => ("UPS", None),
    }
}

/// Two lines, or three where somebody receives for the customer.
fn address(rng: &mut Rng, order: &OrderRecord) -> String {
    let lines = order.delivery.lines();
    match rng.u8(0..9) {
        0 => format!(
            "{}\n{lines}",
            pick(rng, &["c/o Portineria", "c/o Farmacia al Ponte", "Scala B, citofono 4"])
        ),
        _ => lines,
    }
}
