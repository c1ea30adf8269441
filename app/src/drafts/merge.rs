//! Merges two devices' copies of one draft, field by field and line by line.
//!
//! What only one side changed since the copy both started from is taken from that side. What both changed is taken from
//! the side that was edited last: mostly this one, which the agent has in front of them; but what a closing page has left
//! with the browser to send can be newer than what it had time to keep. A line is dropped only if one side deleted it and
//! the other left it alone. Without a common copy, everything either side has is kept.

use domain::{Draft, DraftLine, LineId};

/// What a merge did, to tell the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MergeReport {
    /// Lines that were added or changed on the other device.
    pub lines_taken: u32,
    /// Lines that were deleted on the other device.
    pub lines_removed: u32,
    /// Fields or lines that both changed, or one changed and the other deleted.
    pub conflicts: u32,
}

impl MergeReport {
    /// Whether there is anything to tell.
    pub fn is_silent(self) -> bool {
        self == Self::default()
    }
}

/// Merges `mine` into `theirs`; `base` is the copy both started from, if it is known. The result is based on their
/// version.
pub fn merge(base: Option<&Draft>, mine: &Draft, theirs: &Draft) -> (Draft, MergeReport) {
    let mut report = MergeReport::default();
    let lines = merge_lines(base, mine, theirs, &mut report);
    let conflicts = &mut report.conflicts;
    let merged = Draft {
        id: theirs.id,
        version: theirs.version,
        customer: field(base, mine, theirs, |draft| &draft.customer, conflicts),
        lines,
        header_discount: field(base, mine, theirs, |draft| &draft.header_discount, conflicts),
        customer_reference: field(base, mine, theirs, |draft| &draft.customer_reference, conflicts),
        requested_delivery: field(base, mine, theirs, |draft| &draft.requested_delivery, conflicts),
        delivery_address: field(base, mine, theirs, |draft| &draft.delivery_address, conflicts),
        notes: field(base, mine, theirs, |draft| &draft.notes, conflicts),
        created_at: mine.created_at.min(theirs.created_at),
        edited_at: mine.edited_at.max(theirs.edited_at),
    };
    (merged, report)
}

/// Whether two copies say the same, whatever their versions and times.
pub fn same_content(one: &Draft, other: &Draft) -> bool {
    let timeless = |draft: &Draft| Draft {
        version: other.version,
        created_at: other.created_at,
        edited_at: other.edited_at,
        ..draft.clone()
    };
    timeless(one) == *other
}

fn is_later(one: &Draft, other: &Draft) -> bool {
    one.edited_at > other.edited_at
}

fn field<T: Clone + PartialEq + Default>(
    base: Option<&Draft>,
    mine: &Draft,
    theirs: &Draft,
    of: impl Fn(&Draft) -> &T,
    conflicts: &mut u32,
) -> T {
    let untouched = base.map_or_else(T::default, |base| of(base).clone());
    let theirs_is_later = is_later(theirs, mine);
    let (mine, theirs) = (of(mine), of(theirs));
    if mine == theirs || *theirs == untouched {
        return mine.clone();
    }
    if *mine == untouched {
        return theirs.clone();
    }
    *conflicts += 1;
    if theirs_is_later { theirs.clone() } else { mine.clone() }
}

fn merge_lines(
    base: Option<&Draft>,
    mine: &Draft,
    theirs: &Draft,
    report: &mut MergeReport,
) -> Vec<DraftLine> {
    let find = |draft: &Draft, id: LineId| draft.lines.iter().find(|line| line.id == id).cloned();
    let of_base = |id| base.and_then(|base| base.lines.iter().find(|line| line.id == id));
    let theirs_is_later = is_later(theirs, mine);
    let mut merged: Vec<DraftLine> = Vec::new();
    for line in &theirs.lines {
        let sides = Sides { mine: find(mine, line.id), theirs: Some(line.clone()), theirs_is_later };
        merged.extend(merge_line(of_base(line.id), sides, report));
    }
    for line in mine.lines.iter().filter(|line| find(theirs, line.id).is_none()) {
        let sides = Sides { mine: Some(line.clone()), theirs: None, theirs_is_later };
        merged.extend(merge_line(of_base(line.id), sides, report));
    }
    merged
}

/// One line as the two sides have it, or not.
struct Sides {
    mine: Option<DraftLine>,
    theirs: Option<DraftLine>,
    theirs_is_later: bool,
}

fn merge_line(base: Option<&DraftLine>, sides: Sides, report: &mut MergeReport) -> Option<DraftLine> {
    let Sides { mine, theirs, theirs_is_later } = sides;
    if mine == theirs || theirs.as_ref() == base {
        return mine;
    }
    if mine.as_ref() == base {
        match theirs {
            Some(_) => report.lines_taken += 1,
            None => report.lines_removed += 1,
        }
        return theirs;
    }
    report.conflicts += 1;
    if theirs_is_later { theirs.or(mine) } else { mine.or(theirs) }
}

#[cfg(test)]
mod tests {
    use domain::{
        ArticleId, Cents, DiscountCascade, DraftId, DraftVersion, Percent, Quantity, Timestamp, VatRate,
    };
    use proptest::prelude::*;

    use super::*;

