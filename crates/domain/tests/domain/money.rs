//! Shows to the cent what orders come to, by hand-computed cases and by laws that hold for all drafts.

use domain::{
    Cents, DiscountCascade, Draft, DraftLine, Percent, Quantity, VatGroup, VatRate, line_amount, line_total,
    order_totals,
};
use proptest::prelude::*;

use crate::samples::{any_draft, discounted, draft, line, sane_draft, sane_line, taxed};

fn group(percent: i32, net: i64, vat: i64) -> VatGroup {
    VatGroup { rate: VatRate(Percent(percent * 100)), net: Cents(net), vat: Cents(vat) }
}

#[test]
fn a_line_is_quantity_times_price_and_its_vat_to_the_cent() {
    let total = line_total(&line(5, 1_234));
    assert_eq!((total.net, total.vat), (Cents(6_170), Cents(1_357)));
}

#[test]
fn half_a_cent_goes_up_and_for_credits_down() {
    assert_eq!(line_amount(&discounted(line(1, 5), "50")), Cents(3));
    assert_eq!(line_amount(&discounted(line(-1, 5), "50")), Cents(-3));
    assert_eq!(line_amount(&discounted(line(1, 3), "50")), Cents(2));
    assert_eq!(line_amount(&discounted(line(1, 4), "50")), Cents(2));
}

#[test]
fn a_price_for_a_hundred_pieces_is_divided_exactly() {
    let line = DraftLine { price_unit: Quantity::pieces(100), ..line(250, 1_234) };
    assert_eq!(line_amount(&line), Cents(3_085));
}

#[test]
fn a_part_of_a_piece_counts_as_such() {
    assert_eq!(line_amount(&DraftLine { quantity: Quantity(250), ..line(0, 999) }), Cents(2_498));
}

#[test]
fn a_cascade_is_what_the_erp_can_hold_of_it() {
    let effective = |typed: &str| typed.parse::<DiscountCascade>().unwrap().effective();
    assert_eq!(effective(""), Percent(0));
    assert_eq!(effective("12,5"), Percent(1_250));
    assert_eq!(effective("10+5"), Percent(1_450));
    assert_eq!(effective("10+5+3"), Percent(1_707), "17,065 % half up");
    assert_eq!(effective("33,33+33,33"), Percent(5_555), "55,551111 %");
    assert_eq!(effective("100+10"), Percent(10_000));
    // Exactly it would be 82,935 and so 82,94; the ERP is told 17,07 % and says 82,93.
    assert_eq!(line_amount(&discounted(line(1, 10_000), "10+5+3")), Cents(8_293));
}

#[test]
fn system_and_line_discount_multiply() {
    let line = DraftLine { system_discount: Percent(6_300), ..discounted(line(5, 12_345), "10") };
    assert_eq!(line_amount(&line), Cents(20_554), "617,25 × 0,37 × 0,9 = 205,54425");
}

#[test]
fn mixed_rates_and_a_header_discount_add_up_to_the_cent() {
    let lines =
        vec![line(1, 10_000), taxed(line(1, 3_333), 10), taxed(line(1, 6_667), 4), taxed(line(1, 1_000), 0)];
    let totals = order_totals(&Draft { header_discount: Percent(750), ..draft(lines) });
    // 7,5 % off leaves 92,50 + 30,83025 + 61,66975 + 9,25 = 194,25; the cent goes to the largest fraction.
    assert_eq!(totals.lines, Cents(21_000));
    assert_eq!(totals.header_discount, Cents(1_575));
    assert_eq!(totals.net, Cents(19_425));
    let groups = [group(0, 925, 0), group(4, 6_167, 247), group(10, 3_083, 308), group(22, 9_250, 2_035)];
    assert_eq!(totals.vat, groups);
    assert_eq!(totals.total, Cents(22_015));
}

#[test]
fn vat_is_rounded_by_the_line_and_not_by_the_group() {
    // 0,1 € at 22 % is 0,022: three lines make 0,06, one group would make 0,07.
    let totals = order_totals(&draft(vec![line(1, 10), line(1, 10), line(1, 10)]));
    assert_eq!(totals.vat, [group(22, 30, 6)]);
    assert_eq!(totals.total, Cents(36));
}

#[test]
fn a_credit_beside_a_sale_reduces_its_group() {
    let lines = vec![line(3, 1_999), line(-1, 1_999), taxed(line(-2, 505), 5)];
    let totals = order_totals(&draft(lines));
    assert_eq!(totals.vat, [group(5, -1_010, -51), group(22, 3_998, 879)]);
    assert_eq!(totals.total, Cents(3_816));
}

#[test]
fn a_line_without_price_counts_nothing_and_is_counted() {
    let unpriced = DraftLine { unit_price: None, ..taxed(line(3, 0), 4) };
    let totals = order_totals(&draft(vec![unpriced, line(1, 100)]));
    assert_eq!((totals.unpriced_lines, totals.total), (1, Cents(122)));
    assert_eq!(totals.vat, [group(22, 100, 22)]);
}

