//! Shows that what is written is read back, that the ERP's oddities are understood, and that nothing panics.

use domain::{
    Cents, DiscountCascade, Locale, Percent, Quantity, format_cents, format_date, format_date_time,
    format_percent, format_quantity, parse_cents, parse_date, parse_date_time, parse_flag, parse_percent,
    parse_quantity,
};
use proptest::prelude::*;
use time::macros::{date, datetime};

use crate::samples::any_date;

const BOTH: [Locale; 2] = [Locale::Italian, Locale::English];

#[test]
fn amounts_are_written_the_italian_way() {
    assert_eq!(format_cents(Cents(123_456)), "1.234,56 €");
    assert_eq!(format_cents(Cents(0)), "0,00 €");
    assert_eq!(format_cents(Cents(-5)), "-0,05 €");
    assert_eq!(format_cents(Cents(-100_000_000)), "-1.000.000,00 €");
    assert_eq!(format_cents(Cents(i64::MIN)), "-92.233.720.368.547.758,08 €");
    assert_eq!(format_percent(Percent(2_149)), "21,49 %");
    assert_eq!(format_quantity(Quantity::pieces(1_895)), "1.895");
    assert_eq!(format_quantity(Quantity(250)), "2,50");
    assert_eq!(format_quantity(Quantity(-50)), "-0,50");
    assert_eq!(format_date(date!(2026 - 01 - 02)), "02/01/2026");
    assert_eq!(format_date_time(datetime!(2026-01-20 12:04:22)), "20/01/2026 12:04:22");
}

#[test]
fn every_shape_of_an_amount_in_an_italian_document_is_read() {
    let read = |text| parse_cents(text, Locale::Italian).map(|amount| amount.0).ok();
    for (text, cents) in [
        ("1.234,56 €", 123_456),
        ("1.234,56\u{a0}€", 123_456),
        ("\u{a0}1.234,56\u{202f}€ ", 123_456),
        ("€ 1.234,56", 123_456),
        ("1.234,56", 123_456),
        ("1234,56", 123_456),
        ("2.112,7", 211_270),
        ("308,25", 30_825),
        ("0", 0),
        ("-12,5", -1_250),
        ("-360,65", -36_065),
        ("360,65-", -36_065),
        ("(360,65)", -36_065),
        ("(360,65 €)", -36_065),
        ("(360,65) €", -36_065),
        ("€ -360,65", -36_065),
        ("\u{2212}360,65", -36_065),
        ("1.895", 189_500),
        ("1677.87", 167_787),
        ("1,677.87", 167_787),
        ("1.234.567", 123_456_700),
        ("1,234,567", 123_456_700),
        ("0.500", 50),
        ("12,500", 1_250),
        (",5", 50),
        ("007,10", 710),
    ] {
        assert_eq!(read(text), Some(cents), "{text:?}");
    }
}

#[test]
fn the_same_digits_mean_other_amounts_in_an_english_document() {
    let read = |text| parse_cents(text, Locale::English).map(|amount| amount.0).ok();
    assert_eq!(read("1,922.85"), Some(192_285));
    assert_eq!(read("€1,922.85"), Some(192_285));
    assert_eq!(read("1,895"), Some(189_500));
    assert_eq!(read("1.89"), Some(189));
    assert_eq!(read("1677,87"), Some(167_787));
    assert_eq!(read("(360.65)"), Some(-36_065));
    assert_eq!(read("1.895"), None, "a third decimal is not rounded away");
}

