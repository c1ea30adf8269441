//! Finds carrier and number in a tracking link that the ERP prints as HTML source, wrapped wherever the column ended.
//!
//! The HTML is malformed (the address is never closed) and is never rendered or trusted: only the link's text is taken,
//! and its number must occur in the address (facts/pdf.md §2).

/// A parcel's carrier and number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Tracking {
    /// In lower case, one of [`CARRIERS`].
    pub(super) carrier: String,
    pub(super) number: String,
}

/// The carriers that links were seen or reported for. `brt` and `bartolini` are the same one.
const CARRIERS: [&str; 8] = ["fedex", "ups", "dhl", "tnt", "gls", "brt", "bartolini", "sda"];

/// Reads the cell's text, from which all white space was removed.
pub(super) fn parse_tracking(text: &str) -> Result<Tracking, &'static str> {
    let expected = "a tracking link or a carrier and a number";
    let (address, label) = split_link(text).ok_or(expected)?;
    let lower = label.to_ascii_lowercase();
    let carrier = CARRIERS.iter().find(|carrier| lower.starts_with(**carrier)).ok_or(expected)?;
    let number = &label[carrier.len()..];
    let plausible = number.len() >= 6 && number.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let confirmed = address.is_none_or(|address| address.contains(number));
    if plausible && confirmed {
        Ok(Tracking { carrier: (*carrier).to_owned(), number: number.to_owned() })
    } else {
        Err(expected)
    }
}

/// The address part and the text of a link; plain text has no address.
fn split_link(text: &str) -> Option<(Option<&str>, &str)> {
    if !text.starts_with('<') {
        return Some((None, text));
    }
    let end = text.to_ascii_lowercase().rfind("</a")?;
    let start = text[..end].rfind('>')? + 1;
    Some((Some(&text[..start]), &text[start..end]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(cell: &str) -> Result<(String, String), &'static str> {
        let solid: String = cell.split_whitespace().collect();
        parse_tracking(&solid).map(|tracking| (tracking.carrier, tracking.number))
    }

    #[test]
    fn the_malformed_link_gives_carrier_and_number() {
        let cell = "<a href = \"https://www.fedex.com/fedextrack/?\ntrknbr=123456789012&locale=it_IT\ntarget=\"_blank\">fedex 123456789012</a>";
        assert_eq!(read(cell), Ok(("fedex".to_owned(), "123456789012".to_owned())));
    }

    #[test]
    fn breaks_inside_the_number_do_not_matter() {
        let cell = "<a href=\"https://www.ups.com/track?tracknum=1Z999AA1\n0123456784\">ups 1Z999\nAA10123456784</a>";
        assert_eq!(read(cell), Ok(("ups".to_owned(), "1Z999AA10123456784".to_owned())));
    }

    #[test]
    fn a_number_the_address_does_not_know_is_refused() {
        assert!(read("<a href=\"https://www.fedex.com/?trknbr=1234567\">fedex 7654321</a>").is_err());
        assert!(read("<script>alert(1)</script>").is_err());
    }
}
