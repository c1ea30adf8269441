//! Computes an order's totals; browser, server and tests use this one calculator.
//!
//! The total must be the one the ERP will show, so it is computed from what the ERP can hold: per line one discount of
//! two decimals (a cascade is folded into one first, see [`DiscountCascade::effective`]), one system discount, and one
//! discount on the whole order (facts/erp.md §5). In between everything is exact; each amount is rounded once, to the
//! cent, half away from zero, so that a credit is the mirror of the order it undoes.
//!
//! Amounts beyond what 64 bits hold saturate; [`Draft::check`] refuses such drafts long before.
//!
//! [`DiscountCascade::effective`]: crate::DiscountCascade::effective

use std::{cmp::Reverse, collections::BTreeMap};

use serde::{Deserialize, Serialize};

use crate::{Cents, Draft, DraftLine, Percent, Quantity, VatRate};

/// What one line comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LineTotal {
    /// Before VAT, after the line's discounts.
    pub net: Cents,
    /// The line's VAT, to the cent.
    pub vat: Cents,
}

/// The lines of one VAT rate together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VatGroup {
    /// The rate.
    pub rate: VatRate,
    /// Sum of the net amounts after the header discount.
    pub net: Cents,
    /// Sum of the lines' VAT.
    pub vat: Cents,
}

/// What an order comes to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OrderTotals {
    /// Sum of lines after line discounts.
    pub lines: Cents,
    /// What the header discount takes off.
    pub header_discount: Cents,
    /// Before VAT: `lines` − `header_discount`, and the sum of the groups' `net`.
    pub net: Cents,
    /// Per rate, ascending; lines without a price are in no group.
    pub vat: Vec<VatGroup>,
    /// Everything: `net` and the VAT of all groups.
    pub total: Cents,
    /// Lines without a price.
    pub unpriced_lines: u32,
}

/// Round half-up (away from zero) to the cent of quantity × unit price / price unit × (1 − discount) × (1 − system
/// discount). Nothing without a price. A price unit that is not positive counts as one piece.
pub fn line_amount(line: &DraftLine) -> Cents {
    let Some(price) = line.unit_price else {
        return Cents(0);
    };
    let per = if line.price_unit.0 > 0 { line.price_unit } else { Quantity::pieces(1) };
    let discounts = line.discount.effective().rest() * line.system_discount.rest();
    // 2^63 × 2^63 × 10^8 is too much for 128 bits; such a line is worth "as much as there is".
    let gross = i128::from(line.quantity.0) * i128::from(price.0);
    let exact = gross.checked_mul(discounts);
    let whole = i128::from(per.0) * Percent::ONE_REST * Percent::ONE_REST;
    exact.map_or_else(|| saturated(gross), |exact| saturated(divide_half_up(exact, whole)))
}

/// One line by itself, before any header discount.
pub fn line_total(line: &DraftLine) -> LineTotal {
    let net = line_amount(line);
    LineTotal { net, vat: vat_of(net, line.vat) }
}

/// Totals of the whole order.
///
/// The header discount is taken off the sum of lines and rounded once, as the ERP does. What remains is shared out over
/// the lines to the cent (each gets its exact share rounded down; the cents left go to the largest fractions, then to
/// earlier lines), VAT is computed on each line's share, and the groups are sums of lines. So the groups' nets add up to
/// `net` exactly, and without a header discount every share is the line's own amount.
pub fn order_totals(draft: &Draft) -> OrderTotals {
    let priced: Vec<&DraftLine> = draft.lines.iter().filter(|line| line.unit_price.is_some()).collect();
    let amounts: Vec<Cents> = priced.iter().map(|line| line_amount(line)).collect();
    let shares = after_header_discount(&amounts, draft.header_discount);
    let mut groups = BTreeMap::new();
    for (line, share) in priced.iter().zip(&shares) {
        let group =
            groups.entry(line.vat).or_insert(VatGroup { rate: line.vat, net: Cents(0), vat: Cents(0) });
        group.net = group.net + *share;
        group.vat = group.vat + vat_of(*share, line.vat);
    }
    let vat: Vec<VatGroup> = groups.into_values().collect();
    let lines = amounts.iter().copied().sum();
    let net = shares.iter().copied().sum();
    OrderTotals {
        lines,
        header_discount: lines - net,
        net,
        total: net + vat.iter().map(|group| group.vat).sum(),
        vat,
        unpriced_lines: u32::try_from(draft.lines.len() - priced.len()).unwrap_or(u32::MAX),
    }
}

/// VAT on an amount, to the cent, half away from zero.
fn vat_of(net: Cents, rate: VatRate) -> Cents {
    saturated(divide_half_up(i128::from(net.0) * i128::from(rate.0.0), Percent::ONE_REST))
}

/// What each amount is after the discount, such that the sum is the discounted sum to the cent.
fn after_header_discount(amounts: &[Cents], discount: Percent) -> Vec<Cents> {
    let sum: i128 = amounts.iter().map(|amount| i128::from(amount.0)).sum();
    // Sharing out a credit as the mirror of its order keeps the two equal to the cent, line by line.
    let sign = if sum < 0 { -1 } else { 1 };
    let exact: Vec<i128> =
        amounts.iter().map(|amount| sign * i128::from(amount.0) * discount.rest()).collect();
    let mut shares: Vec<i128> = exact.iter().map(|share| share.div_euclid(Percent::ONE_REST)).collect();
    let left = divide_half_up(exact.iter().sum(), Percent::ONE_REST) - shares.iter().sum::<i128>();
    let mut by_fraction: Vec<usize> = (0..shares.len()).collect();
    by_fraction.sort_by_key(|&line| Reverse(exact[line].rem_euclid(Percent::ONE_REST)));
    for &line in by_fraction.iter().take(usize::try_from(left).unwrap_or(0)) {
        shares[line] += 1;
    }
    shares.into_iter().map(|share| saturated(sign * share)).collect()
}

/// Rounds half away from zero; `whole` must be positive.
pub(crate) const fn divide_half_up(amount: i128, whole: i128) -> i128 {
    let rest = amount % whole;
    let up = if rest.abs() >= whole - rest.abs() { amount.signum() } else { 0 };
    amount / whole + up
}

fn saturated(amount: i128) -> Cents {
    let ends = if amount < 0 { i64::MIN } else { i64::MAX };
    Cents(i64::try_from(amount).unwrap_or(ends))
}
