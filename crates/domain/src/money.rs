//! Measures money, percentages and quantities in whole numbers, so that sums are exact.
//!
//! Arithmetic saturates at the ends of its type instead of wrapping; real amounts are nowhere near.

use std::{
    fmt,
    iter::Sum,
    ops::{Add, Mul, Neg, Sub},
    str::FromStr,
};

use serde::{Deserialize, Serialize};

use crate::{Locale, ParseError, calculator::divide_half_up, format_percent, parse_percent};

/// Euro cents; negative in credit notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Cents(pub i64);

/// Hundredths of a percent: 21,49 % is 2149. The ERP keeps two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Percent(pub i32);

/// Hundredths of a piece: 5,00 is 500. Whole pieces unless the article says otherwise; the ERP prints two decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Quantity(pub i64);

/// A VAT rate in hundredths of a percent; 22 % when an article does not say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct VatRate(pub Percent);

/// Discounts applied one after another, as typed `10+5+3`: 100 → 90 → 85,50 → 82,935. Empty means none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DiscountCascade(pub Vec<Percent>);

impl Percent {
    /// One hundred percent.
    pub const WHOLE: Self = Self(10_000);

    /// What [`rest`](Self::rest) is of nothing.
    pub(crate) const ONE_REST: i128 = 10_000;

    /// What a discount of this leaves of [`ONE_REST`](Self::ONE_REST); a discount is at least nothing, at most all.
    pub(crate) fn rest(self) -> i128 {
        Self::ONE_REST - i128::from(self.0.clamp(0, Self::WHOLE.0))
    }
}

impl DiscountCascade {
    /// The most discounts one line takes; people type two or three, and eight are still multiplied exactly.
    pub const STEPS_MAX: usize = 8;

    /// The one percentage that is typed into the ERP, which keeps two decimals: 1 − Π(1 − step), half up.
    ///
    /// Exact for one step, and for two steps of whole percents (`10+5` is 14,50 %); beyond that usually rounded
    /// (`10+5+3` is 17,065 % and becomes 17,07 %). The calculator uses this rounded percentage too, because the agent
    /// must see the total the ERP will come to.
    pub fn effective(&self) -> Percent {
        // A fixed point with 32 decimals: each of eight steps takes four of them, so nothing is lost.
        const WHOLE: i128 = 10_i128.pow(32);
        let rest = self.0.iter().fold(WHOLE, |rest, step| rest * step.rest() / Percent::ONE_REST);
        let hundredths = divide_half_up((WHOLE - rest) * Percent::ONE_REST, WHOLE);
        Percent(i32::try_from(hundredths).expect("a discount is at most 10,000 hundredths of a percent"))
    }

    /// Whether it takes nothing off.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|step| step.0 == 0)
    }
}

/// As typed, without needless decimals: `10+5+3`, `12,5`; empty for none.
impl fmt::Display for DiscountCascade {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, step) in self.0.iter().enumerate() {
            let text = format_percent(*step);
            let short = text.trim_end_matches(" %").trim_end_matches('0').trim_end_matches(',');
            write!(out, "{}{short}", if place > 0 { "+" } else { "" })?;
        }
        Ok(())
    }
}

/// What people type: `10+5+3`, `12,5`, `12.5 %`; each between 0 and 100. Zeros and an empty text mean no discount.
impl FromStr for DiscountCascade {
    type Err = ParseError;

    fn from_str(text: &str) -> Result<Self, ParseError> {
        let refused = || ParseError::new(text, "a discount such as 12,5 or 10+5+3");
        if text.trim().is_empty() {
            return Ok(Self::default());
        }
        let step = |typed: &str| parse_percent(typed, Locale::Italian).map_err(|_| refused());
        let mut steps = text.split('+').map(step).collect::<Result<Vec<_>, _>>()?;
        steps.retain(|step| step.0 != 0);
        let each_is_a_discount = steps.iter().all(|step| (0..=Percent::WHOLE.0).contains(&step.0));
        if each_is_a_discount && steps.len() <= Self::STEPS_MAX { Ok(Self(steps)) } else { Err(refused()) }
    }
}

impl Quantity {
    /// A number of whole pieces.
    pub const fn pieces(count: i64) -> Self {
        Self(count.saturating_mul(100))
    }
}

impl Default for VatRate {
    fn default() -> Self {
        Self(Percent(2_200))
    }
}

impl Add for Cents {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Cents {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Neg for Cents {
    type Output = Self;
    fn neg(self) -> Self {
        Self(self.0.saturating_neg())
    }
}

impl Sum for Cents {
    fn sum<I: Iterator<Item = Self>>(amounts: I) -> Self {
        amounts.fold(Self(0), Add::add)
    }
}

impl Add for Quantity {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Sub for Quantity {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Mul<i64> for Quantity {
    type Output = Self;
    fn mul(self, times: i64) -> Self {
        Self(self.0.saturating_mul(times))
    }
}