#[test]
fn what_is_no_amount_is_refused() {
    for text in [
        "",
        " ",
        "€",
        "-",
        "()",
        "abc",
        "1,2,3",
        "1.23.456",
        "1234.567",
        "1.2345,6",
        "12.34,56",
        "1 234",
        "--5",
        "(-5)",
        "5€€",
        "1,001",
        "1,",
        "1.",
        ".",
        ",",
        "+5",
        "1e3",
        "٣",
        "99999999999999999999",
        "1,2.345.678",
        "92.233.720.368.547.758,08",
        "Sum=12,00",
        "0x10",
        "1_000",
    ] {
        for locale in BOTH {
            let read = parse_cents(text, locale);
            // `1,001` is a thousand and one in English, and `1234.567` misses a comma there.
            let grouped = text == "1,001" && locale == Locale::English;
            assert!(read.is_err() || grouped, "{text:?} was read as {read:?} ({locale:?})");
        }
    }
    assert_eq!(
        parse_cents("abc", Locale::Italian).unwrap_err().to_string(),
        r#""abc" is not an amount such as 1.234,56 €"#
    );
}

#[test]
fn a_percentage_beyond_its_type_is_an_error() {
    assert_eq!(parse_percent("21,49 %", Locale::Italian), Ok(Percent(2_149)));
    assert_eq!(parse_percent("21.49%", Locale::English), Ok(Percent(2_149)));
    assert_eq!(parse_percent("0,00 %", Locale::Italian), Ok(Percent(0)));
    assert!(parse_percent("99.999.999,00 %", Locale::Italian).is_err());
    assert!(parse_percent("21,49 €", Locale::Italian).is_err());
}

#[test]
fn quantities_keep_their_thousands() {
    let read = |text| parse_quantity(text, Locale::Italian);
    assert_eq!(read("1.895"), Ok(Quantity::pieces(1_895)));
    assert_eq!(read("5,00"), Ok(Quantity::pieces(5)));
    assert_eq!(read("1.5"), Ok(Quantity(150)));
    assert_eq!(read("-2"), Ok(Quantity::pieces(-2)));
    assert!(read("5 €").is_err());
    assert_eq!(parse_quantity("1,895", Locale::English), Ok(Quantity::pieces(1_895)));
}

#[test]
fn flags_are_read_in_all_their_spellings() {
    for yes in [
        "si",
        "Si",
        "Sì",
        "SÌ",
        "sí",
        "Si'",
        "Si’",
        "Si`",
        "yes",
        "Yes",
        "1",
        "true",
        "Checked",
        " Sì ",
        "Si\u{300}",
    ] {
        assert_eq!(parse_flag(yes), Ok(true), "{yes}");
    }
    for no in ["No", "no", "0", "false", "Unchecked"] {
        assert_eq!(parse_flag(no), Ok(false), "{no}");
    }
    for neither in ["", "maybe", "2", "s", "nope"] {
        assert!(parse_flag(neither).is_err(), "{neither}");
    }
}

#[test]
fn dates_follow_the_documents_language() {
    assert_eq!(parse_date("02/01/2026", Locale::Italian), Ok(date!(2026 - 01 - 02)));
    assert_eq!(parse_date("1/2/2026", Locale::English), Ok(date!(2026 - 01 - 02)));
    assert_eq!(parse_date("2-1-2026", Locale::Italian), Ok(date!(2026 - 01 - 02)));
    assert_eq!(parse_date(" 02.01.2026\u{a0}", Locale::Italian), Ok(date!(2026 - 01 - 02)));
    for wrong in
        ["", "31/02/2026", "1/13/2026", "20/01/26", "20/01", "20/01/2026/1", "+2/01/2026", "002/01/2026"]
    {
        assert!(parse_date(wrong, Locale::Italian).is_err(), "{wrong}");
    }
}

#[test]
fn times_have_twenty_four_hours_or_two_halves() {
    let italian = |text| parse_date_time(text, Locale::Italian).ok();
    let english = |text| parse_date_time(text, Locale::English).ok();
    assert_eq!(italian("20/01/2026 12:04:22"), Some(datetime!(2026-01-20 12:04:22)));
    assert_eq!(italian("20/01/2026\n12:04"), Some(datetime!(2026-01-20 12:04:00)));
    assert_eq!(italian("20/01/2026"), Some(datetime!(2026-01-20 0:00)));
    assert_eq!(english("1/20/2026 12:04:22 AM"), Some(datetime!(2026-01-20 0:04:22)));
    assert_eq!(english("1/20/2026 12:04:22 PM"), Some(datetime!(2026-01-20 12:04:22)));
    assert_eq!(english("1/20/2026 1:04:22 pm"), Some(datetime!(2026-01-20 13:04:22)));
    for wrong in [
        "1/20/2026 13:00:00 PM",
        "1/20/2026 0:00:00 AM",
        "1/20/2026 1:00:00 XM",
        "1/20/2026 1",
        "1/20/2026 1:2:3:4",
    ] {
        assert_eq!(english(wrong), None, "{wrong}");
    }
    assert_eq!(italian("20/01/2026 24:00:00"), None);
    assert_eq!(italian("20/01/2026 12:04:22 PM oggi"), None);
}

