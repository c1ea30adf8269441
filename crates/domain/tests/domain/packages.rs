//! Compares quantity rules and package splits with the slow, obvious way of finding them.

use domain::{
    Package, Percent, Quantity, QuantityRule, SplitError, VariantSummary, VatRate, split_into_packages,
};
use proptest::prelude::*;

fn rule(minimum: i64, multiple: i64, maximum: Option<i64>) -> QuantityRule {
    let pieces = Quantity::pieces;
    QuantityRule::new(Some(pieces(minimum)), Some(pieces(multiple)), maximum.map(pieces))
}

fn package(number: usize, rule: QuantityRule) -> Package {
    Package { article: format!("01234{number}K{number}").parse().expect("an article id"), rule }
}

fn fives_and_ones() -> Vec<Package> {
    vec![package(1, rule(1, 1, None)), package(5, rule(5, 5, None))]
}

fn nearest(rule: QuantityRule, pieces: i64) -> Vec<i64> {
    rule.nearest(Quantity::pieces(pieces)).into_iter().map(|quantity| quantity.0 / 100).collect()
}

#[test]
fn empty_columns_mean_one_piece_at_a_time() {
    let rule = QuantityRule::new(None, Some(Quantity(0)), Some(Quantity(0)));
    assert!(rule.allows(Quantity::pieces(1)) && rule.allows(Quantity::pieces(1_000_000)));
    assert!(!rule.allows(Quantity(150)), "half pieces only when the article says so");
    assert!(!rule.allows(Quantity(0)) && !rule.allows(Quantity::pieces(-1)));
}

#[test]
fn the_nearest_valid_quantities_stand_on_both_sides() {
    assert_eq!(nearest(rule(5, 5, None), 7), [5, 10]);
    assert_eq!(nearest(rule(5, 5, None), 10), [10]);
    assert_eq!(nearest(rule(5, 5, None), 2), [5]);
    assert_eq!(nearest(rule(5, 5, None), -40), [5]);
    assert_eq!(nearest(rule(5, 5, Some(23)), 22), [20]);
    assert_eq!(nearest(rule(5, 5, Some(23)), 1_000), [20]);
}

#[test]
fn a_minimum_that_is_no_multiple_is_raised_to_one() {
    assert_eq!(nearest(rule(7, 5, None), 7), [10]);
    assert!(!rule(7, 5, None).allows(Quantity::pieces(7)));
    assert!(!rule(7, 5, None).allows(Quantity::pieces(5)));
    assert!(rule(7, 5, None).allows(Quantity::pieces(10)));
}

#[test]
fn a_maximum_below_the_minimum_allows_nothing() {
    assert_eq!(nearest(rule(10, 5, Some(9)), 10), [0_i64; 0]);
    assert!(!rule(10, 5, Some(9)).allows(Quantity::pieces(10)));
}

#[test]
fn decimal_packages_are_counted_in_hundredths() {
    let rule = QuantityRule::new(None, Some(Quantity(250)), None);
    assert!(rule.allows(Quantity(750)));
    assert_eq!(rule.nearest(Quantity(600)), [Quantity(500), Quantity(750)]);
}

#[test]
fn a_wish_is_split_by_the_largest_package_first() {
    let split = split_into_packages(Quantity::pieces(7), &fives_and_ones()).unwrap();
    let parts: Vec<_> =
        split.parts.iter().map(|(article, pieces)| (article.as_str(), pieces.0 / 100)).collect();
    assert_eq!(parts, [("012345K5", 5), ("012341K1", 2)]);
}

#[test]
fn a_package_that_is_not_needed_is_left_out() {
    let split = split_into_packages(Quantity::pieces(10), &fives_and_ones()).unwrap();
    assert_eq!(split.parts, [("012345K5".parse().unwrap(), Quantity::pieces(10))]);
}

#[test]
fn what_cannot_be_packed_is_said_with_the_nearest_totals() {
    let packages = [package(5, rule(5, 5, None)), package(2, rule(2, 2, None))];
    let error = split_into_packages(Quantity::pieces(6), &packages).unwrap_err();
    assert_eq!(error.rest, Quantity::pieces(1));
    assert_eq!(error.nearest, [Quantity::pieces(5), Quantity::pieces(7)]);
    assert_eq!(error.to_string(), "1 pieces cannot be packed");
}

#[test]
fn nothing_and_less_than_nothing_cannot_be_packed() {
    for wish in [0, -3] {
        let wish = Quantity::pieces(wish);
        let expected = SplitError { rest: wish, nearest: vec![Quantity::pieces(1)] };
        assert_eq!(split_into_packages(wish, &fives_and_ones()), Err(expected));
    }
}

#[test]
fn without_packages_there_is_nothing_to_suggest() {
    let expected = SplitError { rest: Quantity::pieces(3), nearest: Vec::new() };
    assert_eq!(split_into_packages(Quantity::pieces(3), &[]), Err(expected));
}

