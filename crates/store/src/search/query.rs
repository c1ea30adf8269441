//! Understands what somebody typed into a search field. Nothing that can be typed is an error.

use domain::search_key;

use super::index;
use crate::Config;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum SearchQuery {
    /// Nothing was typed: list everything.
    Everything,
    /// Something was typed in which there is nothing to look for (`…`, `☺`): nothing matches.
    Nothing,
    /// These words.
    Words(QueryWords),
}

/// The words of a query, folded as the index is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct QueryWords {
    /// Each must be found.
    terms: Vec<String>,
    /// The query as one number, when it is nothing but digits and separators: `055/12 34 567`, `IT 0123…`.
    number: Option<String>,
}

impl SearchQuery {
    /// Reads at most as much of `text` as the limits allow.
    pub(crate) fn parse(text: &str, config: &Config) -> Self {
        let text: String = text.chars().take(config.query_chars_max).collect();
        if text.trim().is_empty() {
            return Self::Everything;
        }
        let terms = terms(&text, config.query_words_max);
        if terms.is_empty() {
            return Self::Nothing;
        }
        Self::Words(QueryWords { number: as_number(&text), terms })
    }
}

impl QueryWords {
    /// The index expression for every row that matches.
    pub(crate) fn anywhere(&self) -> String {
        let words = index::all_of(&self.terms, false);
        match &self.number {
            Some(number) => format!("({words}) OR {}", index::all_of(std::slice::from_ref(number), false)),
            None => words,
        }
    }

    /// The index expression for rows in which every word of the query begins a word.
    pub(crate) fn at_starts(&self) -> String {
        index::all_of(&self.terms, true)
    }

    /// Whether every word is so short that it matches at the start of a word only.
    pub(crate) fn are_all_short(&self) -> bool {
        self.number.is_none() && self.terms.iter().all(|term| term.chars().count() < index::PIECE)
    }

    /// The words, for the ranking of names.
    pub(crate) fn terms(&self) -> &[String] {
        &self.terms
    }

    /// The words as a name would have them.
    pub(crate) fn spaced(&self) -> String {
        self.terms.join(" ")
    }

    /// The words as an article's code would have them.
    pub(crate) fn joined(&self) -> String {
        self.terms.concat()
    }
}

/// A VAT number is stored without its country; so many digits after `IT` make one.
const VAT_DIGITS_MIN: usize = 5;

fn terms(text: &str, words_max: usize) -> Vec<String> {
    let key = search_key(text);
    let words: Vec<&str> = key.split_whitespace().take(words_max).collect();
    let country =
        |place: usize| words[place] == "it" && words.get(place + 1).is_some_and(|next| is_vat(next));
    let kept = (0..words.len()).filter(|place| !country(*place));
    kept.map(|place| without_country(words[place]).to_owned()).collect()
}

fn without_country(word: &str) -> &str {
    word.strip_prefix("it").filter(|rest| is_vat(rest)).unwrap_or(word)
}

fn is_vat(word: &str) -> bool {
    word.len() >= VAT_DIGITS_MIN && word.bytes().all(|letter| letter.is_ascii_digit())
}

/// The digits of a text that has only digits and what people write between and before them.
fn as_number(text: &str) -> Option<String> {
    let separator = |letter: char| letter.is_whitespace() || "+-./()".contains(letter);
    if !text.chars().all(|letter| letter.is_ascii_digit() || separator(letter)) {
        return None;
    }
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.strip_prefix("00").map(str::to_owned).unwrap_or(digits);
    (!digits.is_empty()).then_some(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn anywhere(text: &str) -> String {
        match SearchQuery::parse(text, &Config::default()) {
            SearchQuery::Words(words) => words.anywhere(),
            other => format!("{other:?}"),
        }
    }

    #[test]
    fn short_words_match_at_the_start_and_longer_ones_anywhere() {
        assert_eq!(anywhere("Rossi S.r.l. di b"), r#""rossi" AND "srl" AND " di" AND "  b""#);
    }

    #[test]
    fn a_number_is_found_with_and_without_separators() {
        assert_eq!(anywhere("055/12 34"), r#"("055" AND " 12" AND " 34") OR "0551234""#);
        assert_eq!(anywhere("0039 055"), r#"("0039" AND "055") OR "39055""#);
        assert_eq!(anywhere("IT 01234567890"), r#""01234567890""#);
        assert_eq!(anywhere("it01234567890"), r#""01234567890""#);
        assert_eq!(anywhere("it"), r#"" it""#);
    }

    #[test]
    fn nothing_that_can_be_typed_gets_into_the_syntax() {
        assert_eq!(anywhere(r#""a" OR NEAR(b* -c) ^d:{e}"#), r#""  a" AND " or" AND "near" AND "bcde""#);
        assert_eq!(anywhere("  "), "Everything");
        assert_eq!(anywhere("☺ \" * ( -- '"), "Nothing");
        assert_eq!(anywhere(&"x".repeat(100_000)).len(), 122);
    }
}
