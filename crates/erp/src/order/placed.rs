//! Describes an order as the ERP holds it, and compares it with what was sent.

use domain::{
    Cents, Draft, DraftLine, ErpId, Marker, Percent, PlacedLine, Quantity, format_date, line_amount,
    order_totals,
};
use time::Date;

use super::{delivery, lines::bare_name};
use crate::Snapshot;

/// What the default discount group adds to a line (facts/erp.md §4.1).
pub(super) const GROUP_DISCOUNT: Percent = Percent(2_000);

/// An order found in the orders list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundOrder {
    /// The ERP's id.
    pub id: ErpId,
    /// `ORD/26000123`; none while the order is pending.
    pub number: Option<String>,
    /// The customer's name on the order.
    pub customer_name: String,
    /// The reference field, with the marker in it.
    pub reference: String,
    /// `IMPORTO TOTALE`, when the list shows it.
    pub total: Option<Cents>,
    /// `DATA DI CREAZIONE`, as the list shows it.
    pub created: String,
}

/// Orders that a person should look at, and what the list looked like.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sighting {
    /// The orders.
    pub orders: Vec<FoundOrder>,
    /// The list with them.
    pub picture: Snapshot,
}

/// An order as its detail view shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedOrder {
    /// The ERP's id.
    pub id: ErpId,
    /// `ORD/26000123`; none while the order is pending.
    pub number: Option<String>,
    /// The customer's account; none while the order is pending.
    pub account: Option<String>,
    /// The customer's name.
    pub customer_name: String,
    /// The reference field, with the marker in it.
    pub reference: String,
    /// The delivery address; empty when the order has none, `None` when the view does not show the field.
    pub delivery_address: Option<String>,
    /// The requested delivery date as it is shown; `None` when the view does not show the field.
    pub delivery_date: Option<String>,
    /// The notes; `None` when the view does not show the field.
    pub notes: Option<String>,
    /// Discount on the sum of lines.
    pub header_discount: Percent,
    /// The lines in the ERP's order.
    pub lines: Vec<PlacedLine>,
    /// `IMPORTO TOTALE`.
    pub total: Option<Cents>,
}

/// Where an order in the ERP is not what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Difference {
    /// The marker is not in the reference field.
    Marker { found: String },
    /// The marker is there, but not all of the customer's own reference.
    Reference { sent: String, found: String },
    /// Another customer.
    Customer { sent: String, found: String },
    /// Another delivery address than the one that was asked for.
    Delivery { sent: String, found: String },
    /// Another delivery date than the one that was asked for.
    DeliveryDate { sent: Date, found: String },
    /// The notes are not, or not all, in the ERP.
    Notes { found: String },
    /// More or fewer lines.
    LineCount { sent: usize, found: usize },
    /// The pieces of an article, all its lines together.
    Quantity { article: String, sent: Quantity, found: Quantity },
    /// The agent's discount of an article.
    Discount { article: String, sent: Percent, found: Percent },
    /// The default discount group on an article, which nobody asked for.
    GroupDiscount { article: String, found: Percent },
    /// The unit price of an article.
    Price { article: String, sent: Cents, found: Cents },
    /// The amount of a line, where the order's total could not be compared.
    Amount { article: String, sent: Cents, found: Cents },
    /// The discount on the sum of lines.
    HeaderDiscount { sent: Percent, found: Percent },
    /// The order's total before VAT.
    Total { sent: Cents, found: Cents },
}

impl PlacedOrder {
    /// Where it is not what was sent; empty when it is exactly that.
    pub fn differences(&self, draft: &Draft, marker: &Marker) -> Vec<Difference> {
        let mut differences = Vec::new();
        if !self.reference.contains(marker.as_str()) {
            differences.push(Difference::Marker { found: self.reference.clone() });
        } else if let Some(own) = &draft.customer_reference
            && !folded(&self.reference).contains(&folded(own))
        {
            differences.push(Difference::Reference { sent: own.clone(), found: self.reference.clone() });
        }
        let sent_name = draft.customer.as_ref().map_or("", |customer| &customer.name);
        if folded(sent_name) != folded(&self.customer_name) {
            differences
                .push(Difference::Customer { sent: sent_name.to_owned(), found: self.customer_name.clone() });
        }
        if let (Some(sent), Some(found)) = (&draft.delivery_address, &self.delivery_address)
            && !delivery::is_meant(found, sent)
        {
            differences.push(Difference::Delivery { sent: sent.clone(), found: found.clone() });
        }
        if let (Some(sent), Some(found)) = (draft.requested_delivery, &self.delivery_date)
            && !found.trim().starts_with(&format_date(sent))
        {
            differences.push(Difference::DeliveryDate { sent, found: found.clone() });
        }
        if let (Some(sent), Some(found)) = (&draft.notes, &self.notes)
            && !folded(found).contains(&folded(sent))
        {
            differences.push(Difference::Notes { found: found.clone() });
        }
        if self.lines.len() != draft.lines.len() {
            differences.push(Difference::LineCount { sent: draft.lines.len(), found: self.lines.len() });
        }
        let totals = order_totals(draft);
        let total = self.total.filter(|_| totals.unpriced_lines == 0);
        self.compare_lines(draft, total.is_none(), &mut differences);
        if self.header_discount != draft.header_discount {
            let (sent, found) = (draft.header_discount, self.header_discount);
            differences.push(Difference::HeaderDiscount { sent, found });
        }
        if let Some(found) = total.filter(|found| *found != totals.net) {
            differences.push(Difference::Total { sent: totals.net, found });
        }
        differences
    }

