//! Invents invoices and credit notes (facts/erp.md §3.8): the newest ones only, as the list that was measured.

use std::collections::BTreeMap;

use domain::{Cents, Invoice, Quantity};
use fastrand::Rng;
use time::{Date, Duration, PrimitiveDateTime, Time};

use super::{OrderRecord, Stage, World, generator};

/// Of 128 measured documents.
const MEASURED: usize = 128;
/// Those of them that are credit notes.
const MEASURED_CREDIT_NOTES: usize = 20;
/// What is added to the sum, in percent.
const VAT_PERCENT: i64 = 22;

/// Terms of payment: code and description, days until due, whether the customer's bank follows.
const TERMS: [(&str, i64, bool); 5] = [
    ("201 BONIF. BANC. 60 GG.DFFM Iban", 60, true),
    ("206 BONIF. BANC. 30 GGDFFM", 30, false),
    ("102 RI.BA 60 GG.D.F. FINE MESE SUCCESSIVO", 60, false),
    ("322 BONIF 60/90/120/150/180/210 GG.", 60, false),
    ("203 BONIF. BANC. VISTA FATTURA Iban", 0, true),
];

/// The term of every credit note.
const CREDIT_NOTE: &str = "999 NOTA DI ACCREDITO";

/// One invoice or credit note as the ERP keeps it.
#[derive(Debug, Clone)]
pub struct InvoiceRecord {
    /// What its row says, typed: the truth a reader is compared with. Its number is the key.
    pub invoice: Invoice,
    /// The key of its order.
    pub order: u64,
    /// `MODIFIEDDATETIME`.
    pub modified_at: PrimitiveDateTime,
}

/// All documents of the world, by number: one invoice for each of the newest invoiced orders, then credit notes.
pub(super) fn generate(
    world: &World,
    orders: &BTreeMap<u64, OrderRecord>,
) -> BTreeMap<String, InvoiceRecord> {
    let mut rng = generator(world.seed, 6);
    let invoiced = |order: &&OrderRecord| matches!(order.stage, Stage::Invoiced | Stage::PartlyInvoiced);
    let newest: Vec<&OrderRecord> = orders.values().rev().filter(invoiced).collect();
    if newest.is_empty() {
        return BTreeMap::new();
    }
    let credit_notes = world.invoices() * MEASURED_CREDIT_NOTES / MEASURED;
    let invoices = world.invoices() - credit_notes;
    let mut all: Vec<InvoiceRecord> =
        (0..invoices).map(|index| invoice(&mut rng, newest[index % newest.len()], world.today)).collect();
    for _ in 0..credit_notes {
        let of = all[rng.usize(0..invoices)].clone();
        all.push(credit_note(&mut rng, &of, world.today));
    }
    number(&mut all);
    all.into_iter().map(|record| (record.invoice.number.clone(), record)).collect()
}

/// Numbers by day, one series for invoices and one for credit notes.
fn number(all: &mut [InvoiceRecord]) {
    all.sort_by_key(|record| (record.invoice.date, record.order));
    let mut series = [0, 0];
    for record in all {
        let is_credit_note = record.invoice.payment_term.as_deref() == Some(CREDIT_NOTE);
        let next = &mut series[usize::from(is_credit_note)];
        *next += 1;
        let year = record.invoice.date.map_or(0, Date::year) % 100;
        let prefix = if is_credit_note { "NC" } else { "CF1" };
        record.invoice.number = format!("{prefix}/{year:02}{next:06}");
    }
}

