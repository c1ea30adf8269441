//! Describes, per entity, which column of an export fills which field: declarations only, read by one engine.

use domain::{
    Cents, ErpId, Locale, Percent, Quantity, SyncType, parse_cents, parse_date, parse_date_time, parse_flag,
};
use domain::{parse_percent, parse_quantity};
use time::{Date, PrimitiveDateTime};

use super::{
    text::{join_address, join_solid, join_words, without_white_space},
    tracking::{Tracking, parse_tracking},
};

/// How one kind of export becomes records.
pub struct EntityMap<T: 'static> {
    /// What the export is of.
    pub(super) kind: SyncType,
    /// Makes a record of its key, every other field absent; `Err` says why the row is left out.
    pub(super) begin: fn(key: &str) -> Begin<T>,
    /// All columns, the key first. Their order is that of the content hash, so append only.
    pub(super) columns: &'static [Column<T>],
    /// A second key that must not repeat either, where a record has it.
    pub(super) second_key: fn(&T) -> Option<&str>,
    /// Looks at a finished record; `Some` says why the row is left out.
    pub(super) leave_out: fn(&T) -> Option<&'static str>,
    /// Titles of columns that are known to hold nothing worth keeping.
    pub(super) ignored: &'static [&'static str],
    /// Whether an export without rows can be right.
    pub(super) may_be_empty: bool,
}

/// What a key cell leads to.
pub(super) enum Begin<T> {
    /// A record.
    Record(T),
    /// A row that is known to be no record; the reason is logged.
    LeaveOut(&'static str),
    /// No key at all: the export is refused.
    Refuse,
}

/// One column of an export.
pub(super) struct Column<T: 'static> {
    /// The record's field in JSON.
    pub(super) field: &'static str,
    italian: &'static str,
    english: &'static [&'static str],
    /// A record makes no sense without it, so an export without it is refused.
    pub(super) required: bool,
    /// Never seen in a real export: a cell that cannot be read is left empty instead of refusing the export.
    pub(super) tentative: bool,
    pub(super) parse: Parse<T>,
}

/// How a cell's text becomes the field's value. An empty cell is an absent value.
pub(super) enum Parse<T: 'static> {
    /// The key, which [`EntityMap::begin`] reads.
    Key,
    /// Words: line breaks become spaces.
    Text(fn(&mut T, Option<String>)),
    /// A value without spaces: line breaks vanish.
    Solid(fn(&mut T, Option<String>)),
    /// Keeps its line feeds.
    Address(fn(&mut T, Option<String>)),
    /// The number of a record, printed with thousands separators and kept as digits.
    RecordId(fn(&mut T, Option<String>)),
    Whole(fn(&mut T, Option<i64>)),
    Money(fn(&mut T, Option<Cents>)),
    Quantity(fn(&mut T, Option<Quantity>)),
    Percent(fn(&mut T, Option<Percent>)),
    /// A percentage that may stand in a code: `22`, `22,00 %`, `IVA22`.
    VatRate(fn(&mut T, Option<Percent>)),
    Day(fn(&mut T, Option<Date>)),
    Moment(fn(&mut T, Option<PrimitiveDateTime>)),
    Flag(fn(&mut T, Option<bool>)),
    /// A link to a carrier, printed as HTML source.
    Tracking(fn(&mut T, Option<Tracking>)),
}

/// A column a record can do without.
pub(super) const fn optional<T>(
    field: &'static str,
    italian: &'static str,
    english: &'static [&'static str],
    parse: Parse<T>,
) -> Column<T> {
    Column { field, italian, english, required: false, tentative: false, parse }
}

/// A column without which an export is refused.
pub(super) const fn required<T>(
    field: &'static str,
    italian: &'static str,
    english: &'static [&'static str],
    parse: Parse<T>,
) -> Column<T> {
    Column { field, italian, english, required: true, tentative: false, parse }
}

/// A column whose cells were never seen; see [`Column::tentative`].
pub(super) const fn tentative<T>(
    field: &'static str,
    italian: &'static str,
    english: &'static [&'static str],
    parse: Parse<T>,
) -> Column<T> {
    Column { field, italian, english, required: false, tentative: true, parse }
}

/// For maps whose entity has one key only.
pub(super) fn no_second_key<T>(_: &T) -> Option<&str> {
    None
}

/// For maps whose rows are all records.
pub(super) fn keep_all<T>(_: &T) -> Option<&'static str> {
    None
}

impl<T> Column<T> {
    /// Whether this (normalised) title is the column's Italian one.
    pub(super) fn is_italian(&self, title: &str) -> bool {
        matches(self.italian, title)
    }

    /// Whether this (normalised) title is one of the column's English ones.
    pub(super) fn is_english(&self, title: &str) -> bool {
        self.english.iter().any(|known| matches(known, title))
    }