    /// Each line that was sent is compared with the likest line of its article that is left.
    fn compare_lines(&self, draft: &Draft, amounts_too: bool, differences: &mut Vec<Difference>) {
        let mut left: Vec<&PlacedLine> = self.lines.iter().collect();
        for sent in &draft.lines {
            let likeness = |line: &PlacedLine| {
                u8::from(line.quantity == sent.quantity) * 2
                    + u8::from(line.discount == sent.discount.effective())
            };
            let best = left
                .iter()
                .enumerate()
                .filter(|(_, line)| is_article(line, sent))
                .max_by_key(|(_, line)| likeness(line))
                .map(|(place, _)| place);
            let article = sent.article.to_string();
            let Some(place) = best else {
                differences.push(Difference::Quantity { article, sent: sent.quantity, found: Quantity(0) });
                continue;
            };
            let told = differences.len();
            let line = left.swap_remove(place);
            compare_line(line, sent, &article, differences);
            if amounts_too
                && told == differences.len()
                && sent.unit_price.is_some()
                && let Some(found) = line.amount.filter(|found| *found != line_amount(sent))
            {
                differences.push(Difference::Amount { article, sent: line_amount(sent), found });
            }
        }
        for line in left {
            let article = line.article.as_ref().map_or_else(|| line.name.clone(), ToString::to_string);
            differences.push(Difference::Quantity { article, sent: Quantity(0), found: line.quantity });
        }
    }
}

fn compare_line(line: &PlacedLine, sent: &DraftLine, article: &str, differences: &mut Vec<Difference>) {
    let article = || article.to_owned();
    if line.quantity != sent.quantity {
        let (sent, found) = (sent.quantity, line.quantity);
        differences.push(Difference::Quantity { article: article(), sent, found });
    }
    let discount = sent.discount.effective();
    if line.discount != discount {
        differences.push(Difference::Discount { article: article(), sent: discount, found: line.discount });
    }
    if line.system_discount == GROUP_DISCOUNT && sent.system_discount != GROUP_DISCOUNT {
        differences.push(Difference::GroupDiscount { article: article(), found: line.system_discount });
    }
    if let (Some(sent), Some(found)) = (sent.unit_price, line.unit_price)
        && sent != found
    {
        differences.push(Difference::Price { article: article(), sent, found });
    }
}

/// By id where the ERP shows one; else by name.
fn is_article(line: &PlacedLine, sent: &DraftLine) -> bool {
    line.article
        .as_ref()
        .map_or_else(|| bare_name(&line.name) == bare_name(&sent.name), |article| *article == sent.article)
}

