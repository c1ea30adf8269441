//! Holds one line while the agent writes it: an article's packages, the quantity and the discount as typed.
//!
//! Typing is free. What is wrong is said, with the nearest things that would be right; nothing corrects itself.

use domain::{
    ArticleId, DiscountCascade, DraftLine, LineId, Locale, ProductSummary, Quantity, QuantityRule,
    VariantSummary, format_quantity, line_amount, parse_quantity, split_into_packages,
};

/// A line being written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entry {
    /// The article's code.
    pub(super) name: String,
    /// What it is.
    pub(super) description: Option<String>,
    /// The packages to choose from, smallest first; never empty.
    pub(super) variants: Vec<VariantSummary>,
    /// The package that stands, as an index of `variants`.
    pub(super) variant: usize,
    /// Whether the agent chose the package; until then it follows the quantity.
    pub(super) package_chosen: bool,
    /// As typed.
    pub(super) quantity: String,
    /// As typed.
    pub(super) discount: String,
    /// Whether the quantity has been left, so that it may be criticised.
    pub(super) quantity_left: bool,
    /// Whether the discount has been left.
    pub(super) discount_left: bool,
}

/// What there is to say about a typed quantity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum QuantityAdvice {
    /// It can be ordered.
    Fine(Quantity),
    /// Nothing is typed.
    Empty,
    /// It is no number of pieces.
    NoNumber,
    /// It cannot be ordered in this package.
    Refused {
        /// What the package asks for.
        because: Refusal,
        /// The nearest quantities of this package that can be ordered, ascending.
        nearest: Vec<Quantity>,
        /// The same pieces in several packages, largest first, when they can be packed so.
        split: Vec<Part>,
    },
}

/// So many pieces in one package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part {
    /// Index of the entry's variants.
    pub(super) variant: usize,
    /// Pieces.
    pub(super) quantity: Quantity,
}

/// Why a quantity cannot be ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    /// Less than the smallest order.
    BelowMinimum(Quantity),
    /// More than the largest.
    AboveMaximum(Quantity),
    /// Between two multiples.
    NotMultiple(Quantity),
    /// The rule allows nothing at all.
    NothingAllowed,
}

impl Entry {
    /// An article just chosen; its quantity is the least that can be ordered. `None` for an article without packages.
    pub(super) fn new(product: ProductSummary) -> Option<Self> {
        let variants = offered(product.variants);
        let first = variants.first()?;
        Some(Self {
            quantity: least(&first.rule()).map(format_quantity).unwrap_or_default(),
            name: product.name,
            description: product.description,
            variants,
            variant: 0,
            package_chosen: false,
            discount: String::new(),
            quantity_left: false,
            discount_left: false,
        })
    }

    /// A line taken up again. Until [`Self::learn`] it knows its own package only, and no rule for it.
    pub(super) fn of_line(line: &DraftLine) -> Self {
        Self {
            name: line.name.clone(),
            description: line.description.clone(),
            variants: vec![bare_variant(line)],
            variant: 0,
            package_chosen: true,
            quantity: format_quantity(line.quantity),
            discount: line.discount.to_string(),
            quantity_left: false,
            discount_left: false,
        }
    }

    /// Learns the packages of the article of a line taken up again. The package that stands keeps the price the line
    /// was written at.
    pub(super) fn learn(&mut self, product: ProductSummary) {
        let standing = self.standing().clone();
        if product.name != self.name || !product.variants.iter().any(|variant| variant.id == standing.id) {
            return;
        }
        let kept = |variant: VariantSummary| {
            if variant.id == standing.id {
                VariantSummary {
                    unit_price: standing.unit_price,
                    price_unit: standing.price_unit,
                    system_discount: standing.system_discount,
                    vat: standing.vat,
                    ..variant
                }
            } else {
                variant
            }
        };
        self.variants = sorted(product.variants.into_iter().map(kept).collect());
        self.variant = self.variants.iter().position(|variant| variant.id == standing.id).unwrap_or(0);
    }

