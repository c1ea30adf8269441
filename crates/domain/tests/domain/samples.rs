//! Makes drafts and lines for the tests: readable ones by hand, arbitrary ones for properties.

use domain::{
    ArticleId, Cents, CustomerChoice, DiscountCascade, Draft, DraftId, DraftLine, DraftVersion, LineId,
    Percent, Quantity, Timestamp, VatRate,
};
use proptest::{collection::vec, option, prelude::*};
use uuid::Uuid;

/// `pieces` of an article at `price` cents each, 22 % VAT.
pub(crate) fn line(pieces: i64, price: i64) -> DraftLine {
    DraftLine {
        id: LineId(Uuid::from_u128(1)),
        article: "012345K2".parse().expect("an article id"),
        name: "AB12XY.104.023".to_owned(),
        description: None,
        quantity: Quantity::pieces(pieces),
        unit_price: Some(Cents(price)),
        price_unit: Quantity::pieces(1),
        discount: DiscountCascade::default(),
        system_discount: Percent(0),
        vat: VatRate::default(),
    }
}

/// The line with a typed discount.
pub(crate) fn discounted(line: DraftLine, discount: &str) -> DraftLine {
    DraftLine { discount: discount.parse().expect("a discount"), ..line }
}

/// The line at another VAT rate, in whole percents.
pub(crate) fn taxed(line: DraftLine, percent: i32) -> DraftLine {
    DraftLine { vat: VatRate(Percent(percent * 100)), ..line }
}

/// A draft of these lines, numbered.
pub(crate) fn draft(lines: Vec<DraftLine>) -> Draft {
    let mut draft = Draft::new(DraftId(Uuid::from_u128(7)), Timestamp(1_768_907_062_000));
    draft.lines = lines;
    for (number, line) in (1..).zip(&mut draft.lines) {
        line.id = LineId(Uuid::from_u128(number));
    }
    draft
}

/// Lines as agents write them.
pub(crate) fn sane_line() -> impl Strategy<Value = DraftLine> {
    let vat = prop::sample::select(vec![0, 4, 5, 10, 22]);
    let price_unit = prop::sample::select(vec![1, 1, 1, 10, 100, 1_000]);
    let money = (option::weighted(0.9, 0_i64..100_000_000), price_unit, 0_i32..=10_000, vat);
    (-100_000_i64..100_000, vec(0_i32..=10_000, 0..=4), money).prop_map(|(quantity, steps, money)| {
        let (price, price_unit, system, vat) = money;
        DraftLine {
            quantity: Quantity(quantity),
            unit_price: price.map(Cents),
            price_unit: Quantity::pieces(price_unit),
            discount: DiscountCascade(steps.into_iter().map(Percent).collect()),
            system_discount: Percent(system),
            ..taxed(line(1, 1), vat)
        }
    })
}

/// Drafts as agents write them.
pub(crate) fn sane_draft() -> impl Strategy<Value = Draft> {
    (vec(sane_line(), 0..12), 0_i32..=10_000)
        .prop_map(|(lines, header)| Draft { header_discount: Percent(header), ..draft(lines) })
}

/// Anything the types can hold.
pub(crate) fn any_draft() -> impl Strategy<Value = Draft> {
    let header = (any::<u128>(), any::<u32>(), any::<i32>(), any_date(), any::<i64>());
    let texts = (option::of(any::<String>()), option::of(any::<String>()));
    (vec(any_line(), 0..5), header, texts, option::of(any::<String>())).prop_map(
        |(lines, header, texts, name)| {
            let (id, version, header_discount, day, at) = header;
            let choice = |name| CustomerChoice {
                id: "57.185".parse().expect("an ERP id"),
                account: Some("123456".to_owned()),
                name,
                city: None,
            };
            Draft {
                id: DraftId(Uuid::from_u128(id)),
                version: DraftVersion(version),
                customer: name.map(choice),
                lines,
                header_discount: Percent(header_discount),
                customer_reference: texts.0,
                requested_delivery: Some(day),
                delivery_address: Some("Via Milano 4, Monza".to_owned()),
                notes: texts.1,
                created_at: Timestamp(at),
                edited_at: Timestamp(at),
            }
        },
    )
}

fn any_line() -> impl Strategy<Value = DraftLine> {
    let money = (any::<i64>(), option::of(any::<i64>()), any::<i64>(), any::<i32>(), any::<i32>());
    let words = ("[!-~]{1,40}", any::<String>(), option::of(any::<String>()));
    (any::<u128>(), vec(any::<i32>(), 0..12), money, words).prop_map(|(id, steps, money, words)| {
        let (quantity, price, price_unit, system, vat) = money;
        DraftLine {
            id: LineId(Uuid::from_u128(id)),
            article: words.0.parse::<ArticleId>().expect("printable text"),
            name: words.1,
            description: words.2,
            quantity: Quantity(quantity),
            unit_price: price.map(Cents),
            price_unit: Quantity(price_unit),
            discount: DiscountCascade(steps.into_iter().map(Percent).collect()),
            system_discount: Percent(system),
            vat: VatRate(Percent(vat)),
        }
    })
}

/// Any day of the years people write with four digits.
pub(crate) fn any_date() -> impl Strategy<Value = time::Date> {
    let first = time::Date::from_calendar_date(1, time::Month::January, 1).expect("a day").to_julian_day();
    let last =
        time::Date::from_calendar_date(9_999, time::Month::December, 31).expect("a day").to_julian_day();
    (first..=last).prop_map(|day| time::Date::from_julian_day(day).expect("a day between two days"))
}
