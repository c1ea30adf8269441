//! Checks random tables: whatever is written comes back.

use erp::export::{Limits, read_plain};
use erp_sim::pdf::{Align, Column, TableDocument, write_table};
use proptest::prelude::*;
use time::OffsetDateTime;

use crate::support::collapsed;

/// Words that fit into the narrowest column, joined by one or two spaces or a line feed.
fn cell() -> impl Strategy<Value = String> {
    let word = "[A-Za-z0-9àèéìòùÀÈ€&\"'’.,:/()%+-]{1,9}";
    let gap = prop_oneof![6 => Just(" "), 1 => Just("  "), 1 => Just("\n"), 1 => Just("\n\n")];
    prop::collection::vec((word, gap), 0..8).prop_map(|pieces| {
        let text: String = pieces.into_iter().flat_map(|(word, gap)| [word, gap.to_owned()]).collect();
        text.trim_end().to_owned()
    })
}

fn column() -> impl Strategy<Value = Column> {
    let align = prop_oneof![Just(Align::Left), Just(Align::Centre), Just(Align::Right)];
    ("[A-Z]{1,6}", 90.0..240.0, align).prop_map(|(title, width_pt, align)| Column { title, width_pt, align })
}

fn table() -> impl Strategy<Value = TableDocument> {
    (1_usize..12, 0_usize..70).prop_flat_map(|(columns, rows)| {
        let row = prop::collection::vec(cell(), columns);
        (prop::collection::vec(column(), columns), prop::collection::vec(row, rows)).prop_map(
            |(mut columns, rows)| {
                // The first caption must not return within a cycle: no export's key column does.
                "0".clone_into(&mut columns[0].title);
                let totals = Some(vec![format!("Count={}", rows.len()); columns.len()]);
                TableDocument { columns, rows, totals, created: OffsetDateTime::UNIX_EPOCH }
            },
        )
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_table_comes_back(table in table()) {
        let read = read_plain(&write_table(&table), &Limits::default());
        let read = read.map_err(|bad| TestCaseError::fail(bad.to_string()))?;
        let expected: Vec<Vec<String>> =
            table.rows.iter().map(|row| row.iter().map(|cell| collapsed(cell)).collect()).collect();
        let got: Vec<Vec<String>> =
            read.rows.iter().map(|row| row.iter().map(|cell| collapsed(cell)).collect()).collect();
        prop_assert_eq!(got, expected);
    }
}
