//! Turns the lines of a cell back into the text that was printed.
//!
//! The ERP breaks lines where a cell is too narrow; such a break swallowed a space. Line feeds in the data look the same
//! on paper, and only addresses need them (facts/pdf.md §2).

use std::borrow::Cow;

use super::page::{HARD_BREAK, SOFT_BREAK};

const BREAKS: [char; 2] = [HARD_BREAK, SOFT_BREAK];

/// One line: every break becomes one space, and the ends are trimmed. Double spaces within a line are data.
pub(super) fn join_words(text: &str) -> String {
    match join(text, " ") {
        Cow::Borrowed(text) => text.trim().to_owned(),
        Cow::Owned(text) => text.trim().to_owned(),
    }
}

/// One line without the breaks, for values that hold no space: addresses of the network, numbers, codes.
pub(super) fn join_solid(text: &str) -> String {
    join(text, "").trim().to_owned()
}

/// An address: line feeds in the data stay, and the line with the postcode always starts a new one.
pub(super) fn join_address(text: &str) -> String {
    let mut joined = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(BREAKS) {
        let (line, after) = rest.split_at(at);
        joined.push_str(line);
        let next = after.trim_start_matches(BREAKS);
        let hard = after[..after.len() - next.len()].contains(HARD_BREAK);
        if !joined.is_empty() && !next.is_empty() {
            joined.push(if hard || starts_with_postcode(next) { '\n' } else { ' ' });
        }
        rest = next;
    }
    joined.push_str(rest);
    joined.trim().to_owned()
}

/// Everything but white space, for text that was broken in places that mean nothing.
pub(super) fn without_white_space(text: &str) -> String {
    text.split_whitespace().collect()
}

fn join<'t>(text: &'t str, between: &str) -> Cow<'t, str> {
    if !text.contains(BREAKS) {
        return Cow::Borrowed(text);
    }
    let lines: Vec<&str> = text.split(BREAKS).filter(|line| !line.is_empty()).collect();
    Cow::Owned(lines.join(between))
}

fn starts_with_postcode(line: &str) -> bool {
    line.len() > 5 && line.as_bytes()[..5].iter().all(u8::is_ascii_digit) && line.as_bytes()[5] == b' '
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn breaks_become_one_space_and_double_spaces_stay() {
        assert_eq!(
            join_words("Studio  Dentistico\rDott. Bianchi\n\nsrl "),
            "Studio  Dentistico Dott. Bianchi srl"
        );
    }

    #[test]
    fn solid_values_are_put_together_again() {
        assert_eq!(
            join_solid("segreteria@studio-\rdentistico.example"),
            "segreteria@studio-dentistico.example"
        );
    }

    #[test]
    fn addresses_keep_the_break_before_the_postcode() {
        assert_eq!(
            join_address("Via delle Cinque\rGiornate, 12\r50129 Firenze FI"),
            "Via delle Cinque Giornate, 12\n50129 Firenze FI"
        );
        assert_eq!(
            join_address("c/o Rossi\nVia Roma, 1\n50100 Firenze"),
            "c/o Rossi\nVia Roma, 1\n50100 Firenze"
        );
        assert_eq!(join_address(""), "");
    }
}
