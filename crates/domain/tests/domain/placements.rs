//! Draws the placement's life cycle as its arrows.

use domain::PlacementState;

fn all() -> [PlacementState; 10] {
    let number = || "12345".to_owned();
    [
        PlacementState::Queued,
        PlacementState::Filling,
        PlacementState::Armed,
        PlacementState::Saving,
        PlacementState::Unknown,
        PlacementState::Placed { number: number() },
        PlacementState::Verified { number: number() },
        PlacementState::Rejected { reason: number() },
        PlacementState::NeedsAttention { reason: number() },
        PlacementState::Withdrawn,
    ]
}

#[test]
fn the_life_cycle_has_these_arrows() {
    let row = |from: &PlacementState| {
        let to: Vec<_> =
            all().iter().filter(|next| from.may_become(next)).map(PlacementState::as_str).collect();
        format!("{} -> {}", from.as_str(), to.join(" | "))
    };
    insta::assert_snapshot!(all().iter().map(row).collect::<Vec<_>>().join("\n"), @r#"
    queued -> filling | unknown | withdrawn
    filling -> queued | armed | unknown | rejected
    armed -> queued | saving | unknown | rejected
    saving -> unknown | placed | rejected
    unknown -> queued | placed | needs-attention
    placed -> verified | needs-attention
    verified -> 
    rejected -> 
    needs-attention -> queued | placed | withdrawn
    withdrawn -> 
    "#);
}

/// What the states say for themselves: from `saving` on the ERP may hold the order.
fn may_be_in_erp(state: &PlacementState) -> bool {
    match state {
        PlacementState::Queued
        | PlacementState::Filling
        | PlacementState::Armed
        | PlacementState::Rejected { .. }
        | PlacementState::Withdrawn => false,
        PlacementState::Saving
        | PlacementState::Unknown
        | PlacementState::Placed { .. }
        | PlacementState::Verified { .. }
        | PlacementState::NeedsAttention { .. } => true,
    }
}

#[test]
fn what_may_be_in_the_erp_is_never_filled_again_without_a_look() {
    for from in all().iter().filter(|state| may_be_in_erp(state)) {
        assert!(!from.may_become(&PlacementState::Filling), "{from:?}");
        assert!(!from.may_become(&PlacementState::Armed), "{from:?}");
    }
    assert!(!PlacementState::Saving.may_become(&PlacementState::Queued));
}

#[test]
fn only_saving_and_a_look_lead_from_certainly_not_to_perhaps() {
    for from in all().iter().filter(|state| !may_be_in_erp(state)) {
        for to in all().iter().filter(|state| may_be_in_erp(state)) {
            let typed =
                matches!(from, PlacementState::Queued | PlacementState::Filling | PlacementState::Armed);
            let expected = match to {
                PlacementState::Saving => *from == PlacementState::Armed,
                PlacementState::Unknown => typed,
                _ => false,
            };
            assert_eq!(from.may_become(to), expected, "{from:?} {to:?}");
        }
    }
}