    /// The package that stands.
    pub(super) fn standing(&self) -> &VariantSummary {
        &self.variants[self.variant.min(self.variants.len() - 1)]
    }

    /// Takes what was typed as quantity; the package follows, unless the agent chose one.
    pub(super) fn type_quantity(&mut self, text: String) {
        self.quantity = text;
        self.quantity_left = false;
        if let (false, Some(quantity)) = (self.package_chosen, self.typed_quantity()) {
            self.variant = default_variant(&self.variants, quantity);
        }
    }

    /// Takes a quantity from a suggestion.
    pub(super) fn take_quantity(&mut self, quantity: Quantity) {
        self.package_chosen = true;
        self.type_quantity(format_quantity(quantity));
    }

    /// Takes the agent's choice of a package. The prefilled quantity, when still untouched, becomes the new package's.
    pub(super) fn choose_package(&mut self, variant: usize) {
        let untouched = self.typed_quantity() == least(&self.standing().rule());
        self.variant = variant.min(self.variants.len() - 1);
        self.package_chosen = true;
        if let (true, Some(quantity)) = (untouched, least(&self.standing().rule())) {
            self.quantity = format_quantity(quantity);
        }
    }

    fn typed_quantity(&self) -> Option<Quantity> {
        parse_quantity(&self.quantity, Locale::Italian).ok()
    }

    /// Lets both fields be criticised, as if they had been left.
    pub(super) fn criticise(&mut self) {
        (self.quantity_left, self.discount_left) = (true, true);
    }

    /// Whether the quantity can be ordered.
    pub(super) fn is_quantity_right(&self) -> bool {
        matches!(self.advice(), QuantityAdvice::Fine(_))
    }

    /// What there is to say about the quantity.
    pub(super) fn advice(&self) -> QuantityAdvice {
        if self.quantity.trim().is_empty() {
            return QuantityAdvice::Empty;
        }
        let Some(quantity) = self.typed_quantity() else { return QuantityAdvice::NoNumber };
        let rule = self.standing().rule();
        if rule.allows(quantity) {
            return QuantityAdvice::Fine(quantity);
        }
        let nearest = rule.nearest(quantity);
        let because = refusal(&rule, quantity, &nearest);
        QuantityAdvice::Refused { because, nearest, split: self.split(quantity) }
    }

    /// The wish in several packages; empty when it cannot be packed.
    fn split(&self, wish: Quantity) -> Vec<Part> {
        let packages: Vec<_> = self.variants.iter().map(VariantSummary::package).collect();
        let parts = split_into_packages(wish, &packages).map(|split| split.parts).unwrap_or_default();
        let place = |id: &ArticleId| self.variants.iter().position(|variant| variant.id == *id);
        parts.into_iter().filter_map(|(id, quantity)| Some(Part { variant: place(&id)?, quantity })).collect()
    }

    /// The discount, if it is one.
    pub(super) fn typed_discount(&self) -> Option<DiscountCascade> {
        self.discount.parse().ok()
    }

    /// The line, when quantity and discount are right.
    pub(super) fn line(&self, id: LineId) -> Option<DraftLine> {
        match self.advice() {
            QuantityAdvice::Fine(quantity) => self.line_of(id, self.standing(), quantity),
            QuantityAdvice::Empty | QuantityAdvice::NoNumber | QuantityAdvice::Refused { .. } => None,
        }
    }

    /// One line per part of a split, when the discount is right.
    pub(super) fn lines(&self, parts: &[Part], mut id: impl FnMut() -> LineId) -> Option<Vec<DraftLine>> {
        parts.iter().map(|part| self.line_of(id(), self.variants.get(part.variant)?, part.quantity)).collect()
    }

    /// What the line comes to as it is typed, if that can be told.
    pub(super) fn amount(&self) -> Option<domain::Cents> {
        let line = self.line(LineId(uuid::Uuid::nil()))?;
        line.unit_price.is_some().then(|| line_amount(&line))
    }

