//! Checks the complete form once more before it may be saved.

use std::collections::BTreeMap;

use domain::{Draft, DraftLine, Marker, Quantity};

use super::{
    header,
    lines::{self, Line, bare_name},
    number,
    placed::GROUP_DISCOUNT,
};
use crate::{ErpError, page::Turn};

/// Compares the lines (how many, pieces per article, no open row, no default discount) and puts right whatever else of the
/// order the form has lost. Discounts of single lines were verified with their lines.
pub(super) async fn complete(turn: &Turn<'_>, draft: &Draft, marker: &Marker) -> Result<(), ErpError> {
    let name = "order: check";
    if lines::state(turn).await?.editing {
        return Err(turn.screen_changed(name, "no open row").await);
    }
    let shown = lines::all(turn).await?;
    if let Some(expected) = first_fault(draft, &shown) {
        return Err(turn.screen_changed(name, expected).await);
    }
    // Callbacks of lines are known to reset fields of the order.
    header::fill(turn, draft, marker).await
}

/// What is wrong with the lines, as the end of "there should be …".
fn first_fault(draft: &Draft, shown: &[Line]) -> Option<String> {
    if shown.len() != draft.lines.len() {
        return Some(format!("{} lines, not {}", draft.lines.len(), shown.len()));
    }
    // By id where the grid shows ids; else by name, which variants share.
    let by_id = shown.iter().all(|line| line.article.is_some());
    let sent_key = |line: &DraftLine| if by_id { line.article.to_string() } else { bare_name(&line.name) };
    let shown_key = |line: &Line| match &line.article {
        Some(article) if by_id => article.to_string(),
        Some(_) | None => bare_name(&line.name),
    };
    let sent = sums(draft.lines.iter().map(|line| (sent_key(line), line.quantity)));
    let found = sums(shown.iter().map(|line| (shown_key(line), line.quantity)));
    if let Some((article, pieces)) = sent.iter().find(|(article, pieces)| found.get(*article) != Some(pieces))
    {
        let found = found.get(article).copied().unwrap_or_default();
        return Some(format!("{} of {article}, not {}", number::quantity(*pieces), number::quantity(found)));
    }
    let expected: BTreeMap<_, _> =
        draft.lines.iter().map(|line| (sent_key(line), line.system_discount)).collect();
    let is_trapped = |line: &&Line| {
        line.system_discount == GROUP_DISCOUNT && expected.get(&shown_key(line)) != Some(&GROUP_DISCOUNT)
    };
    let trapped = shown.iter().find(is_trapped)?;
    Some(format!("no default discount of 20 % on {}", trapped.name))
}

fn sums(lines: impl Iterator<Item = (String, Quantity)>) -> BTreeMap<String, Quantity> {
    lines.fold(BTreeMap::new(), |mut sums, (article, pieces)| {
        let sum: &mut Quantity = sums.entry(article).or_default();
        *sum = *sum + pieces;
        sums
    })
}

#[cfg(test)]
mod tests {
    use domain::{DiscountCascade, DraftId, LineId, Percent, Timestamp, VatRate};

    use super::*;

    fn sent(article: &str, pieces: i64) -> DraftLine {
        DraftLine {
            id: "0191e7a0-0000-7000-8000-000000000001".parse::<LineId>().expect("it is a UUID"),
            article: article.parse().expect("it is an article"),
            name: "AB12XY.104.023".to_owned(),
            description: None,
            quantity: Quantity::pieces(pieces),
            unit_price: None,
            price_unit: Quantity::pieces(1),
            discount: DiscountCascade::default(),
            system_discount: Percent(0),
            vat: VatRate::default(),
        }
    }

    fn order(lines: Vec<DraftLine>) -> Draft {
        let id: DraftId = "0191e7a0-0000-7000-8000-000000000002".parse().expect("it is a UUID");
        Draft { lines, ..Draft::new(id, Timestamp(0)) }
    }

    fn found(article: &str, pieces: i64, system: i32) -> Line {
        Line {
            name: "AB12XY.104.023".to_owned(),
            article: article.parse().ok(),
            quantity: Quantity::pieces(pieces),
            unit_price: None,
            system_discount: Percent(system),
            discount: Percent(0),
            amount: None,
        }
    }

    #[test]
    fn pieces_are_compared_per_article_over_all_lines() {
        let order = order(vec![sent("012345K2", 5), sent("012345K3", 1), sent("012345K2", 10)]);
        let lines = [found("012345K2", 10, 0), found("012345K2", 5, 0), found("012345K3", 1, 0)];
        assert_eq!(first_fault(&order, &lines), None);
        let swapped = [found("012345K3", 10, 0), found("012345K2", 5, 0), found("012345K2", 1, 0)];
        assert_eq!(first_fault(&order, &swapped).as_deref(), Some("15 of 012345K2, not 6"));
        assert!(first_fault(&order, &lines[..2]).is_some_and(|fault| fault.starts_with("3 lines")));
    }

    #[test]
    fn a_grid_without_ids_is_compared_by_name() {
        let order = order(vec![sent("012345K2", 5), sent("012345K3", 1)]);
        assert_eq!(first_fault(&order, &[found("", 5, 0), found("", 1, 0)]), None);
        assert!(first_fault(&order, &[found("", 5, 0), found("", 2, 0)]).is_some());
    }

    #[test]
    fn the_default_discount_is_a_trap_unless_it_was_expected() {
        let mut order = order(vec![sent("012345K2", 5)]);
        let lines = [found("012345K2", 5, 2_000)];
        assert!(first_fault(&order, &lines).is_some_and(|fault| fault.contains("20 %")));
        order.lines[0].system_discount = Percent(2_000);
        assert_eq!(first_fault(&order, &lines), None);
    }
}