    fn line(id: u128, pieces: i64) -> DraftLine {
        DraftLine {
            id: LineId(uuid::Uuid::from_u128(id)),
            article: "012345K2".parse::<ArticleId>().unwrap(),
            name: "AB12".into(),
            description: None,
            quantity: Quantity::pieces(pieces),
            unit_price: Some(Cents(100)),
            price_unit: Quantity::pieces(1),
            discount: DiscountCascade::default(),
            system_discount: Percent(0),
            vat: VatRate::default(),
        }
    }

    fn draft(version: u32, lines: &[(u128, i64)], notes: Option<&str>) -> Draft {
        Draft {
            version: DraftVersion(version),
            lines: lines.iter().map(|&(id, pieces)| line(id, pieces)).collect(),
            notes: notes.map(str::to_owned),
            ..Draft::new(DraftId(uuid::Uuid::from_u128(1)), Timestamp(0))
        }
    }

    fn shown(draft: &Draft) -> Vec<(u128, i64)> {
        draft.lines.iter().map(|line| (line.id.0.as_u128(), line.quantity.0 / 100)).collect()
    }

    #[test]
    fn lines_added_on_both_devices_are_all_kept() {
        let base = draft(1, &[(1, 5)], None);
        let (merged, report) =
            merge(Some(&base), &draft(1, &[(1, 5), (2, 1)], None), &draft(2, &[(1, 5), (3, 9)], None));
        assert_eq!(shown(&merged), [(1, 5), (3, 9), (2, 1)]);
        assert_eq!(merged.version, DraftVersion(2));
        assert_eq!(report, MergeReport { lines_taken: 1, ..MergeReport::default() });
    }

    #[test]
    fn a_line_changed_on_both_devices_stays_as_this_one_has_it_and_is_told() {
        let base = draft(1, &[(1, 5)], Some("a"));
        let (merged, report) =
            merge(Some(&base), &draft(1, &[(1, 6)], Some("b")), &draft(2, &[(1, 7)], Some("a")));
        assert_eq!(shown(&merged), [(1, 6)]);
        assert_eq!(merged.notes.as_deref(), Some("b"));
        assert_eq!(report.conflicts, 1);
    }

    #[test]
    fn what_both_changed_is_taken_from_the_later_edit() {
        let base = draft(1, &[(1, 5)], None);
        let theirs = Draft { edited_at: Timestamp(9), ..draft(2, &[(1, 7)], Some("longer")) };
        let (merged, report) = merge(Some(&base), &draft(1, &[(1, 6)], Some("long")), &theirs);
        assert_eq!(shown(&merged), [(1, 7)]);
        assert_eq!(merged.notes.as_deref(), Some("longer"));
        assert_eq!(report.conflicts, 2);
    }

    #[test]
    fn a_line_deleted_there_and_untouched_here_goes_but_an_edited_one_stays() {
        let base = draft(1, &[(1, 5), (2, 5)], None);
        let (merged, report) = merge(Some(&base), &draft(1, &[(1, 5), (2, 8)], None), &draft(2, &[], None));
        assert_eq!(shown(&merged), [(2, 8)]);
        assert_eq!(report, MergeReport { lines_taken: 0, lines_removed: 1, conflicts: 1 });
    }

    #[test]
    fn without_a_common_copy_nothing_is_dropped() {
        let (merged, _) = merge(None, &draft(0, &[(1, 5)], None), &draft(3, &[(2, 5)], Some("x")));
        assert_eq!(shown(&merged), [(2, 5), (1, 5)]);
        assert_eq!(merged.notes.as_deref(), Some("x"));
    }

    fn any_draft(version: u32) -> impl Strategy<Value = Draft> {
        let lines = proptest::collection::btree_map(0u128..6, 1i64..4, 0..5);
        (lines, proptest::option::of("[ab]")).prop_map(move |(lines, notes)| {
            draft(version, &lines.into_iter().collect::<Vec<_>>(), notes.as_deref())
        })
    }

    proptest! {
        #[test]
        fn an_untouched_side_yields_to_the_other(base in any_draft(1), edited in any_draft(1)) {
            let (mine_only, report) = merge(Some(&base), &edited, &base);
            prop_assert!(report.is_silent());
            let sorted = |draft: &Draft| { let mut lines = shown(draft); lines.sort_unstable(); lines };
            prop_assert_eq!(sorted(&mine_only), sorted(&edited));
            let (theirs_only, report) = merge(Some(&base), &base, &edited);
            prop_assert_eq!(report.conflicts, 0);
            prop_assert_eq!(sorted(&theirs_only), sorted(&edited));
            prop_assert_eq!(theirs_only.notes, edited.notes);
        }

        #[test]
        fn no_new_line_of_either_side_is_lost(base in any_draft(1), mine in any_draft(1), theirs in any_draft(2)) {
            let (merged, _) = merge(Some(&base), &mine, &theirs);
            let known = |draft: &Draft, id| draft.lines.iter().any(|line| line.id == id);
            for line in mine.lines.iter().chain(&theirs.lines) {
                prop_assert!(known(&base, line.id) || known(&merged, line.id));
            }
            let mut ids: Vec<_> = merged.lines.iter().map(|line| line.id).collect();
            ids.sort_unstable();
            ids.dedup();
            prop_assert_eq!(ids.len(), merged.lines.len());
        }
    }
}