#[test]
fn a_discount_is_read_as_it_is_typed() {
    let typed = |text: &str| text.parse::<DiscountCascade>().map(|cascade| cascade.to_string()).ok();
    for (text, shown) in [
        ("10+5+3", "10+5+3"),
        ("12,5", "12,5"),
        ("12.5 %", "12,5"),
        (" 50 + 10 % ", "50+10"),
        ("12,25+0", "12,25"),
        ("100", "100"),
        ("0", ""),
        ("", ""),
        ("  ", ""),
    ] {
        assert_eq!(typed(text).as_deref(), Some(shown), "{text:?}");
    }
    for wrong in ["+", "10+", "+10", "-5", "101", "10++5", "10,005", "dieci", "12.500", "1+1+1+1+1+1+1+1+1"] {
        assert_eq!(typed(wrong), None, "{wrong:?}");
    }
}

proptest! {
    #[test]
    fn every_amount_is_read_back_as_written(cents: i64) {
        prop_assert_eq!(parse_cents(&format_cents(Cents(cents)), Locale::Italian), Ok(Cents(cents)));
    }

    #[test]
    fn every_percentage_is_read_back_as_written(hundredths: i32) {
        prop_assert_eq!(parse_percent(&format_percent(Percent(hundredths)), Locale::Italian), Ok(Percent(hundredths)));
    }

    #[test]
    fn every_quantity_is_read_back_as_written(hundredths: i64, pieces in -100_000_i64..100_000) {
        for quantity in [Quantity(hundredths), Quantity::pieces(pieces)] {
            prop_assert_eq!(parse_quantity(&format_quantity(quantity), Locale::Italian), Ok(quantity));
        }
    }

    #[test]
    fn every_day_and_moment_is_read_back_as_written(day in any_date(), second in 0_u32..86_400) {
        prop_assert_eq!(parse_date(&format_date(day), Locale::Italian), Ok(day));
        let moment = day.midnight() + time::Duration::seconds(second.into());
        prop_assert_eq!(parse_date_time(&format_date_time(moment), Locale::Italian), Ok(moment));
    }

    #[test]
    fn every_discount_is_read_back_as_shown(steps in prop::collection::vec(1_i32..=10_000, 0..=8)) {
        let cascade = DiscountCascade(steps.into_iter().map(Percent).collect());
        prop_assert_eq!(cascade.to_string().parse(), Ok(cascade));
    }

    #[test]
    fn english_amounts_mirror_italian_ones(cents: i64) {
        let swap = |c| match c { '.' => ',', ',' => '.', other => other };
        let english: String = format_cents(Cents(cents)).chars().map(swap).collect();
        prop_assert_eq!(parse_cents(&english, Locale::English), Ok(Cents(cents)));
    }

    #[test]
    fn no_text_makes_a_parser_panic(text in any::<String>(), near in "[-−()€%., :/0-9+APMé\u{a0}]{0,24}") {
        for text in [&text, &near] {
            for locale in BOTH {
                let _ = parse_cents(text, locale);
                let _ = parse_percent(text, locale);
                let _ = parse_quantity(text, locale);
                let _ = parse_date(text, locale);
                let _ = parse_date_time(text, locale);
            }
            let _ = parse_flag(text);
            let _ = text.parse::<DiscountCascade>();
        }
    }
}