    fn line_of(&self, id: LineId, variant: &VariantSummary, quantity: Quantity) -> Option<DraftLine> {
        Some(DraftLine {
            id,
            article: variant.id.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            quantity,
            unit_price: variant.unit_price,
            price_unit: variant.price_unit,
            discount: self.typed_discount()?,
            system_discount: variant.system_discount,
            vat: variant.vat,
        })
    }
}

/// The package for a quantity: from the largest package's content on the largest one, below it the smallest
/// (facts/erp.md §5).
fn default_variant(variants: &[VariantSummary], quantity: Quantity) -> usize {
    match variants.last() {
        Some(largest) if quantity >= largest.rule().multiple => variants.len() - 1,
        Some(_) | None => 0,
    }
}

/// What can be ordered, smallest package first; everything, when the ERP sells none of it any more.
fn offered(variants: Vec<VariantSummary>) -> Vec<VariantSummary> {
    let orderable: Vec<_> = variants.iter().filter(|variant| variant.orderable).cloned().collect();
    sorted(if orderable.is_empty() { variants } else { orderable })
}

fn sorted(mut variants: Vec<VariantSummary>) -> Vec<VariantSummary> {
    variants.sort_by(|one, other| (one.rule().multiple, &one.id).cmp(&(other.rule().multiple, &other.id)));
    variants
}

/// The least that can be ordered.
fn least(rule: &QuantityRule) -> Option<Quantity> {
    rule.nearest(rule.minimum).last().copied()
}

fn refusal(rule: &QuantityRule, quantity: Quantity, nearest: &[Quantity]) -> Refusal {
    match (least(rule), rule.maximum) {
        _ if nearest.is_empty() => Refusal::NothingAllowed,
        (Some(minimum), _) if quantity < minimum => Refusal::BelowMinimum(minimum),
        (_, Some(maximum)) if quantity > maximum => Refusal::AboveMaximum(maximum),
        (_, _) => Refusal::NotMultiple(rule.multiple),
    }
}

/// A line's package as far as the line itself tells.
fn bare_variant(line: &DraftLine) -> VariantSummary {
    VariantSummary {
        id: line.article.clone(),
        package: None,
        package_content: None,
        quantity_minimum: None,
        quantity_multiple: None,
        quantity_maximum: None,
        unit_price: line.unit_price,
        price_unit: line.price_unit,
        system_discount: line.system_discount,
        vat: line.vat,
        orderable: true,
    }
}

#[cfg(test)]
mod tests {
    use domain::{Cents, Percent, VatRate};

    use super::*;

    fn variant(id: &str, content: i64) -> VariantSummary {
        VariantSummary {
            id: id.parse().unwrap(),
            package: Some(id[6..].to_owned()),
            package_content: Some(Quantity::pieces(content)),
            quantity_minimum: None,
            quantity_multiple: Some(Quantity::pieces(content)),
            quantity_maximum: None,
            unit_price: Some(Cents(1_000)),
            price_unit: Quantity::pieces(1),
            system_discount: Percent(0),
            vat: VatRate::default(),
            orderable: true,
        }
    }

    fn product(variants: Vec<VariantSummary>) -> ProductSummary {
        ProductSummary { name: "AB12".into(), description: Some("Fresa".into()), variants }
    }

    fn entry() -> Entry {
        Entry::new(product(vec![variant("012345K2", 5), variant("012345K1", 1)])).unwrap()
    }

    fn typed(text: &str) -> Entry {
        let mut entry = entry();
        entry.type_quantity(text.into());
        entry
    }

    fn nil() -> LineId {
        LineId(uuid::Uuid::nil())
    }

    #[test]
    fn a_chosen_article_starts_with_the_least_of_its_smallest_package() {
        let mut two = variant("012345K1", 2);
        two.quantity_minimum = Some(Quantity::pieces(5));
        let entry = Entry::new(product(vec![variant("012345K2", 10), two])).unwrap();
        assert_eq!((entry.quantity.as_str(), entry.variant), ("6", 0));
    }

