//! Writes money, quantities, percentages and dates the Italian way, as the ERP and its users do.
//!
//! The browser's and the server's locale data disagree on grouping, so both use these functions. Whatever they write,
//! the parsers of this crate read back unchanged.

use std::fmt::Write;

use time::{Date, PrimitiveDateTime};

use crate::{Cents, Percent, Quantity};

/// `1.234,56 €`
pub fn format_cents(amount: Cents) -> String {
    format!("{} €", two_decimals(amount.0))
}

/// `21,49 %`
pub fn format_percent(percent: Percent) -> String {
    format!("{} %", two_decimals(percent.0.into()))
}

/// `1.895` for whole pieces, `2,50` otherwise.
pub fn format_quantity(quantity: Quantity) -> String {
    if quantity.0 % 100 == 0 { grouped(quantity.0) } else { two_decimals(quantity.0) }
}

/// `20/01/2026`
pub fn format_date(date: Date) -> String {
    format!("{:02}/{:02}/{:04}", date.day(), u8::from(date.month()), date.year())
}

/// `20/01/2026 12:04:22`; fractions of a second are not written.
pub fn format_date_time(moment: PrimitiveDateTime) -> String {
    let (hour, minute, second) = moment.as_hms();
    format!("{} {hour:02}:{minute:02}:{second:02}", format_date(moment.date()))
}

fn two_decimals(hundredths: i64) -> String {
    let mut text = grouped(hundredths);
    write!(text, ",{:02}", hundredths.unsigned_abs() % 100).expect("writing to a string cannot fail");
    text
}

/// The sign and the whole part, with a dot before every third digit from the right.
fn grouped(hundredths: i64) -> String {
    let digits = (hundredths.unsigned_abs() / 100).to_string();
    let mut text = String::from(if hundredths < 0 { "-" } else { "" });
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push('.');
        }
        text.push(digit);
    }
    text
}
