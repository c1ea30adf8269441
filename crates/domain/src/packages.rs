//! Knows which quantities of an article can be ordered, and in which packages.
//!
//! An article comes in variants that are packages: at least so many pieces, in multiples of the package, perhaps at most
//! so many (facts/erp.md §5). Nothing here changes a quantity by itself; it says what would be valid.

use serde::{Deserialize, Serialize};

use crate::{ArticleId, Quantity, format_quantity};

/// What quantities one variant allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QuantityRule {
    /// At least this many pieces. When it is no multiple, the next multiple above it is the real minimum.
    pub minimum: Quantity,
    /// Only multiples of this.
    pub multiple: Quantity,
    /// At most this many, if there is a limit. Below the minimum it means that nothing can be ordered.
    pub maximum: Option<Quantity>,
}

const ONE_PIECE: Quantity = Quantity::pieces(1);

impl QuantityRule {
    /// The rule of a variant whose columns may be empty or zero: minimum and multiple default to one piece, and a
    /// maximum of zero is taken for "no limit", since an article nobody may order is marked so elsewhere.
    pub fn new(minimum: Option<Quantity>, multiple: Option<Quantity>, maximum: Option<Quantity>) -> Self {
        let positive = |quantity: &Quantity| quantity.0 > 0;
        Self {
            minimum: minimum.filter(positive).unwrap_or(ONE_PIECE),
            multiple: multiple.filter(positive).unwrap_or(ONE_PIECE),
            maximum: maximum.filter(positive),
        }
    }

    /// Whether `quantity` can be ordered. Zero and negative quantities cannot: returns are made elsewhere.
    pub fn allows(&self, quantity: Quantity) -> bool {
        let packs = self.packs();
        quantity.0 % self.step() == 0 && (packs.fewest..=packs.most).contains(&(quantity.0 / self.step()))
    }

    /// The nearest quantities that can be ordered, at most one below and one above, ascending; `quantity` itself when it
    /// is allowed, and none when the rule allows nothing.
    pub fn nearest(&self, quantity: Quantity) -> Vec<Quantity> {
        let packs = self.packs();
        if packs.fewest > packs.most {
            return Vec::new();
        }
        let below = quantity.0.div_euclid(self.step());
        let above = if quantity.0.rem_euclid(self.step()) == 0 { below } else { below.saturating_add(1) };
        let mut nearest = vec![below.clamp(packs.fewest, packs.most), above.clamp(packs.fewest, packs.most)];
        nearest.dedup();
        nearest.into_iter().map(|count| Quantity(count * self.step())).collect()
    }

    /// Hundredths of a piece in one package; never zero, whoever filled the fields.
    fn step(&self) -> i64 {
        if self.multiple.0 > 0 { self.multiple.0 } else { ONE_PIECE.0 }
    }

    /// The rule in numbers of packages; `most * step` fits because it is at most the maximum.
    fn packs(&self) -> Packs {
        let minimum = self.minimum.0.max(1);
        let fewest = minimum / self.step() + i64::from(minimum % self.step() != 0);
        Packs { fewest, most: self.maximum.map_or(i64::MAX, |maximum| maximum.0) / self.step() }
    }
}

/// How many packages of a variant can be ordered at once; none if `fewest` is more than `most`.
struct Packs {
    fewest: i64,
    most: i64,
}

/// A variant seen as a package.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Package {
    /// The variant.
    pub article: ArticleId,
    /// What quantities it allows; its multiple is the package's content.
    pub rule: QuantityRule,
}

/// How many pieces of which variant make up a wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PackageSplit {
    /// Pieces per variant, largest package first.
    pub parts: Vec<(ArticleId, Quantity)>,
}

/// The wish cannot be split.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} pieces cannot be packed", format_quantity(*rest))]
pub struct SplitError {
    /// What is left over after the greedy split; the whole wish when it is zero or negative.
    pub rest: Quantity,
    /// The nearest totals that can be packed, ascending: what was packed without the rest, if anything was, and the next
    /// total above the wish, if there is one.
    pub nearest: Vec<Quantity>,
}

/// Splits a number of pieces greedily by the largest package; what cannot be split is said, not rounded.
///
/// Greedy means that a total which only another combination would reach (6 from packages of 5 and 2) is refused too:
/// agents know "as many large ones as fit, then smaller ones", and the ERP is asked for just that.
pub fn split_into_packages(wish: Quantity, packages: &[Package]) -> Result<PackageSplit, SplitError> {
    let mut by_size: Vec<&Package> = packages.iter().collect();
    by_size.sort_by_key(|package| std::cmp::Reverse(package.rule.step()));
    let split = Greedy::split(wish.0.max(0), &by_size);
    if split.rest == 0 && wish.0 > 0 {
        return Ok(split.into_parts(&by_size));
    }
    let packed = Quantity(wish.0.max(0) - split.rest);
    let below = (packed.0 > 0).then_some(packed);
    let rest = if wish.0 > 0 { Quantity(split.rest) } else { wish };
    Err(SplitError { rest, nearest: below.into_iter().chain(split.next_above(&by_size)).collect() })
}

/// A greedy split: how many of each package, in the order of the packages.
struct Greedy {
    counts: Vec<i64>,
    rest: i64,
}

impl Greedy {
    fn split(wish: i64, by_size: &[&Package]) -> Self {
        let mut rest = wish;
        let counts = by_size.iter().map(|package| {
            let (step, packs) = (package.rule.step(), package.rule.packs());
            let fitting = (rest / step).min(packs.most);
            let count = if fitting >= packs.fewest { fitting } else { 0 };
            rest -= count * step;
            count
        });
        Self { counts: counts.collect(), rest }
    }

    /// The smallest greater total that splits without rest. Totals are ordered as their counts are, largest package
    /// first; so the next one takes one more of some package (or its fewest) and nothing of the smaller ones.
    fn next_above(&self, by_size: &[&Package]) -> Option<Quantity> {
        let mut before = 0_i64;
        let mut candidates = Vec::new();
        for (package, &count) in by_size.iter().zip(&self.counts) {
            let (step, packs) = (package.rule.step(), package.rule.packs());
            let more = (count + 1).max(packs.fewest);
            if more <= packs.most {
                candidates.extend(more.checked_mul(step).and_then(|pieces| before.checked_add(pieces)));
            }
            before += count * step;
        }
        candidates.sort_unstable();
        candidates.into_iter().find(|&total| Self::split(total, by_size).rest == 0).map(Quantity)
    }

    fn into_parts(self, by_size: &[&Package]) -> PackageSplit {
        let parts = by_size.iter().zip(self.counts).filter(|(_, count)| *count > 0);
        let pieces = |(package, count): (&&Package, i64)| {
            (package.article.clone(), Quantity(count * package.rule.step()))
        };
        PackageSplit { parts: parts.map(pieces).collect() }
    }
}
