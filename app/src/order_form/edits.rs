//! Changes a draft as the agent's steps say; pure, so that every step can be tested without a page.

use domain::{CustomerChoice, CustomerSummary, Draft, DraftLine, LineId, Percent, Timestamp};
use time::Date;

/// One step of the agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Edit {
    /// Chooses who orders.
    Customer(Option<CustomerChoice>),
    /// Adds lines at the end.
    Add(Vec<DraftLine>),
    /// Puts a line in the place of the one with its id.
    Replace(DraftLine),
    /// Takes a line out.
    Remove(LineId),
    /// Puts a line back where it was.
    PutBack(Removed),
    /// Takes the lines of the same order, put right.
    Lines(Vec<DraftLine>),
    /// Changes the discount on the whole order.
    HeaderDiscount(Percent),
    /// Changes the customer's own reference.
    CustomerReference(String),
    /// Changes the wished day of delivery.
    RequestedDelivery(Option<Date>),
    /// Changes where the order goes.
    DeliveryAddress(String),
    /// Changes the text that goes with the order.
    Notes(String),
}

/// A line that was taken out, and from where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Removed {
    place: usize,
    line: DraftLine,
}

impl Removed {
    /// What it takes to put a line back that is about to go.
    pub(super) fn of(draft: &Draft, id: LineId) -> Option<Self> {
        let place = draft.lines.iter().position(|line| line.id == id)?;
        Some(Self { place, line: draft.lines[place].clone() })
    }

    /// The line's article.
    pub(super) fn name(&self) -> &str {
        &self.line.name
    }
}

impl Edit {
    /// Takes the step.
    pub(super) fn apply(self, draft: &mut Draft, now: Timestamp) {
        draft.edited_at = now;
        match self {
            Self::Customer(choice) => draft.customer = choice,
            Self::Add(lines) => draft.lines.extend(lines),
            Self::Replace(line) => {
                if let Some(place) = draft.lines.iter_mut().find(|known| known.id == line.id) {
                    *place = line;
                }
            }
            Self::Remove(id) => draft.lines.retain(|line| line.id != id),
            Self::PutBack(Removed { place, line }) => {
                if draft.lines.iter().all(|known| known.id != line.id) {
                    draft.lines.insert(place.min(draft.lines.len()), line);
                }
            }
            Self::Lines(lines) => draft.lines = lines,
            Self::HeaderDiscount(percent) => draft.header_discount = percent,
            Self::CustomerReference(text) => draft.customer_reference = written(&text),
            Self::RequestedDelivery(day) => draft.requested_delivery = day,
            Self::DeliveryAddress(text) => draft.delivery_address = written(&text),
            Self::Notes(text) => draft.notes = written(&text),
        }
    }
}

/// A text, or none where only spaces were typed; cut at what a draft may hold.
fn written(text: &str) -> Option<String> {
    (!text.trim().is_empty()).then(|| text.chars().take(Draft::TEXT_LETTERS_MAX).collect())
}

/// The customer as a draft remembers it.
pub(super) fn choice_of(customer: &CustomerSummary) -> CustomerChoice {
    CustomerChoice {
        id: customer.id.clone(),
        account: customer.account.clone(),
        name: customer.name.clone(),
        city: customer.city.clone(),
    }
}

#[cfg(test)]
mod tests {
    use domain::{Cents, DiscountCascade, DraftId, Quantity, VatRate};

    use super::*;

    fn line(id: u128, pieces: i64) -> DraftLine {
        DraftLine {
            id: LineId(uuid::Uuid::from_u128(id)),
            article: "012345K2".parse().unwrap(),
            name: format!("AB{id}"),
            description: None,
            quantity: Quantity::pieces(pieces),
            unit_price: Some(Cents(100)),
            price_unit: Quantity::pieces(1),
            discount: DiscountCascade::default(),
            system_discount: Percent(0),
            vat: VatRate::default(),
        }
    }

    fn draft() -> Draft {
        let mut draft = Draft::new(DraftId(uuid::Uuid::from_u128(9)), Timestamp(0));
        Edit::Add(vec![line(1, 1), line(2, 2), line(3, 3)]).apply(&mut draft, Timestamp(1));
        draft
    }

    fn shown(draft: &Draft) -> Vec<(u128, i64)> {
        draft.lines.iter().map(|line| (line.id.0.as_u128(), line.quantity.0 / 100)).collect()
    }

    #[test]
    fn a_line_is_changed_where_it_stands() {
        let mut draft = draft();
        Edit::Replace(line(2, 9)).apply(&mut draft, Timestamp(5));
        assert_eq!(shown(&draft), [(1, 1), (2, 9), (3, 3)]);
        assert_eq!(draft.edited_at, Timestamp(5));
    }

    #[test]
    fn a_line_taken_out_goes_back_to_its_place_once() {
        let mut draft = draft();
        let removed = Removed::of(&draft, line(2, 2).id).unwrap();
        Edit::Remove(line(2, 2).id).apply(&mut draft, Timestamp(2));
        assert_eq!(shown(&draft), [(1, 1), (3, 3)]);
        Edit::PutBack(removed.clone()).apply(&mut draft, Timestamp(3));
        Edit::PutBack(removed).apply(&mut draft, Timestamp(4));
        assert_eq!(shown(&draft), [(1, 1), (2, 2), (3, 3)]);
    }

    #[test]
    fn a_line_goes_back_even_when_its_neighbours_are_gone() {
        let mut draft = draft();
        let removed = Removed::of(&draft, line(3, 3).id).unwrap();
        for id in [1, 2, 3] {
            Edit::Remove(line(id, 0).id).apply(&mut draft, Timestamp(2));
        }
        Edit::PutBack(removed).apply(&mut draft, Timestamp(3));
        assert_eq!(shown(&draft), [(3, 3)]);
    }

    #[test]
    fn spaces_are_no_text() {
        let mut draft = Draft::new(DraftId(uuid::Uuid::nil()), Timestamp(0));
        Edit::Notes("  ".into()).apply(&mut draft, Timestamp(1));
        Edit::CustomerReference(" A ".into()).apply(&mut draft, Timestamp(1));
        assert_eq!((draft.notes, draft.customer_reference.as_deref()), (None, Some(" A ")));
    }
}