/// Names wrap and double their spaces on the way through the ERP.
pub(super) fn folded(name: &str) -> String {
    name.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

#[cfg(test)]
mod tests {
    use domain::{CustomerChoice, DiscountCascade, DraftId, LineId, Timestamp, VatRate};

    use super::*;

    fn sent(article: &str, pieces: i64, discount: i32) -> DraftLine {
        DraftLine {
            id: "0191e7a0-0000-7000-8000-000000000001".parse::<LineId>().expect("it is a UUID"),
            article: article.parse().expect("it is an article"),
            name: "AB12XY.104.023".to_owned(),
            description: None,
            quantity: Quantity::pieces(pieces),
            unit_price: Some(Cents(1_000)),
            price_unit: Quantity::pieces(1),
            discount: DiscountCascade(vec![Percent(discount)]),
            system_discount: Percent(0),
            vat: VatRate::default(),
        }
    }

    fn found(article: &str, pieces: i64, discount: i32) -> PlacedLine {
        PlacedLine {
            name: "AB12XY.104.023".to_owned(),
            article: article.parse().ok(),
            quantity: Quantity::pieces(pieces),
            unit_price: Some(Cents(1_000)),
            system_discount: Percent(0),
            discount: Percent(discount),
            amount: None,
        }
    }

    fn pair(lines: Vec<PlacedLine>, total: i64) -> (Draft, PlacedOrder, Marker) {
        let id: DraftId = "0191e7a0-0000-7000-8000-000000000002".parse().expect("it is a UUID");
        let marker = Marker::from_bits(1);
        let customer = CustomerChoice {
            id: "50".parse().expect("it is an id"),
            account: None,
            name: "Studio  Rossi".to_owned(),
            city: None,
        };
        let draft = Draft {
            customer: Some(customer),
            lines: vec![sent("012345K2", 5, 0), sent("012345K2", 1, 1_000)],
            ..Draft::new(id, Timestamp(0))
        };
        let order = PlacedOrder {
            id: "51847".parse().expect("it is an id"),
            number: None,
            account: None,
            customer_name: "STUDIO ROSSI".to_owned(),
            reference: format!("{marker} altro"),
            delivery_address: None,
            delivery_date: None,
            notes: None,
            header_discount: Percent(0),
            lines,
            total: Some(Cents(total)),
        };
        (draft, order, marker)
    }

    #[test]
    fn an_order_in_another_sequence_is_the_same_order() {
        let (draft, order, marker) = pair(vec![found("012345K2", 1, 1_000), found("012345K2", 5, 0)], 5_900);
        assert_eq!(order.differences(&draft, &marker), []);
    }

    #[test]
    fn where_the_total_says_nothing_the_lines_do() {
        let (mut draft, mut order, marker) =
            pair(vec![found("012345K2", 5, 0), found("012345K2", 1, 1_000)], 5_900);
        draft.lines[1].unit_price = None;
        order.lines[0].amount = Some(Cents(5_000));
        assert_eq!(order.differences(&draft, &marker), []);
        order.lines[0].amount = Some(Cents(4_000));
        order.lines[1].system_discount = GROUP_DISCOUNT;
        let article = || "012345K2".to_owned();
        let expected = [
            Difference::Amount { article: article(), sent: Cents(5_000), found: Cents(4_000) },
            Difference::GroupDiscount { article: article(), found: GROUP_DISCOUNT },
        ];
        assert_eq!(order.differences(&draft, &marker), expected);
    }

    #[test]
    fn an_address_that_was_asked_for_and_is_not_there_is_a_difference() {
        let (mut draft, mut order, marker) =
            pair(vec![found("012345K2", 5, 0), found("012345K2", 1, 1_000)], 5_900);
        draft.delivery_address = Some("Via Po 3".to_owned());
        assert_eq!(order.differences(&draft, &marker), [], "the view does not show addresses");
        order.delivery_address = Some(String::new());
        let expected = Difference::Delivery { sent: "Via Po 3".to_owned(), found: String::new() };
        assert_eq!(order.differences(&draft, &marker), [expected]);
    }

    #[test]
    fn what_was_written_beside_the_lines_is_compared_too() {
        let (mut draft, mut order, marker) =
            pair(vec![found("012345K2", 5, 0), found("012345K2", 1, 1_000)], 5_900);
        let day = time::macros::date!(2026 - 06 - 05);
        draft.customer_reference = Some("Rif.  12".to_owned());
        draft.requested_delivery = Some(day);
        draft.notes = Some("Piano 2\nal mattino".to_owned());
        order.reference = format!("{marker} RIF. 12");
        assert_eq!(order.differences(&draft, &marker), [], "the view shows neither date nor notes");
        (order.delivery_date, order.notes) =
            (Some("05/06/2026".to_owned()), Some("Piano 2 al mattino".to_owned()));
        assert_eq!(order.differences(&draft, &marker), []);
        order.reference = format!("{marker} Rif.");
        (order.delivery_date, order.notes) = (Some("06/05/2026".to_owned()), Some("Piano 2".to_owned()));
        let expected = [
            Difference::Reference { sent: "Rif.  12".to_owned(), found: format!("{marker} Rif.") },
            Difference::DeliveryDate { sent: day, found: "06/05/2026".to_owned() },
            Difference::Notes { found: "Piano 2".to_owned() },
        ];
        assert_eq!(order.differences(&draft, &marker), expected);
    }

    #[test]
    fn every_difference_is_named() {
        let (draft, order, _) = pair(vec![found("012345K2", 6, 0), found("999999K3", 1, 1_000)], 4_720);
        let article = "012345K2".to_owned();
        let expected = [
            Difference::Marker { found: order.reference.clone() },
            Difference::Quantity {
                article: article.clone(),
                sent: Quantity::pieces(5),
                found: Quantity::pieces(6),
            },
            Difference::Quantity { article, sent: Quantity::pieces(1), found: Quantity(0) },
            Difference::Quantity {
                article: "999999K3".to_owned(),
                sent: Quantity(0),
                found: Quantity::pieces(1),
            },
            Difference::Total { sent: Cents(5_900), found: Cents(4_720) },
        ];
        assert_eq!(order.differences(&draft, &Marker::from_bits(2)), expected);
    }
}