    /// The Italian title, for messages.
    pub(super) fn title(&self) -> &'static str {
        self.italian
    }

    /// The cell's text as it is hashed and parsed.
    pub(super) fn canonical(&self, text: &str) -> String {
        match self.parse {
            Parse::Key | Parse::Solid(_) => join_solid(text),
            Parse::Address(_) => join_address(text),
            Parse::Tracking(_) => without_white_space(text),
            Parse::Text(_)
            | Parse::RecordId(_)
            | Parse::Whole(_)
            | Parse::Money(_)
            | Parse::Quantity(_)
            | Parse::Percent(_)
            | Parse::VatRate(_)
            | Parse::Day(_)
            | Parse::Moment(_)
            | Parse::Flag(_) => join_words(text),
        }
    }

    /// Parses a canonical text into the record. An error says what the text should have been.
    pub(super) fn fill(&self, record: &mut T, text: &str, locale: Locale) -> Result<(), &'static str> {
        let present = (!text.is_empty()).then_some(text);
        let words = || present.map(str::to_owned);
        match self.parse {
            Parse::Key => {}
            Parse::Text(set) | Parse::Solid(set) | Parse::Address(set) => set(record, words()),
            Parse::RecordId(set) => set(record, present.map(record_id).transpose()?),
            Parse::Whole(set) => set(record, present.map(|text| whole(text, locale)).transpose()?),
            Parse::Money(set) => {
                set(
                    record,
                    present.map(|text| parse_cents(text, locale)).transpose().map_err(|e| e.expected)?,
                );
            }
            Parse::Quantity(set) => {
                set(
                    record,
                    present.map(|text| parse_quantity(text, locale)).transpose().map_err(|e| e.expected)?,
                );
            }
            Parse::Percent(set) => {
                set(
                    record,
                    present.map(|text| parse_percent(text, locale)).transpose().map_err(|e| e.expected)?,
                );
            }
            Parse::VatRate(set) => set(record, present.map(|text| vat_rate(text, locale)).transpose()?),
            Parse::Day(set) => set(record, present.map(|text| day(text, locale)).transpose()?),
            Parse::Moment(set) => {
                let moment = present.map(|text| parse_date_time(text, locale)).transpose();
                set(record, moment.map_err(|e| e.expected)?);
            }
            Parse::Flag(set) => {
                set(record, present.map(parse_flag).transpose().map_err(|e| e.expected)?);
            }
            Parse::Tracking(set) => set(record, present.map(parse_tracking).transpose()?),
        }
        Ok(())
    }
}

/// A title as titles are compared: upper case, plain apostrophes and spaces, no colon at the end.
pub(super) fn normalised(title: &str) -> String {
    let plain: String = title
        .chars()
        .map(|character| match character {
            '’' | '‘' | '`' | '´' => '\'',
            other => other,
        })
        .collect();
    let words: Vec<&str> = plain.split_whitespace().collect();
    words.join(" ").trim_end_matches(':').trim_end().to_uppercase()
}

/// A known title that ends with `*` stands for every title that begins like it.
fn matches(known: &str, title: &str) -> bool {
    match known.strip_suffix('*') {
        Some(beginning) => title.starts_with(&normalised(beginning)),
        None => title == normalised(known),
    }
}

/// Digits without separators.
fn record_id(text: &str) -> Result<String, &'static str> {
    let known = if text == "0" { Some(text.to_owned()) } else { text.parse().ok().map(ErpId::into) };
    known.ok_or("a record's number")
}

fn whole(text: &str, locale: Locale) -> Result<i64, &'static str> {
    let number = parse_quantity(text, locale).ok().filter(|number| number.0 % 100 == 0);
    number.map(|number| number.0 / 100).ok_or("a whole number")
}

/// A date; the time that some date columns print after it is dropped.
fn day(text: &str, locale: Locale) -> Result<Date, &'static str> {
    let moment = || parse_date_time(text, locale).map(PrimitiveDateTime::date);
    parse_date(text, locale).or_else(|_| moment()).map_err(|error| error.expected)
}

fn vat_rate(text: &str, locale: Locale) -> Result<Percent, &'static str> {
    let number = text.trim_start_matches(|character: char| !character.is_ascii_digit());
    let rate = parse_percent(number, locale).map_err(|error| error.expected)?;
    if (0..=10_000).contains(&rate.0) { Ok(rate) } else { Err("a VAT rate such as 22") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_compared_without_typography() {
        assert_eq!(normalised("ALL’ATTENZIONE DI:"), normalised("all'attenzione\u{a0}di"));
        assert_ne!(normalised("ID"), normalised("ID DI VENDITA"));
    }

    #[test]
    fn a_star_stands_for_the_rest_of_a_title() {
        assert!(matches("PREZZO NETTO*", &normalised("Prezzo netto Archibald")));
        assert!(!matches("PREZZO NETTO", &normalised("Prezzo netto Archibald")));
    }

    #[test]
    fn vat_rates_hide_in_codes() {
        for text in ["22", "22,00 %", "IVA22", "IVA 22"] {
            assert_eq!(vat_rate(text, Locale::Italian), Ok(Percent(2_200)), "{text}");
        }
        assert!(vat_rate("esente", Locale::Italian).is_err());
    }
}
