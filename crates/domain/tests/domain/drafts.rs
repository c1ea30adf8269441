//! Shows which drafts can be kept and which can be sent.

use domain::{
    Cents, CustomerChoice, DiscountCascade, Draft, DraftFault, DraftLine, LineFault, Percent, Quantity,
    Unready,
};
use proptest::prelude::*;

use crate::samples::{draft, line, sane_draft};

fn customer() -> CustomerChoice {
    CustomerChoice {
        id: "57185".parse().expect("an id"),
        account: None,
        name: "Rossi".to_owned(),
        city: None,
    }
}

#[test]
fn a_draft_beyond_its_limits_is_refused_with_the_reason() {
    let check = |line| draft(vec![self::line(1, 1), line]).check().unwrap_err().to_string();
    let line = || line(1, 100);
    assert_eq!(
        check(DraftLine { quantity: Quantity(i64::MIN), ..line() }),
        "line 2: the quantity is out of range"
    );
    assert_eq!(
        check(DraftLine { unit_price: Some(Cents(-1)), ..line() }),
        "line 2: the price is out of range"
    );
    assert_eq!(
        check(DraftLine { price_unit: Quantity(0), ..line() }),
        "line 2: the price unit is out of range"
    );
    let refused = DraftFault::Line { number: 1, fault: LineFault::Percent };
    let surcharge = DraftLine { discount: DiscountCascade(vec![Percent(-1)]), ..line() };
    assert_eq!(draft(vec![surcharge]).check(), Err(refused.clone()));
    let endless = DraftLine { discount: DiscountCascade(vec![Percent(1); 9]), ..line() };
    assert_eq!(draft(vec![endless]).check(), Err(refused));
}

#[test]
fn too_much_of_anything_is_refused() {
    let many = draft(vec![line(1, 1); Draft::LINES_MAX + 1]);
    assert_eq!(many.check(), Err(DraftFault::TooManyLines));
    let notes = Draft { notes: Some("è".repeat(Draft::TEXT_LETTERS_MAX + 1)), ..draft(Vec::new()) };
    assert_eq!(notes.check(), Err(DraftFault::TextTooLong { field: "notes" }));
    let header = Draft { header_discount: Percent(10_001), ..draft(Vec::new()) };
    assert_eq!(header.check(), Err(DraftFault::HeaderDiscount));
    let mut twice = draft(vec![line(1, 1), line(2, 2)]);
    twice.lines[1].id = twice.lines[0].id;
    assert_eq!(twice.check(), Err(DraftFault::LineTwice(twice.lines[0].id)));
}

#[test]
fn a_draft_is_ready_with_a_customer_and_something_to_order() {
    assert_eq!(draft(Vec::new()).unready(), [Unready::NoCustomer, Unready::NoLines]);
    let mut order = Draft { customer: Some(customer()), ..draft(vec![line(1, 100), line(0, 100)]) };
    assert_eq!(order.unready(), [Unready::QuantityNotPositive { line: order.lines[1].id }]);
    order.lines.pop();
    assert!(order.unready().is_empty());
}

#[test]
fn an_untouched_draft_is_empty_and_a_touched_one_is_not() {
    let untouched = draft(Vec::new());
    assert!(untouched.is_empty());
    assert!(!Draft { header_discount: Percent(1), ..untouched.clone() }.is_empty());
    assert!(!Draft { customer: Some(customer()), ..untouched.clone() }.is_empty());
    assert!(!Draft { notes: Some("urgente".to_owned()), ..untouched }.is_empty());
}

proptest! {
    #[test]
    fn what_agents_write_can_be_kept(draft in sane_draft()) {
        prop_assert_eq!(draft.check(), Ok(()));
    }
}