#[test]
fn minimum_and_maximum_of_each_package_hold() {
    // At most 10 from the large one, at least 3 from the small one.
    let packages = [package(5, rule(5, 5, Some(10))), package(1, rule(3, 1, None))];
    let split = |pieces| split_into_packages(Quantity::pieces(pieces), &packages);
    assert_eq!(split(13).unwrap().parts.len(), 2);
    let error = split(11).unwrap_err();
    assert_eq!(error.nearest, [Quantity::pieces(10), Quantity::pieces(13)]);
}

#[test]
fn a_package_whose_rule_allows_nothing_is_passed_over() {
    let packages = [package(6, rule(1, 6, Some(1))), package(3, rule(1, 3, None))];
    let error = split_into_packages(Quantity::pieces(10), &packages).unwrap_err();
    assert_eq!(error.nearest, [Quantity::pieces(9), Quantity::pieces(12)]);
}

#[test]
fn a_variant_without_multiple_is_sold_by_its_content() {
    let variant = VariantSummary {
        id: "012345K2".parse().unwrap(),
        package: Some("K2".to_owned()),
        package_content: Some(Quantity::pieces(5)),
        quantity_minimum: None,
        quantity_multiple: None,
        quantity_maximum: None,
        unit_price: None,
        price_unit: Quantity::pieces(1),
        system_discount: Percent(0),
        vat: VatRate::default(),
        orderable: true,
    };
    assert_eq!(variant.package(), Package { article: variant.id.clone(), rule: rule(1, 5, None) });
}

/// Whether a total splits, by counting down from the most of each package.
fn splits(total: i64, rules: &[QuantityRule]) -> bool {
    let mut rest = total;
    let mut by_size = rules.to_vec();
    by_size.sort_by_key(|rule| std::cmp::Reverse(rule.multiple));
    for rule in by_size {
        let most = (1..=rest).rev().find(|pieces| rule.allows(Quantity::pieces(*pieces)));
        rest -= most.unwrap_or(0);
    }
    rest == 0 && total > 0
}

fn small_rule() -> impl Strategy<Value = QuantityRule> {
    let maximum = prop::option::weighted(0.3, 1_i64..60);
    (0_i64..20, 1_i64..16, maximum).prop_map(|(minimum, multiple, maximum)| rule(minimum, multiple, maximum))
}

fn any_rule() -> impl Strategy<Value = QuantityRule> {
    let any_quantity = || any::<i64>().prop_map(Quantity);
    (any_quantity(), any_quantity(), prop::option::of(any_quantity()))
        .prop_map(|(minimum, multiple, maximum)| QuantityRule { minimum, multiple, maximum })
}

proptest! {
    #[test]
    fn nearest_is_what_counting_finds(rule in small_rule(), pieces in -20_i64..120) {
        let allowed = |pieces: &i64| rule.allows(Quantity::pieces(*pieces));
        let below = (1..=pieces).rev().find(allowed);
        let above = (pieces.max(1)..300).find(allowed);
        let mut expected: Vec<i64> = below.into_iter().chain(above).collect();
        expected.dedup();
        prop_assert_eq!(nearest(rule, pieces), expected);
    }

    #[test]
    fn a_split_is_what_counting_finds(rules in prop::collection::vec(small_rule(), 0..4), wish in 1_i64..150) {
        let packages: Vec<Package> = rules.iter().enumerate().map(|(number, rule)| package(number, *rule)).collect();
        match split_into_packages(Quantity::pieces(wish), &packages) {
            Ok(split) => {
                prop_assert!(splits(wish, &rules));
                let total = split.parts.iter().fold(Quantity(0), |sum, (_, pieces)| sum + *pieces);
                prop_assert_eq!(total, Quantity::pieces(wish));
                for (article, pieces) in &split.parts {
                    let rule = packages.iter().find(|package| package.article == *article).expect("of the packages").rule;
                    prop_assert!(rule.allows(*pieces));
                }
            }
            Err(error) => {
                prop_assert!(!splits(wish, &rules));
                let packed = Some(wish - error.rest.0 / 100).filter(|packed| *packed > 0);
                let above = (wish + 1..wish + 300).find(|total| splits(*total, &rules));
                let expected: Vec<_> = packed.into_iter().chain(above).map(Quantity::pieces).collect();
                prop_assert!(packed.is_none_or(|packed| splits(packed, &rules)));
                prop_assert_eq!(error.nearest, expected);
            }
        }
    }

    #[test]
    fn no_rule_and_no_wish_make_it_panic(rules in prop::collection::vec(any_rule(), 0..5), wish: i64) {
        for rule in &rules {
            for quantity in rule.nearest(Quantity(wish)) {
                prop_assert!(rule.allows(quantity));
            }
        }
        let packages: Vec<Package> = rules.iter().enumerate().map(|(number, rule)| package(number, *rule)).collect();
        if let Err(error) = split_into_packages(Quantity(wish), &packages) {
            for total in error.nearest {
                prop_assert!(split_into_packages(total, &packages).is_ok());
            }
        }
    }
}
