//! Knows the arrows between the states of a placement (docs/lifecycle.md). This one function is all there is.

use domain::PlacementState;

/// Whether a placement in state `from` may go to `to`.
///
/// `rejected → queued` is not here: only the agent's sending it again makes it (`submit`). `saving` may go to `queued`
/// or `needs-attention` only by way of `unknown`, so that somebody has looked into the ERP in between.
pub(super) fn is_legal(from: &PlacementState, to: &PlacementState) -> bool {
    use PlacementState::{
        Armed, Filling, NeedsAttention, Placed, Queued, Rejected, Saving, Unknown, Verified,
    };
    match from {
        Queued => matches!(to, Filling),
        Filling => matches!(to, Armed | Queued | Rejected { .. }),
        Armed => matches!(to, Saving | Queued | Rejected { .. }),
        Saving => matches!(to, Placed { .. } | Unknown | Rejected { .. }),
        Unknown => matches!(to, Placed { .. } | Queued | NeedsAttention { .. }),
        Placed { .. } => matches!(to, Verified { .. }),
        NeedsAttention { .. } => matches!(to, Placed { .. } | Queued),
        Verified { .. } | Rejected { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each state.
    fn all() -> [PlacementState; 9] {
        use PlacementState::{
            Armed, Filling, NeedsAttention, Placed, Queued, Rejected, Saving, Unknown, Verified,
        };
        let words = || "x".to_owned();
        [
            Queued,
            Filling,
            Armed,
            Saving,
            Unknown,
            Placed { number: words() },
            Verified { number: words() },
            Rejected { reason: words() },
            NeedsAttention { reason: words() },
        ]
    }

    #[test]
    fn the_arrows_are_those_of_the_life_cycle() {
        let states = all();
        let arrows: Vec<String> = states
            .iter()
            .map(|from| {
                let targets: Vec<_> =
                    states.iter().filter(|to| is_legal(from, to)).map(PlacementState::as_str).collect();
                format!("{} -> {}", from.as_str(), targets.join(" | "))
            })
            .collect();
        assert_eq!(
            arrows,
            [
                "queued -> filling",
                "filling -> queued | armed | rejected",
                "armed -> queued | saving | rejected",
                "saving -> unknown | placed | rejected",
                "unknown -> queued | placed | needs-attention",
                "placed -> verified",
                "verified -> ",
                "rejected -> ",
                "needs-attention -> queued | placed",
            ]
        );
    }

    #[test]
    fn what_may_be_in_the_erp_is_never_filled_again_without_a_look() {
        let saving = PlacementState::Saving;
        assert!(!is_legal(&saving, &PlacementState::Queued));
        assert!(!is_legal(&saving, &PlacementState::Filling));
        assert!(!is_legal(&PlacementState::Unknown, &PlacementState::Filling));
    }
}