    #[test]
    fn the_package_follows_the_quantity_until_the_agent_chooses_one() {
        assert_eq!(typed("4").standing().id.as_str(), "012345K1");
        assert_eq!(typed("5").standing().id.as_str(), "012345K2");
        let mut entry = typed("5");
        entry.choose_package(0);
        entry.type_quantity("50".into());
        assert_eq!(entry.standing().id.as_str(), "012345K1");
    }

    #[test]
    fn choosing_a_package_moves_a_quantity_nobody_has_typed() {
        let mut untouched = entry();
        untouched.choose_package(1);
        assert_eq!(untouched.quantity, "5");
        let mut wished = typed("3");
        wished.choose_package(1);
        assert_eq!(wished.quantity, "3");
    }

    #[test]
    fn a_wish_between_two_packs_gets_the_nearest_and_a_split_and_stays_as_typed() {
        let entry = typed("7");
        assert_eq!(
            entry.advice(),
            QuantityAdvice::Refused {
                because: Refusal::NotMultiple(Quantity::pieces(5)),
                nearest: vec![Quantity::pieces(5), Quantity::pieces(10)],
                split: vec![
                    Part { variant: 1, quantity: Quantity::pieces(5) },
                    Part { variant: 0, quantity: Quantity::pieces(2) },
                ],
            }
        );
        assert_eq!(entry.quantity, "7");
        assert_eq!(entry.line(nil()), None);
    }

    #[test]
    fn limits_are_named() {
        let mut bounded = variant("012345K1", 5);
        bounded.quantity_minimum = Some(Quantity::pieces(10));
        bounded.quantity_maximum = Some(Quantity::pieces(20));
        let because = |text: &str| {
            let mut entry = Entry::new(product(vec![bounded.clone()])).unwrap();
            entry.type_quantity(text.into());
            match entry.advice() {
                QuantityAdvice::Refused { because, .. } => because,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!(because("5"), Refusal::BelowMinimum(Quantity::pieces(10)));
        assert_eq!(because("0"), Refusal::BelowMinimum(Quantity::pieces(10)));
        assert_eq!(because("12"), Refusal::NotMultiple(Quantity::pieces(5)));
        assert_eq!(because("25"), Refusal::AboveMaximum(Quantity::pieces(20)));
    }

    #[test]
    fn nonsense_is_no_number_and_nothing_is_empty() {
        assert_eq!(typed("tre").advice(), QuantityAdvice::NoNumber);
        assert_eq!(typed(" ").advice(), QuantityAdvice::Empty);
    }

    #[test]
    fn a_cascade_makes_the_line_and_its_amount() {
        let mut entry = typed("1");
        entry.discount = "10+5".into();
        assert_eq!(entry.amount(), Some(Cents(855)));
        assert_eq!(entry.line(nil()).unwrap().discount.0, [Percent(1_000), Percent(500)]);
        entry.discount = "110".into();
        assert_eq!(entry.line(nil()), None);
    }

    #[test]
    fn a_line_taken_up_again_keeps_its_price_and_learns_its_packages() {
        let line = DraftLine { unit_price: Some(Cents(777)), ..typed("5").line(nil()).unwrap() };
        let mut entry = Entry::of_line(&line);
        assert_eq!(entry.line(nil()), Some(line.clone()));
        entry.learn(product(vec![variant("012345K2", 5), variant("012345K1", 1)]));
        assert_eq!(entry.line(nil()), Some(line));
        entry.choose_package(0);
        assert_eq!(entry.line(nil()).unwrap().unit_price, Some(Cents(1_000)));
    }

    #[test]
    fn what_the_erp_no_longer_sells_is_not_offered() {
        let mut old = variant("012345K1", 1);
        old.orderable = false;
        let entry = Entry::new(product(vec![old, variant("012345K2", 5)])).unwrap();
        assert_eq!(entry.variants.len(), 1);
        assert_eq!(entry.quantity, "5");
    }
}
