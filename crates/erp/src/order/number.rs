//! Writes and reads numbers in the form's fields: a comma, no thousands dots, no sign behind.

use domain::{Locale, Percent, Quantity, parse_percent, parse_quantity};

/// `5` for whole pieces, `2,50` otherwise.
pub(super) fn quantity(quantity: Quantity) -> String {
    if quantity.0 % 100 == 0 { (quantity.0 / 100).to_string() } else { hundredths(quantity.0) }
}

/// `12,50`
pub(super) fn percent(percent: Percent) -> String {
    hundredths(i64::from(percent.0))
}

fn hundredths(value: i64) -> String {
    format!("{},{:02}", value / 100, value % 100)
}

/// What a field shows as quantity.
pub(super) fn shown_quantity(text: &str) -> Option<Quantity> {
    parse_quantity(text, Locale::Italian).ok()
}

/// What a field shows as percentage; empty is none.
pub(super) fn shown_percent(text: &str) -> Option<Percent> {
    if text.trim().is_empty() { Some(Percent(0)) } else { parse_percent(text, Locale::Italian).ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_typed_without_thousands_dots_and_read_with_them() {
        assert_eq!(
            (quantity(Quantity::pieces(1_200)), quantity(Quantity(250))),
            ("1200".into(), "2,50".into())
        );
        assert_eq!(percent(Percent(1_250)), "12,50");
        assert_eq!(shown_quantity("1.200,00"), Some(Quantity::pieces(1_200)));
        assert_eq!((shown_percent("12,50 %"), shown_percent(" ")), (Some(Percent(1_250)), Some(Percent(0))));
    }
}
