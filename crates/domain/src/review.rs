//! Says what an agent should know before an order is sent: what has changed since it was written, and what the ERP will
//! probably refuse.

use serde::{Deserialize, Serialize};

use crate::{Cents, Draft, LineId, Quantity};

/// Something to accept or to put right. None of it stops the sending: the ERP has the last word.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "concern", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum Concern {
    /// The ERP no longer sells the article.
    ArticleGone {
        /// The line.
        line: LineId,
        /// Its article's code, as people say it.
        name: String,
    },
    /// The price list says another price than when the line was written.
    PriceChanged {
        /// The line.
        line: LineId,
        /// Its article's code, as people say it.
        name: String,
        /// On the line.
        was: Option<Cents>,
        /// On the list.
        now: Option<Cents>,
    },
    /// The quantity does not fit the package.
    Quantity {
        /// The line.
        line: LineId,
        /// Its article's code, as people say it.
        name: String,
        /// The nearest quantities that fit, ascending.
        nearest: Vec<Quantity>,
    },
    /// The ERP's list of customers no longer holds the customer.
    CustomerGone,
    /// The same lines were sent for the same customer a moment ago, or are still on their way.
    Twin {
        /// How long ago.
        minutes: u32,
        /// Whether the ERP does not have them yet.
        #[serde(default)]
        waits: bool,
    },
    /// The ERP has too little about the customer to deliver and invoice.
    CustomerIncomplete {
        /// What is missing.
        missing: Vec<CustomerGap>,
    },
}

/// What the ERP may lack about a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CustomerGap {
    /// Neither VAT number nor fiscal code.
    TaxNumber,
    /// No street or no postal code.
    Address,
    /// Neither certified mail nor an SDI code, so that no electronic invoice reaches it.
    InvoiceAddress,
}

impl Concern {
    /// The draft with this put right, where one tap can do it: the list's price, the next quantity that fits, without the
    /// article that is gone.
    pub fn put_right(&self, draft: &Draft) -> Option<Draft> {
        let mut right = draft.clone();
        match self {
            Self::ArticleGone { line, .. } => right.lines.retain(|other| other.id != *line),
            Self::PriceChanged { line, now, .. } => {
                right.lines.iter_mut().find(|other| other.id == *line)?.unit_price = *now;
            }
            Self::Quantity { line, nearest, .. } => {
                right.lines.iter_mut().find(|other| other.id == *line)?.quantity = *nearest.last()?;
            }
            Self::Twin { .. } | Self::CustomerGone | Self::CustomerIncomplete { .. } => return None,
        }
        Some(right)
    }

    /// The line it is about.
    pub fn line(&self) -> Option<LineId> {
        match self {
            Self::ArticleGone { line, .. }
            | Self::PriceChanged { line, .. }
            | Self::Quantity { line, .. } => Some(*line),
            Self::Twin { .. } | Self::CustomerGone | Self::CustomerIncomplete { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{DiscountCascade, DraftId, DraftLine, Percent, Timestamp, VatRate};

    #[test]
    fn one_tap_puts_a_line_right_and_leaves_the_others() {
        let line = |id: &str| DraftLine {
            id: id.parse().expect("it is a UUID"),
            article: "012345K2".parse().expect("it is an article"),
            name: "AB12XY.104.023".to_owned(),
            description: None,
            quantity: Quantity::pieces(7),
            unit_price: Some(Cents(1_000)),
            price_unit: Quantity::pieces(1),
            discount: DiscountCascade::default(),
            system_discount: Percent(0),
            vat: VatRate::default(),
        };
        let id: DraftId = "0191e7a0-0000-7000-8000-000000000009".parse().expect("it is a UUID");
        let lines =
            vec![line("0191e7a0-0000-7000-8000-000000000001"), line("0191e7a0-0000-7000-8000-000000000002")];
        let draft = Draft { lines, ..Draft::new(id, Timestamp(0)) };
        let (line, name) = (draft.lines[1].id, draft.lines[1].name.clone());
        let now = Some(Cents(1_100));
        let priced = Concern::PriceChanged { line, name: name.clone(), was: None, now };
        let right = priced.put_right(&draft).expect("a price can be put right");
        assert_eq!((right.lines[0].unit_price, right.lines[1].unit_price), (Some(Cents(1_000)), now));
        let nearest = vec![Quantity::pieces(5), Quantity::pieces(10)];
        let fitting = Concern::Quantity { line, name: name.clone(), nearest };
        let right = fitting.put_right(&draft).expect("a quantity can be put right");
        assert_eq!(right.lines[1].quantity, Quantity::pieces(10));
        let gone = Concern::ArticleGone { line, name };
        assert_eq!(gone.put_right(&draft).expect("a line can go").lines, draft.lines[..1]);
        assert_eq!(Concern::CustomerGone.put_right(&draft), None);
    }
}