#[test]
fn an_empty_draft_comes_to_nothing() {
    let totals = order_totals(&draft(Vec::new()));
    assert_eq!((totals.lines, totals.net, totals.total), (Cents(0), Cents(0), Cents(0)));
    assert!(totals.vat.is_empty());
}

#[test]
fn everything_off_leaves_nothing() {
    let lines = vec![line(1, 333), taxed(line(1, 777), 4)];
    let totals = order_totals(&Draft { header_discount: Percent::WHOLE, ..draft(lines) });
    assert_eq!((totals.net, totals.total, totals.header_discount), (Cents(0), Cents(0), Cents(1_110)));
}

#[test]
fn amounts_beyond_64_bits_saturate() {
    let huge = DraftLine { quantity: Quantity(i64::MAX), ..line(0, i64::MAX) };
    let negative = DraftLine { quantity: Quantity(i64::MIN), ..huge.clone() };
    assert_eq!(line_amount(&huge), Cents(i64::MAX));
    assert_eq!(line_amount(&negative), Cents(i64::MIN));
    assert_eq!(order_totals(&draft(vec![huge.clone(), huge])).total, Cents(i64::MAX));
}

proptest! {
    #[test]
    fn a_line_is_within_half_a_cent_of_the_exact_amount(line in sane_line()) {
        let rest = |percent: Percent| i128::from(10_000 - percent.0);
        let price = i128::from(line.unit_price.map_or(0, |price| price.0));
        let exact = i128::from(line.quantity.0) * price * rest(line.discount.effective()) * rest(line.system_discount);
        let whole = i128::from(line.price_unit.0) * 100_000_000;
        let off = i128::from(line_amount(&line).0) * whole - exact;
        prop_assert!(off.abs() * 2 <= whole);
        // On the half it goes away from zero.
        prop_assert!(off.abs() * 2 < whole || off.signum() == exact.signum());
    }

    #[test]
    fn groups_add_up_to_what_is_shown(draft in sane_draft()) {
        let totals = order_totals(&draft);
        let nets: Cents = totals.vat.iter().map(|group| group.net).sum();
        let taxes: Cents = totals.vat.iter().map(|group| group.vat).sum();
        prop_assert_eq!(totals.lines, draft.lines.iter().map(line_amount).sum());
        prop_assert_eq!(totals.lines - totals.header_discount, totals.net);
        prop_assert_eq!(nets, totals.net);
        prop_assert_eq!(totals.net + taxes, totals.total);
        prop_assert!(totals.vat.is_sorted_by_key(|group| group.rate));
    }

    #[test]
    fn the_header_discount_is_that_of_the_sum(draft in sane_draft()) {
        let totals = order_totals(&draft);
        let exact = i128::from(totals.lines.0) * i128::from(10_000 - draft.header_discount.0);
        let off = i128::from(totals.net.0) * 10_000 - exact;
        prop_assert!(off.abs() * 2 <= 10_000);
    }

    #[test]
    fn without_header_discount_each_line_stands_for_itself(draft in sane_draft()) {
        let totals = order_totals(&Draft { header_discount: Percent(0), ..draft.clone() });
        let taxes: Cents = totals.vat.iter().map(|group| group.vat).sum();
        prop_assert_eq!(taxes, draft.lines.iter().map(|line| line_total(line).vat).sum());
        prop_assert_eq!(totals.net, totals.lines);
    }

    #[test]
    fn a_credit_mirrors_its_order(draft in sane_draft()) {
        let mut credit = draft.clone();
        for line in &mut credit.lines {
            line.quantity = Quantity(-line.quantity.0);
        }
        let (order, credit) = (order_totals(&draft), order_totals(&credit));
        prop_assert_eq!((credit.lines, credit.net, credit.total), (-order.lines, -order.net, -order.total));
        for (mirrored, group) in credit.vat.iter().zip(&order.vat) {
            prop_assert_eq!((mirrored.net, mirrored.vat), (-group.net, -group.vat));
        }
    }

    #[test]
    fn two_steps_of_whole_percents_are_exact(first in 0_i32..=100, second in 0_i32..=100) {
        let cascade = DiscountCascade(vec![Percent(first * 100), Percent(second * 100)]);
        prop_assert_eq!(10_000 - cascade.effective().0, (100 - first) * (100 - second));
    }

    #[test]
    fn the_order_of_the_steps_does_not_matter(mut steps in prop::collection::vec(0_i32..=10_000, 0..=8)) {
        let effective = |steps: &[i32]| DiscountCascade(steps.iter().copied().map(Percent).collect()).effective();
        let typed = effective(&steps);
        steps.sort_unstable();
        prop_assert_eq!(typed, effective(&steps));
    }

    #[test]
    fn no_draft_makes_the_calculator_panic(draft in any_draft()) {
        let _ = order_totals(&draft);
        let _ = draft.check();
    }

    #[test]
    fn a_checked_draft_never_saturates(draft in any_draft()) {
        if draft.check().is_ok() {
            let total = order_totals(&draft).total;
            prop_assert!(total > Cents(i64::MIN) && total < Cents(i64::MAX));
        }
    }
}