fn invoice(rng: &mut Rng, order: &OrderRecord, today: Date) -> InvoiceRecord {
    let ordered = order.delivery_date.unwrap_or(order.created_at.date());
    let date = (ordered + Duration::days(rng.i64(0..12))).min(today);
    let (term, days, with_bank) = TERMS[rng.usize(0..TERMS.len())];
    let balance = order.worth();
    let full: Cents = order.lines.iter().map(|line| line.amount).sum();
    let tax = Cents((balance.0 * VAT_PERCENT + 50) / 100);
    let pieces = Quantity(order.lines.iter().map(|line| line.quantity.0).sum());
    let closed = rng.u8(0..100) < 79;
    let closed_date = closed.then(|| (date + Duration::days(rng.i64(2..75))).min(today));
    let mut invoice = Invoice {
        date: Some(date),
        account: order.account.clone(),
        billing_name: Some(order.customer_name.clone()),
        quantity: Some(pieces),
        sales_balance: Some(balance),
        line_discount: Some(Cents(0)),
        total_discount: Some(full - balance),
        tax: Some(tax),
        amount: Some(balance + tax),
        purchase_order: (!order.description.is_empty()).then(|| order.description.clone()),
        customer_reference: (!order.customer_reference.is_empty()).then(|| order.customer_reference.clone()),
        due_date: Some(date + Duration::days(days)),
        payment_term: Some(if with_bank { format!("{term}\n{}", bank(rng)) } else { term.to_owned() }),
        order_number: order.number.clone(),
        ..blank()
    };
    settle(rng, &mut invoice, closed_date, today);
    InvoiceRecord { order: order.id, modified_at: afternoon(rng, closed_date.unwrap_or(date)), invoice }
}

/// Takes part of an invoice back, some days later.
fn credit_note(rng: &mut Rng, of: &InvoiceRecord, today: Date) -> InvoiceRecord {
    let date = of.invoice.date.map_or(today, |date| (date + Duration::days(rng.i64(1..20))).min(today));
    let part = rng.i64(10..101);
    let share = |amount: Option<Cents>| Cents(-(amount.unwrap_or_default().0 * part / 100));
    let (balance, tax) = (share(of.invoice.sales_balance), share(of.invoice.tax));
    let pieces = of.invoice.quantity.unwrap_or_default().0 / 100 * part / 100;
    let mut invoice = Invoice {
        date: Some(date),
        quantity: Some(Quantity::pieces(-pieces.max(1))),
        sales_balance: Some(balance),
        line_discount: Some(Cents(0)),
        total_discount: Some(Cents(0)),
        tax: Some(tax),
        amount: Some(balance + tax),
        due_date: Some(date),
        payment_term: Some(CREDIT_NOTE.to_owned()),
        ..of.invoice.clone()
    };
    settle(rng, &mut invoice, Some(date), today);
    InvoiceRecord { order: of.order, modified_at: afternoon(rng, date), invoice }
}

/// What was paid of it and when; an open invoice counts the days since it was due.
fn settle(rng: &mut Rng, invoice: &mut Invoice, closed_date: Option<Date>, today: Date) {
    let amount = invoice.amount.unwrap_or_default();
    let due = invoice.due_date.unwrap_or(today);
    let closed = closed_date.is_some();
    invoice.settled = Some(if closed { amount } else { Cents(0) });
    invoice.remaining = Some(if closed { Cents(0) } else { amount });
    invoice.days_past_due = Some(if closed { 0 } else { (today - due).whole_days() });
    invoice.last_payment_id =
        closed_date.map(|date| format!("X/{:02}{:06}", date.year() % 100, rng.u32(1..999_999)));
    invoice.last_settlement_date = closed_date;
    invoice.closed_date = closed_date;
}

/// A made-up bank account in the right shape.
fn bank(rng: &mut Rng) -> String {
    format!(
        "IT{:02}{}{:010}{:012}",
        rng.u8(2..98),
        rng.char('A'..='Z'),
        rng.u64(0..9_999_999_999),
        rng.u64(0..999_999_999_999)
    )
}

fn afternoon(rng: &mut Rng, day: Date) -> PrimitiveDateTime {
    PrimitiveDateTime::new(day, Time::MIDNIGHT + Duration::hours(14) + Duration::seconds(rng.i64(0..10_000)))
}

fn blank() -> Invoice {
    Invoice {
        number: String::new(),
        date: None,
        account: None,
        billing_name: None,
        quantity: None,
        sales_balance: None,
        line_discount: None,
        total_discount: None,
        tax: None,
        amount: None,
        purchase_order: None,
        customer_reference: None,
        due_date: None,
        payment_term: None,
        days_past_due: None,
        settled: None,
        last_payment_id: None,
        last_settlement_date: None,
        closed_date: None,
        remaining: None,
        order_number: None,
    }
}
