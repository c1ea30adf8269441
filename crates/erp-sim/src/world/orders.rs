//! Invents the orders of the past, and describes what the ERP keeps of every order.

use std::{collections::BTreeMap, time::Instant};

use domain::{ArticleId, Cents, ErpId, Percent, Product, Quantity};
use fastrand::Rng;
use serde::{Deserialize, Serialize};
use time::{Date, Duration, PrimitiveDateTime, Time};

use super::{Address, CustomerRecord, LineDiscountGroup, PriceRecord, World, generator, names::pick};

/// One line as the ERP keeps it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedLine {
    /// The variant.
    pub article: ArticleId,
    /// `NOME ARTICOLO`.
    pub name: String,
    /// What is said about it.
    pub description: String,
    /// Ordered.
    pub quantity: Quantity,
    /// Price of one unit.
    pub unit_price: Cents,
    /// `SCONTO %`, from the discount group.
    pub system_discount: Percent,
    /// `APPLICA SCONTO %`, typed.
    pub discount: Percent,
    /// `IMPORTO DELLA LINEA`.
    pub amount: Cents,
}

/// How far an order has come (facts/erp.md §3.6, §4.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Saved, not yet sent; it may still be changed and deleted.
    Pending,
    /// Sent.
    Open,
    /// Something of it was invoiced, and it is open all the same.
    PartlyInvoiced,
    /// Delivered.
    Delivered,
    /// Invoiced.
    Invoiced,
}

impl Stage {
    /// Whether the head office has it, which gives it a number.
    pub fn is_sent(self) -> bool {
        self > Self::Pending
    }

    /// Whether transport documents may exist for it.
    pub fn is_shipped(self) -> bool {
        self > Self::Open
    }
}

/// What kind of order it is; almost all are sales.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum SalesType {
    Sale,
    Journal,
    Subscription,
}

/// One order as the ERP keeps it. Pending orders have neither number nor account (facts/erp.md §3.6).
#[derive(Debug, Clone)]
pub struct OrderRecord {
    /// The key.
    pub id: u64,
    /// `ORD/26000123`, once it was sent.
    pub number: Option<String>,
    /// The customer's key.
    pub customer: ErpId,
    /// The customer's account, once it was sent.
    pub account: Option<String>,
    /// The customer's name when it was ordered.
    pub customer_name: String,
    /// Where it goes.
    pub delivery: Address,
    /// The customer's address for messages; printed in the later layout only.
    pub email: Option<String>,
    /// When it was first saved.
    pub created_at: PrimitiveDateTime,
    /// Whether a form of this simulator made it, and by whom.
    pub placed_by: Option<String>,
    /// Requested delivery date.
    pub delivery_date: Option<Date>,
    /// `PURCHORDERFORMNUM`, printed under "RIMANI VENDITE FINANZIARIE".
    pub description: String,
    /// `CUSTOMERREF`, where placements carry their marker.
    pub customer_reference: String,
    /// `TEXTEXTERNAL`.
    pub text_external: String,
    /// `TEXTINTERNAL`.
    pub text_internal: String,
    /// `MANUALDISCOUNT` of the order.
    pub discount: Percent,
    /// "Sconto linea".
    pub line_discount: LineDiscountGroup,
    /// `GROSSAMOUNT`.
    pub gross: Cents,
    /// `AmountTotal`.
    pub total: Cents,
    /// How far it has come.
    pub stage: Stage,
    /// What kind of order it is.
    pub sales_type: SalesType,
    /// `MODIFIEDDATETIME`.
    pub modified_at: PrimitiveDateTime,
    /// What was ordered.
    pub lines: Vec<SavedLine>,
    /// Lists and searches find it only from here on.
    pub visible_from: Option<Instant>,
}

impl OrderRecord {
    /// Whether lists and searches show it by now.
    pub fn is_listed(&self) -> bool {
        self.visible_from.is_none_or(|moment| moment <= Instant::now())
    }

    /// What its lines come to, less its discount. The list says so only of recent orders.
    pub(super) fn worth(&self) -> Cents {
        order_total(self.lines.iter().map(|line| line.amount).sum(), self.discount)
    }
}

/// Half-up division of positive and negative amounts alike (away from zero at the half).
fn divide_rounding(amount: i64, by: i64) -> i64 {
    let half = by / 2;
    if amount < 0 { (amount - half) / by } else { (amount + half) / by }
}

/// Quantity × price, less the system discount and the line's discount, rounded once (facts/erp.md §5.5).
pub(crate) fn line_amount(quantity: Quantity, price: Cents, system: Percent, line: Percent) -> Cents {
    let left = |percent: Percent| i64::from(Percent::WHOLE.0 - percent.0);
    let exact =
        i128::from(quantity.0) * i128::from(price.0) * i128::from(left(system)) * i128::from(left(line));
    let scale = 100_i128 * 10_000 * 10_000;
    let half = if exact < 0 { -scale / 2 } else { scale / 2 };
    Cents(((exact + half) / scale) as i64)
}

/// The sum of lines less the header discount.
pub(crate) fn order_total(gross: Cents, discount: Percent) -> Cents {
    Cents(divide_rounding(gross.0 * i64::from(Percent::WHOLE.0 - discount.0), i64::from(Percent::WHOLE.0)))
}

