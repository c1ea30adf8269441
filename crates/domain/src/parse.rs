//! Reads money, quantities, percentages, dates and flags as the ERP prints them and as people type them.
//!
//! The ERP writes Italian or English by the language its browser asks for, and now and then a number slips through in
//! the other notation (facts/erp.md §2.9, §3.5, §3.8). So a number is read by its shape, the locale only decides what is
//! ambiguous: in an Italian document `1.895` is one thousand eight hundred and ninety-five and `1677.87` has cents.
//! Nothing is rounded and nothing wraps: what does not fit hundredths, or its type, is an error.

use time::{Date, Month, PrimitiveDateTime, Time};

use crate::{Cents, Percent, Quantity};

/// How the ERP, or a person, writes numbers and dates.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Locale {
    /// `1.234,56`, `20/01/2026 12:04:22`.
    Italian,
    /// `1,234.56`, `1/20/2026 12:04:22 PM`.
    English,
}

/// The text is not what it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not {expected}")]
pub struct ParseError {
    /// What was given, at most 80 characters of it.
    pub text: String,
    /// What it should have been, as the end of a sentence.
    pub expected: &'static str,
}

impl ParseError {
    pub(crate) fn new(text: &str, expected: &'static str) -> Self {
        Self { text: text.chars().take(80).collect(), expected }
    }
}

/// Money, with or without `€`, with any number of decimals that mean cents (`2.112,7`); negatives as `-1,00`, `1,00-`
/// or `(1,00)`.
pub fn parse_cents(text: &str, locale: Locale) -> Result<Cents, ParseError> {
    let hundredths = hundredths(text, Some('€'), locale);
    hundredths.map(Cents).ok_or_else(|| ParseError::new(text, "an amount such as 1.234,56 €"))
}

/// A percentage, with or without `%`.
pub fn parse_percent(text: &str, locale: Locale) -> Result<Percent, ParseError> {
    let hundredths = hundredths(text, Some('%'), locale).and_then(|value| i32::try_from(value).ok());
    hundredths.map(Percent).ok_or_else(|| ParseError::new(text, "a percentage such as 21,49 %"))
}

/// A quantity, in pieces with at most two decimals.
pub fn parse_quantity(text: &str, locale: Locale) -> Result<Quantity, ParseError> {
    let hundredths = hundredths(text, None, locale);
    hundredths.map(Quantity).ok_or_else(|| ParseError::new(text, "a quantity such as 1.895 or 2,50"))
}

/// A yes or no in any of the ERP's ways: `Sì`, `Si'`, `si`, `yes`, `1`, `true`, `Checked`, and their opposites.
pub fn parse_flag(text: &str) -> Result<bool, ParseError> {
    let word = text.trim().to_lowercase();
    match word.trim_end_matches(['\'', '’', '`', '\u{301}', '\u{300}']) {
        "si" | "sì" | "sí" | "yes" | "1" | "true" | "vero" | "checked" => Ok(true),
        "no" | "0" | "false" | "falso" | "unchecked" => Ok(false),
        _ => Err(ParseError::new(text, "a yes or a no")),
    }
}

/// A day: `20/01/2026`, in English `1/20/2026`. People may type `20-1-2026` and `20.1.2026` too.
pub fn parse_date(text: &str, locale: Locale) -> Result<Date, ParseError> {
    date(text.trim(), locale).ok_or_else(|| ParseError::new(text, "a date such as 20/01/2026"))
}

/// A day with a time, 24 hours or with AM or PM; the seconds may be missing, and a day alone is its midnight.
pub fn parse_date_time(text: &str, locale: Locale) -> Result<PrimitiveDateTime, ParseError> {
    date_time(text, locale)
        .ok_or_else(|| ParseError::new(text, "a date and time such as 20/01/2026 12:04:22"))
}

impl Locale {
    const fn thousands(self) -> char {
        match self {
            Self::Italian => '.',
            Self::English => ',',
        }
    }
}

/// The number in hundredths, whatever its sign, symbol and separators look like.
fn hundredths(text: &str, symbol: Option<char>, locale: Locale) -> Option<i64> {
    let (negative, digits) = peel(text, symbol);
    let (whole, fraction) = split_at_decimal(digits, locale)?;
    let magnitude = magnitude(&whole, fraction)?;
    i64::try_from(if negative { -magnitude } else { magnitude }).ok()
}

