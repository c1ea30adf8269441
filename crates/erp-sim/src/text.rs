//! Prints values the way the ERP's cells do, in its two languages (facts/erp.md §2.9).
//!
//! This is the server's side of the conversation: it is deliberately independent of the formatter and parser in
//! `domain`, so that tests compare two opinions.

use domain::{Cents, Locale, Percent, Quantity};
use time::{Date, PrimitiveDateTime};

/// A whole number with thousands separators: `57.185`, in English `57,185`.
pub(crate) fn whole(number: i64, locale: Locale) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut grouped = String::with_capacity(digits.len() + 4);
    for (place, digit) in digits.char_indices() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(if locale == Locale::Italian { '.' } else { ',' });
        }
        grouped.push(digit);
    }
    if number < 0 { format!("-{grouped}") } else { grouped }
}

/// Hundredths with two decimals: `1.234,56`.
pub(crate) fn hundredths(value: i64, locale: Locale) -> String {
    let point = if locale == Locale::Italian { ',' } else { '.' };
    let sign = if value < 0 && value > -100 { "-" } else { "" };
    format!("{sign}{}{point}{:02}", whole(value / 100, locale), value.unsigned_abs() % 100)
}

/// Hundredths with as many decimals as they need: `2.112,7`, `308,25`, `0`.
pub(crate) fn plain(value: i64, locale: Locale) -> String {
    let text = hundredths(value, locale);
    text.trim_end_matches('0').trim_end_matches([',', '.']).to_owned()
}

/// `1.234,56 €`
pub(crate) fn money(amount: Cents, locale: Locale) -> String {
    format!("{} €", hundredths(amount.0, locale))
}

/// `21,49 %`
pub(crate) fn percent(percent: Percent, locale: Locale) -> String {
    format!("{} %", hundredths(i64::from(percent.0), locale))
}

/// `5,00`
pub(crate) fn quantity(quantity: Quantity, locale: Locale) -> String {
    hundredths(quantity.0, locale)
}

/// Whole pieces without decimals: `5`.
pub(crate) fn pieces(quantity: Quantity, locale: Locale) -> String {
    whole(quantity.0 / 100, locale)
}

/// `20/01/2026`, in English `1/20/2026`.
pub(crate) fn date(date: Date, locale: Locale) -> String {
    let (day, month, year) = (date.day(), u8::from(date.month()), date.year());
    match locale {
        Locale::Italian => format!("{day:02}/{month:02}/{year:04}"),
        Locale::English => format!("{month}/{day}/{year:04}"),
    }
}

/// `20/01/2026 12:04:22`, in English `1/20/2026 12:04:22 PM`.
pub(crate) fn date_time(moment: PrimitiveDateTime, locale: Locale) -> String {
    let (hour, minute, second) = moment.as_hms();
    let day = date(moment.date(), locale);
    match locale {
        Locale::Italian => format!("{day} {hour:02}:{minute:02}:{second:02}"),
        Locale::English => {
            let half = if hour < 12 { "AM" } else { "PM" };
            format!("{day} {}:{minute:02}:{second:02} {half}", (hour + 11) % 12 + 1)
        }
    }
}

/// Flags are English in both languages.
pub(crate) fn flag(value: bool) -> String {
    if value { "Checked" } else { "Unchecked" }.to_owned()
}

/// Reads hundredths as typed into an editor: `5`, `5,5`, `1.234,56`, with a sign for money or percent behind.
pub(crate) fn parse_hundredths(text: &str, locale: Locale) -> Option<i64> {
    let (thousands, point) = if locale == Locale::Italian { ('.', ',') } else { (',', '.') };
    let plain: String =
        text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '%' | '€') && *c != thousands).collect();
    let (sign, plain) = plain.strip_prefix('-').map_or((1, plain.as_str()), |rest| (-1, rest));
    let (units, decimals) = plain.split_once(point).unwrap_or((plain, ""));
    let all_digits = |text: &str| text.chars().all(|c| c.is_ascii_digit());
    if units.is_empty()
        || units.len() > 12
        || decimals.len() > 2
        || !all_digits(units)
        || !all_digits(decimals)
    {
        return None;
    }
    let decimals = format!("{decimals:0<2}");
    Some(sign * (units.parse::<i64>().ok()? * 100 + decimals.parse::<i64>().ok()?))
}

/// Reads a day as typed into an editor; empty means none.
pub(crate) fn parse_date(text: &str, locale: Locale) -> Option<Date> {
    let parts: Vec<u16> = text.trim().split('/').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let [first, second, year] = parts.try_into().ok()?;
    let (day, month) = if locale == Locale::Italian { (first, second) } else { (second, first) };
    let month = time::Month::try_from(u8::try_from(month).ok()?).ok()?;
    Date::from_calendar_date(i32::from(year), month, u8::try_from(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn cells_are_printed_in_both_languages() {
        let moment = datetime!(2026-01-02 00:04:22);
        assert_eq!(whole(57_185, Locale::Italian), "57.185");
        assert_eq!(money(Cents(-123_456), Locale::Italian), "-1.234,56 €");
        assert_eq!(money(Cents(-56), Locale::English), "-0.56 €");
        let plain: Vec<String> =
            [211_270, 30_825, 0, -1_250, 100_000].map(|value| plain(value, Locale::Italian)).to_vec();
        assert_eq!(plain, ["2.112,7", "308,25", "0", "-12,5", "1.000"]);
        assert_eq!(date_time(moment, Locale::Italian), "02/01/2026 00:04:22");
        assert_eq!(date_time(moment, Locale::English), "1/2/2026 12:04:22 AM");
    }

    #[test]
    fn typed_numbers_are_read_in_the_page_language() {
        assert_eq!(parse_hundredths("1.234,5", Locale::Italian), Some(123_450));
        assert_eq!(parse_hundredths("10,00 %", Locale::Italian), Some(1_000));
        assert_eq!(parse_hundredths("1,234.5", Locale::English), Some(123_450));
        assert_eq!(parse_hundredths("cinque", Locale::Italian), None);
        assert_eq!(parse_date("31/01/2026", Locale::Italian), parse_date("1/31/2026", Locale::English));
    }
}
