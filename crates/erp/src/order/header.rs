//! Fills in what concerns the whole order: references, texts, date, discounts.
//!
//! The customer's default discount group is cleared before the first line is typed: it adds 20 % to every line, and
//! clearing it afterwards only works with a save in between (facts/erp.md §4.1), which would make an order before the
//! caller has written down that there may be one.

use domain::{Draft, Marker, Percent, format_date};

use super::{form, number};
use crate::{
    ErpError,
    page::{Step, Turn},
};

/// The longest customer reference that is typed; the field of the ERP's schema has 60 characters.
const REFERENCE_CHARS_MAX: usize = 60;

/// What goes into the customer-reference field: the marker first, so that nothing can cut it off, then the customer's
/// own reference. The field is printed on the order, the transport document and the invoice, where the customer looks
/// for it; and the list's search finds the marker inside it.
pub(super) fn reference(marker: &Marker, own: Option<&str>) -> String {
    let own = own.map(|own| own.split_whitespace().collect::<Vec<_>>().join(" ")).unwrap_or_default();
    let whole = format!("{marker} {own}");
    whole.trim_end().chars().take(REFERENCE_CHARS_MAX).collect()
}

/// Fills in everything but customer, lines and delivery address, where the form does not hold it already.
pub(super) async fn fill(turn: &Turn<'_>, draft: &Draft, marker: &Marker) -> Result<(), ErpError> {
    texts(turn, draft, marker).await?;
    clear_line_discount(turn).await?;
    if draft.header_discount != Percent(0) {
        discount(turn, draft.header_discount).await?;
    }
    Ok(())
}

async fn texts(turn: &Turn<'_>, draft: &Draft, marker: &Marker) -> Result<(), ErpError> {
    let reference = reference(marker, draft.customer_reference.as_deref());
    form::fill(turn, "order: reference", "CUSTOMERREF", &reference, |shown| shown == reference).await?;
    let notes = draft.notes.as_deref().unwrap_or_default().replace("\r\n", "\n");
    let notes = notes.trim();
    if !notes.is_empty() {
        form::fill(turn, "order: notes", "TEXTEXTERNAL", notes, |shown| shown.trim() == notes).await?;
    }
    if let Some(day) = draft.requested_delivery {
        let day = format_date(day);
        form::fill(turn, "order: delivery date", "DELIVERYDATE", &day, |shown| shown.starts_with(&day))
            .await?;
    }
    Ok(())
}

/// Clears the default discount group, if the order has one.
async fn clear_line_discount(turn: &Turn<'_>) -> Result<(), ErpError> {
    let name = "order: line discount";
    for _ in 0..turn.limits().line_discount_tries {
        let group: Option<String> = turn.ask(name, "__archibald.lineDiscountGroup()").await?;
        match group.as_deref() {
            None | Some("") => return Ok(()),
            Some(group) => tracing::debug!(group, "the order starts with a discount group"),
        }
        let step =
            Step { name, expected: "a cross that clears the discount group", limit: turn.limits().popup };
        turn.until::<bool>(step, "__archibald.reveal(__archibald.editor('LINEDISC'))").await?;
        turn.click(step, "__archibald.lineDiscountClear()").await?;
        turn.idle(name).await?;
    }
    if turn.ask::<bool>(name, "!__archibald.lineDiscountGroup()").await? {
        return Ok(());
    }
    Err(turn.screen_changed(name, "no discount group after it was cleared").await)
}

async fn discount(turn: &Turn<'_>, percent: Percent) -> Result<(), ErpError> {
    let name = "order: discount";
    let same = |shown: &str| number::shown_percent(shown) == Some(percent);
    form::fill(turn, name, "MANUALDISCOUNT", &number::percent(percent), same).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_marker_comes_first_and_is_never_cut() {
        let marker = Marker::from_bits(42);
        assert_eq!(reference(&marker, None), marker.as_str());
        assert_eq!(reference(&marker, Some(" Rif.  12 ")), format!("{marker} Rif. 12"));
        let long = reference(&marker, Some(&"x".repeat(100)));
        assert!(long.starts_with(marker.as_str()) && long.chars().count() == REFERENCE_CHARS_MAX);
        let fits = "x".repeat(Draft::REFERENCE_LETTERS_MAX);
        assert_eq!(reference(&marker, Some(&fits)), format!("{marker} {fits}"));
    }
}