/// Takes white space (also non-breaking), one symbol and one minus sign off both ends, in whichever order they come.
fn peel(text: &str, symbol: Option<char>) -> (bool, &str) {
    const MINUS: [char; 2] = ['-', '\u{2212}'];
    let (mut rest, mut negative, mut symbol) = (text.trim(), false, symbol);
    loop {
        let bare_of_symbol =
            symbol.and_then(|sign| rest.strip_suffix(sign).or_else(|| rest.strip_prefix(sign)));
        let in_brackets = || rest.strip_prefix('(').and_then(|inner| inner.strip_suffix(')'));
        let bare_of_minus =
            || rest.strip_prefix(MINUS).or_else(|| rest.strip_suffix(MINUS)).or_else(in_brackets);
        if let Some(inner) = bare_of_symbol {
            (rest, symbol) = (inner.trim(), None);
        } else if let Some(inner) = (!negative).then(bare_of_minus).flatten() {
            (rest, negative) = (inner.trim(), true);
        } else {
            return (negative, rest);
        }
    }
}

/// The whole part without separators, and the fraction's digits.
fn split_at_decimal(digits: &str, locale: Locale) -> Option<(String, &str)> {
    let thousands = locale.thousands();
    let is_separator = |c: char| matches!(c, '.' | ',');
    let Some(last) = digits.rfind(is_separator) else {
        return Some((digits.to_owned(), ""));
    };
    let (head, tail) = (&digits[..last], &digits[last + 1..]);
    let separator = if digits[last..].starts_with('.') { '.' } else { ',' };
    if head.contains(separator) || (separator == thousands && tail.len() == 3 && !head.starts_with('0')) {
        // Seen twice, or followed by exactly three digits where the locale groups by it: it groups.
        return ungroup(digits, separator).map(|whole| (whole, ""));
    }
    let other = if separator == '.' { ',' } else { '.' };
    let whole = if head.contains(other) { ungroup(head, other)? } else { head.to_owned() };
    (!tail.is_empty()).then_some((whole, tail))
}

/// Removes thousands separators, if they stand where they belong.
pub(crate) fn ungroup(digits: &str, separator: char) -> Option<String> {
    let mut groups = digits.split(separator);
    let first = groups.next().is_some_and(|group| (1..=3).contains(&group.len()));
    (first && groups.all(|group| group.len() == 3)).then(|| digits.split(separator).collect())
}

/// Hundredths of a number without sign; digits after the second decimal must be zeros, and there must be a digit.
fn magnitude(whole: &str, fraction: &str) -> Option<i128> {
    let (decimals, beyond) = fraction.split_at_checked(2).unwrap_or((fraction, ""));
    let any = !whole.is_empty() || !fraction.is_empty();
    if !any || !beyond.bytes().all(|byte| byte == b'0') {
        return None;
    }
    let whole = if whole.is_empty() { 0 } else { whole_number::<u64>(whole)? };
    let tens_and_units = match decimals.len() {
        0 => 0,
        1 => 10 * whole_number::<u64>(decimals)?,
        _ => whole_number::<u64>(decimals)?,
    };
    Some(i128::from(whole) * 100 + i128::from(tens_and_units))
}

fn date(text: &str, locale: Locale) -> Option<Date> {
    let mut parts = text.split(['/', '-', '.']);
    let (first, second, year) = (parts.next()?, parts.next()?, parts.next()?);
    let (day, month) = match locale {
        Locale::Italian => (first, second),
        Locale::English => (second, first),
    };
    let month = Month::try_from(small_number(month)?).ok()?;
    let year = (year.len() == 4 && parts.next().is_none()).then(|| whole_number(year)).flatten()?;
    Date::from_calendar_date(year, month, small_number(day)?).ok()
}

fn date_time(text: &str, locale: Locale) -> Option<PrimitiveDateTime> {
    let mut words = text.split_whitespace();
    let day = date(words.next()?, locale)?;
    let time = match words.next() {
        Some(clock) => time_of_day(clock, words.next())?,
        None => Time::MIDNIGHT,
    };
    words.next().is_none().then(|| PrimitiveDateTime::new(day, time))
}

fn time_of_day(clock: &str, half: Option<&str>) -> Option<Time> {
    let mut parts = clock.split(':');
    let (hour, minute) = (small_number(parts.next()?)?, small_number(parts.next()?)?);
    let second = parts.next().map_or(Some(0), small_number)?;
    let hour = match half.map(str::to_ascii_uppercase).as_deref() {
        None => hour,
        Some("AM") if (1..=12).contains(&hour) => hour % 12,
        Some("PM") if (1..=12).contains(&hour) => hour % 12 + 12,
        Some(_) => return None,
    };
    let time = Time::from_hms(hour, minute, second).ok()?;
    parts.next().is_none().then_some(time)
}

/// One or two digits.
fn small_number(text: &str) -> Option<u8> {
    (1..=2).contains(&text.len()).then(|| whole_number(text)).flatten()
}

/// Digits only: the standard parsers would take a leading plus sign too.
fn whole_number<N: std::str::FromStr>(text: &str) -> Option<N> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}
