//! Describes how a list of the ERP looks, to tell whether it has to be read again.

use serde::{Deserialize, Serialize};
use time::PrimitiveDateTime;

use crate::{DurationMs, SyncType};

/// What the first page of a list told: enough to see that something is new, never that nothing has gone.
///
/// Both are the ERP's own: its clock is never compared with ours. Rows further down may have changed and rows may have
/// been deleted without a trace here, which is why a list is read whole after a while however it looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListLook {
    /// The latest moment at which one of the rows shown was modified.
    pub newest_change: PrimitiveDateTime,
    /// How many rows the list counts in all, if it does.
    pub rows: Option<u32>,
}

impl ListLook {
    /// Whether a list that looks like this shows nothing that it did not show `before`.
    pub fn shows_no_change_since(&self, before: &Self) -> bool {
        // An earlier moment shows as much as a later one: the row that had changed last is not among them any more.
        self == before
    }
}

impl SyncType {
    /// Whether the ERP tells when the rows of this list were modified; of customers it does not (facts/erp.md §2.11).
    pub const fn tells_changes(self) -> bool {
        match self {
            Self::Orders | Self::Ddt | Self::Invoices | Self::Prices | Self::Products => true,
            Self::Customers => false,
        }
    }

    /// After so long the list is read whole, however unchanged it looks: deleted rows do not show.
    pub const fn read_whole_every(self) -> DurationMs {
        match self {
            Self::Orders | Self::Customers | Self::Ddt | Self::Invoices => DurationMs::minutes(2 * 60),
            Self::Prices | Self::Products => DurationMs::minutes(6 * 60),
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn a_later_change_or_another_count_shows() {
        let before = ListLook { newest_change: datetime!(2026-01-20 09:00:00), rows: Some(985) };
        let later = ListLook { newest_change: datetime!(2026-01-20 09:00:01), ..before };
        let fewer = ListLook { rows: Some(984), ..before };
        // The row that changed last was deleted, and another took its place on the page.
        let earlier = ListLook { newest_change: datetime!(2026-01-19 09:00:00), ..before };
        let shows = [before, later, fewer, earlier].map(|look| !look.shows_no_change_since(&before));
        assert_eq!(shows, [false, true, true, true]);
    }
}