/// All orders of the past, by id; about 250 a year, newest last.
pub(super) fn generate(
    world: &World,
    customers: &BTreeMap<u64, CustomerRecord>,
    products: &BTreeMap<ArticleId, Product>,
    prices: &BTreeMap<u64, PriceRecord>,
) -> BTreeMap<u64, OrderRecord> {
    let mut rng = generator(world.seed, 4);
    let buyers: Vec<&CustomerRecord> = customers.values().filter(|c| c.customer.account.is_some()).collect();
    let articles: Vec<&Product> = products.values().collect();
    if buyers.is_empty() || articles.is_empty() {
        return BTreeMap::new();
    }
    let list: BTreeMap<&str, Cents> = prices
        .values()
        .filter_map(|row| Some((row.price.item_selection.as_deref()?, row.price.unit_price?)))
        .collect();
    let mut id = 47_000_u64;
    let mut all = BTreeMap::new();
    for index in 0..world.orders {
        id += rng.u64(1..6);
        let age_minutes = (world.orders - index) as i64 * 2_100 + rng.i64(0..1_000);
        let morning = PrimitiveDateTime::new(world.today, Time::MIDNIGHT);
        let created_at = morning - Duration::minutes(age_minutes) + Duration::seconds(rng.i64(0..60));
        let buyer = buyers[rng.usize(0..buyers.len())];
        let count = rng.u8(1..7);
        let lines = (0..count)
            .map(|_| {
                let article = articles[rng.usize(0..articles.len())];
                line(&mut rng, article, &list)
            })
            .collect();
        let mut order = past_order(&mut rng, id, created_at, age_minutes, buyer, lines, index);
        order.stage = stage(world.orders - 1 - index, world.orders);
        if world.orders >= 100 {
            order.sales_type = match index {
                _ if index == world.orders / 2 => SalesType::Subscription,
                _ if index == world.orders / 3 => SalesType::Journal,
                _ => SalesType::Sale,
            };
        }
        // Nine tenths of the measured orders, the older ones, are printed without amounts.
        if index * 100 < world.orders * 91 {
            (order.gross, order.total, order.discount) = (Cents(0), Cents(0), Percent(0));
        }
        all.insert(id, order);
    }
    all
}

/// The stage of the order with so many newer ones, in the measured mixture: 4 open, 10 delivered, 3 partly invoiced and
/// the others invoiced of 999.
fn stage(newer: usize, orders: usize) -> Stage {
    let share = |of_999: usize| (orders * of_999).div_ceil(999);
    match newer {
        _ if newer < share(4) => Stage::Open,
        _ if newer < share(4) + share(10) => Stage::Delivered,
        _ if newer < share(4) + share(10) + share(3) => Stage::PartlyInvoiced,
        _ => Stage::Invoiced,
    }
}

fn line(rng: &mut Rng, article: &Product, list: &BTreeMap<&str, Cents>) -> SavedLine {
    let quantity = article.quantity_multiple.unwrap_or(Quantity::pieces(1)) * rng.i64(1..6);
    let unit_price = list.get(article.id.as_str()).copied().unwrap_or(Cents(1_250));
    let discount = Percent(rng.i32(0..7) * 500);
    SavedLine {
        article: article.id.clone(),
        name: article.name.clone(),
        description: article.description.clone().unwrap_or_default(),
        quantity,
        unit_price,
        system_discount: Percent(0),
        discount,
        amount: line_amount(quantity, unit_price, Percent(0), discount),
    }
}

fn past_order(
    rng: &mut Rng,
    id: u64,
    created_at: PrimitiveDateTime,
    age_minutes: i64,
    buyer: &CustomerRecord,
    lines: Vec<SavedLine>,
    index: usize,
) -> OrderRecord {
    let gross: Cents = lines.iter().map(|line| line.amount).sum();
    let discount = if rng.u8(0..12) == 0 { Percent(rng.i32(100..2_200)) } else { Percent(0) };
    OrderRecord {
        id,
        number: Some(format!("ORD/{:02}{:06}", created_at.year() % 100, index + 1)),
        customer: buyer.customer.id.clone(),
        account: buyer.customer.account.clone(),
        customer_name: buyer.customer.name.clone(),
        delivery: buyer.delivery_addresses().swap_remove(0),
        email: buyer.customer.pec.clone(),
        created_at,
        placed_by: None,
        // The list is in the order of this date, and almost in that of creation.
        delivery_date: Some(
            created_at.date() + Duration::days(if rng.u8(0..50) == 0 { rng.i64(2..9) } else { 1 }),
        ),
        description: if rng.u8(0..5) == 0 {
            pick(rng, &["urgente", "ordine fiera", "merce in omaggio"]).to_owned()
        } else {
            String::new()
        },
        customer_reference: String::new(),
        text_external: String::new(),
        text_internal: String::new(),
        discount,
        line_discount: LineDiscountGroup::None,
        gross,
        total: order_total(gross, discount),
        stage: Stage::Invoiced,
        sales_type: SalesType::Sale,
        modified_at: created_at + Duration::minutes(rng.i64(60..20_000).min(age_minutes / 2)),
        lines,
        visible_from: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn discounts_of_a_line_multiply_and_are_rounded_once() {
        let amount = line_amount(Quantity::pieces(3), Cents(1_005), Percent(2_000), Percent(1_000));
        assert_eq!(amount, Cents(2_171), "3 × 10,05 = 30,15 × 0,8 × 0,9 = 21,708");
        assert_eq!(order_total(Cents(2_171), Percent(2_149)), Cents(1_704), "21,71 × 0,7851 = 17,0445");
    }
}
