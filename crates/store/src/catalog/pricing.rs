//! Finds the price of an article in the ERP's price list, whose rows name their article in three ways.
//!
//! The list has no reliable key (facts of the ERP, prices): most rows name the article by its id, some by its name and
//! the variant's suffix, a few by a name that is only nearly the article's. The first way that gives a price is taken.
//! Among several prices the base price counts: valid on the day, for everybody rather than for one account, from the
//! smallest quantity, from the latest day.

use std::cmp::Reverse;

use domain::{Price, PriceMatch, Product};
use time::Date;

use crate::search::words::article_key;

/// The base price of `product` on `today` among `prices`.
pub(super) fn base_price<'a>(product: &Product, prices: &'a [Price], today: Date) -> Option<&'a Price> {
    let candidates = prices.iter().filter(|price| price.unit_price.is_some() && is_valid(price, today));
    let matching = candidates.filter_map(|price| Some((matches(product, price)?, price)));
    let (_, price) = matching.min_by_key(|(how, price)| {
        let for_one_account = is_given(price.account_code.as_deref());
        let quantity = price.quantity_from.unwrap_or_default();
        (*how, for_one_account, quantity, Reverse(price.from), price.id.clone())
    })?;
    Some(price)
}

fn is_valid(price: &Price, today: Date) -> bool {
    price.from.is_none_or(|from| from <= today) && price.to.is_none_or(|to| today <= to)
}

/// How a price names this article; `None` when it names another one, or none.
pub(super) fn matches(product: &Product, price: &Price) -> Option<PriceMatch> {
    let selection = price.item_selection.as_deref().unwrap_or_default().trim();
    if selection.eq_ignore_ascii_case(product.id.as_str()) {
        return Some(PriceMatch::Id);
    }
    let description = price.item_description.as_deref().unwrap_or_default().trim();
    let variant = product.package.as_deref().or_else(|| suffix(product.id.as_str()));
    let same_variant = variant.is_some_and(|variant| selection.eq_ignore_ascii_case(variant.trim()));
    if same_variant && description == product.name.trim() {
        return Some(PriceMatch::NameAndVariant);
    }
    let any_variant = selection.is_empty() || same_variant;
    let folded = article_key(description);
    (any_variant && !folded.is_empty() && folded == article_key(&product.name))
        .then_some(PriceMatch::FoldedName)
}

/// `K2` of `012345K2`.
fn suffix(id: &str) -> Option<&str> {
    let at = id.find(|letter: char| letter.is_ascii_alphabetic())?;
    id.get(at..)
}

fn is_given(text: Option<&str>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use domain::Quantity;
    use time::macros::date;

    use super::*;
    use crate::samples::{price, product};

    const TODAY: Date = date!(2026 - 03 - 15);

    fn base(prices: &[Price]) -> Option<i64> {
        let product = product("012345K2", "AB12XY.104.023", "Fresa");
        base_price(&product, prices, TODAY)?.unit_price.map(|price| price.0)
    }

    #[test]
    fn the_id_counts_before_the_name_and_the_name_before_what_resembles_it() {
        let by_id = price("1", "012345K2", "other", 100);
        let by_name = price("2", "K2", "AB12XY.104.023", 200);
        let by_likeness = price("3", "", "ab12xy 104.023", 300);
        let by_likeness = Price { item_description: Some("ab12xy.104023".to_owned()), ..by_likeness };
        assert_eq!(base(&[by_likeness.clone(), by_name.clone(), by_id]), Some(100));
        assert_eq!(base(&[by_likeness.clone(), by_name]), Some(200));
        assert_eq!(base(&[by_likeness]), Some(300));
    }

    #[test]
    fn the_price_of_another_variant_is_no_price() {
        let other_variant = price("1", "K3", "AB12XY.104.023", 100);
        let other_id = price("2", "012345K3", "AB12XY.104.023", 100);
        assert_eq!(base(&[other_variant, other_id]), None);
    }

    #[test]
    fn a_price_counts_from_its_first_to_its_last_day() {
        let over = Price { to: Some(date!(2026 - 03 - 14)), ..price("1", "012345K2", "", 100) };
        let to_come = Price { from: Some(date!(2026 - 03 - 16)), ..price("2", "012345K2", "", 200) };
        let on_its_last_day = Price { to: Some(TODAY), ..price("3", "012345K2", "", 300) };
        assert_eq!(base(&[over, to_come]), None);
        assert_eq!(base(&[on_its_last_day]), Some(300));
    }

    #[test]
    fn the_base_price_is_everybodys_from_the_smallest_quantity() {
        let from_ten = Price { quantity_from: Some(Quantity::pieces(10)), ..price("1", "012345K2", "", 80) };
        let for_one = Price { account_code: Some("1002345".to_owned()), ..price("2", "012345K2", "", 70) };
        let without_amount = Price { unit_price: None, ..price("3", "012345K2", "", 0) };
        let older = Price { from: Some(date!(2025 - 01 - 01)), ..price("4", "012345K2", "", 90) };
        let newer = Price { from: Some(date!(2026 - 01 - 01)), ..price("5", "012345K2", "", 95) };
        assert_eq!(base(&[from_ten, for_one, without_amount, older, newer]), Some(95));
    }
}
