//! Checks a draft: whether it is sane enough to be kept, and whether it is complete enough to be sent.
//!
//! Typing is free, so a draft with a wrong quantity is kept; it is refused only when it could not have come from the form.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Cents, DiscountCascade, Draft, DraftLine, LineId, Percent, Quantity};

/// Why a draft is refused when it is saved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DraftFault {
    /// More than [`Draft::LINES_MAX`].
    #[error("a draft has at most {} lines", Draft::LINES_MAX)]
    TooManyLines,
    /// Two lines have one id, so copies of two devices could not be merged.
    #[error("two lines have the id {0}")]
    LineTwice(LineId),
    /// More than [`Draft::TEXT_LETTERS_MAX`].
    #[error("{field} has more than {} letters", Draft::TEXT_LETTERS_MAX)]
    TextTooLong {
        /// The field, as in JSON.
        field: &'static str,
    },
    /// Not between nothing and everything.
    #[error("the header discount is not between 0 and 100 %")]
    HeaderDiscount,
    /// Something is wrong with one line.
    #[error("line {number}: {fault}")]
    Line {
        /// Counting from 1.
        number: usize,
        /// What is wrong.
        fault: LineFault,
    },
}

/// What can be wrong with a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LineFault {
    /// Beyond [`Draft::QUANTITY_MAX`], either way.
    #[error("the quantity is out of range")]
    Quantity,
    /// Negative or beyond [`Draft::PRICE_MAX`].
    #[error("the price is out of range")]
    Price,
    /// Less than one piece or beyond [`Draft::QUANTITY_MAX`].
    #[error("the price unit is out of range")]
    PriceUnit,
    /// A step, the system discount or the VAT rate is not between nothing and everything, or there are too many steps.
    #[error("a percentage is not between 0 and 100 %, or there are too many")]
    Percent,
    /// More than [`Draft::TEXT_LETTERS_MAX`].
    #[error("its text is too long")]
    TextTooLong,
}

/// Why a draft cannot be sent yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "reason", rename_all = "kebab-case")]
pub enum Unready {
    /// No customer is chosen.
    NoCustomer,
    /// There is nothing to order.
    NoLines,
    /// A line orders nothing, or less.
    QuantityNotPositive {
        /// The line.
        line: LineId,
    },
}

impl Draft {
    /// Lines. Thirty are real (facts/erp.md §4.1), ten times as many are a mistake.
    pub const LINES_MAX: usize = 300;
    /// Letters of any one text; the ERP's longest field is a note of some hundred.
    pub const TEXT_LETTERS_MAX: usize = 2_000;
    /// Letters of the customer's own reference that the ERP's field of 60 has room for, behind marker and space.
    pub const REFERENCE_LETTERS_MAX: usize = 50;
    /// A million pieces in one line.
    pub const QUANTITY_MAX: Quantity = Quantity::pieces(1_000_000);
    /// A hundred million euro: 300 lines of a million pieces at this price still fit 64 bits of cents.
    pub const PRICE_MAX: Cents = Cents(10_000_000_000);

    /// Whether the draft can be kept: every number and text is within limits, so that no total overflows.
    pub fn check(&self) -> Result<(), DraftFault> {
        if self.lines.len() > Self::LINES_MAX {
            return Err(DraftFault::TooManyLines);
        }
        if !is_share(self.header_discount) {
            return Err(DraftFault::HeaderDiscount);
        }
        let customer = self.customer.as_ref().map(|customer| customer.name.as_str());
        let texts = [
            ("customer", customer),
            ("customerReference", self.customer_reference.as_deref()),
            ("deliveryAddress", self.delivery_address.as_deref()),
            ("notes", self.notes.as_deref()),
        ];
        for (field, text) in texts {
            if too_long(text) {
                return Err(DraftFault::TextTooLong { field });
            }
        }
        let mut seen = BTreeSet::new();
        for (place, line) in self.lines.iter().enumerate() {
            check_line(line).map_err(|fault| DraftFault::Line { number: place + 1, fault })?;
            if !seen.insert(line.id) {
                return Err(DraftFault::LineTwice(line.id));
            }
        }
        Ok(())
    }

    /// What keeps the draft from being sent; empty when nothing does. Whether a quantity fits its packages is not said
    /// here, because it takes the article (see [`QuantityRule`](crate::QuantityRule)).
    pub fn unready(&self) -> Vec<Unready> {
        let no_customer = self.customer.is_none().then_some(Unready::NoCustomer);
        let no_lines = self.lines.is_empty().then_some(Unready::NoLines);
        let idle = self.lines.iter().filter(|line| line.quantity.0 <= 0);
        let idle = idle.map(|line| Unready::QuantityNotPositive { line: line.id });
        no_customer.into_iter().chain(no_lines).chain(idle).collect()
    }
}

fn check_line(line: &DraftLine) -> Result<(), LineFault> {
    let steps = &line.discount.0;
    if line.quantity.0.unsigned_abs() > Draft::QUANTITY_MAX.0.unsigned_abs() {
        return Err(LineFault::Quantity);
    }
    if line.unit_price.is_some_and(|price| !(Cents(0)..=Draft::PRICE_MAX).contains(&price)) {
        return Err(LineFault::Price);
    }
    if !(Quantity::pieces(1)..=Draft::QUANTITY_MAX).contains(&line.price_unit) {
        return Err(LineFault::PriceUnit);
    }
    let all_shares =
        steps.iter().chain([&line.system_discount, &line.vat.0]).all(|percent| is_share(*percent));
    if !all_shares || steps.len() > DiscountCascade::STEPS_MAX {
        return Err(LineFault::Percent);
    }
    if too_long(Some(&line.name)) || too_long(line.description.as_deref()) {
        return Err(LineFault::TextTooLong);
    }
    Ok(())
}

fn is_share(percent: Percent) -> bool {
    (Percent(0)..=Percent::WHOLE).contains(&percent)
}

fn too_long(text: Option<&str>) -> bool {
    text.is_some_and(|text| text.chars().count() > Draft::TEXT_LETTERS_MAX)
}
