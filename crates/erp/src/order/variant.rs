//! Tells package variants apart by what the article lookup shows.
//!
//! The lookup shows figure, shank, size, content, package and multiple, but not the article's id. One name has up to three
//! variants, and the wrong one freezes the order for minutes (facts/erp.md §4.1), so a row that contradicts the
//! catalogue is never taken. The suffix (`PACCO`) only decides between rows that are equal otherwise: its meaning differs
//! between families (facts/erp.md §5).

use domain::{Locale, Quantity, parse_quantity};

use super::{entry::Variant, lines::bare_name};
use crate::lists::{Table, TableRow};

/// A row that can be the wanted variant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Candidate {
    /// 0 when everything known agrees, 1 when only the suffix differs.
    strangeness: u8,
    /// Its position in the table.
    pub(super) place: usize,
}

/// The rows that can be the wanted variant, best first.
pub(super) fn candidates(table: &Table, name: &str, variant: Option<&Variant>) -> Vec<Candidate> {
    let columns = Columns::of(table);
    let mut rows: Vec<Candidate> = table
        .rows
        .iter()
        .enumerate()
        .filter(|(_, row)| columns.is_named(row, name))
        .filter_map(|(place, row)| Some(Candidate { strangeness: columns.strangeness(row, variant)?, place }))
        .collect();
    rows.sort_unstable();
    rows
}

/// Whether what is known of the variant tells it from others: its suffix alone does not.
pub(super) fn is_telling(variant: Option<&Variant>) -> bool {
    variant.is_some_and(|variant| variant.content.is_some() || variant.multiple.is_some())
}

/// Whether the best candidate is the only one that can be meant.
pub(super) fn is_clear(candidates: &[Candidate], variant: Option<&Variant>) -> bool {
    match candidates {
        [] => false,
        [_] => true,
        [best, second, ..] => is_telling(variant) && best.strangeness < second.strangeness,
    }
}

struct Columns {
    name: Option<usize>,
    parts: [Option<usize>; 3],
    content: Option<usize>,
    package: Option<usize>,
    multiple: Option<usize>,
}

impl Columns {
    fn of(table: &Table) -> Self {
        Self {
            name: table.column(&["NOME DELLA RICERCA", "SEARCH NAME"]),
            parts: [
                table.column(&["FIGURA", "FIGURE"]),
                table.column(&["GAMBA", "SHANK"]),
                table.column(&["GRANDEZZA", "SIZE"]),
            ],
            content: table.column(&[
                "CONTENUTO DELL'IMBALLAGGIO",
                "CONTENUTO DELL’IMBALLAGGIO",
                "PACKING CONTENTS",
            ]),
            package: table.column(&["PACCO", "PACKAGE"]),
            multiple: table.column(&["QTÀ MULTIPLI", "MULTIPLE QTY"]),
        }
    }

    /// By its search name, or by figure, shank and size, which make up the name. Some names end with a dot.
    fn is_named(&self, row: &TableRow, name: &str) -> bool {
        let parts = self.parts.map(|part| row.cell(part).to_owned()).join(".");
        bare_name(row.cell(self.name)) == bare_name(name) || bare_name(&parts) == bare_name(name)
    }

    /// 0 when everything known agrees, 1 when only the suffix differs, `None` when content or multiple contradict.
    fn strangeness(&self, row: &TableRow, variant: Option<&Variant>) -> Option<u8> {
        let Some(variant) = variant else { return Some(0) };
        if contradicts(row.cell(self.content), variant.content)
            || contradicts(row.cell(self.multiple), variant.multiple)
        {
            return None;
        }
        let package = row.cell(self.package);
        let differs = variant.package.as_deref().is_some_and(|known| !package.is_empty() && package != known);
        Some(u8::from(differs))
    }
}

fn contradicts(shown: &str, known: Option<Quantity>) -> bool {
    match (parse_quantity(shown, Locale::Italian), known) {
        (Ok(shown), Some(known)) => shown != known,
        (Ok(_) | Err(_), _) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[[&str; 4]]) -> Table {
        let captions = ["CONTENUTO DELL'IMBALLAGGIO", "PACCO", "NOME DELLA RICERCA", "QTÀ MULTIPLI:"];
        Table {
            captions: captions.map(str::to_owned).to_vec(),
            rows: rows
                .iter()
                .map(|cells| TableRow { id: String::new(), cells: cells.map(str::to_owned).to_vec() })
                .collect(),
        }
    }

    fn variant(content: i64, multiple: i64, package: &str) -> Variant {
        Variant {
            content: Some(Quantity::pieces(content)),
            multiple: Some(Quantity::pieces(multiple)),
            package: Some(package.to_owned()),
        }
    }

    fn places(table: &Table, name: &str, variant: Option<&Variant>) -> Vec<usize> {
        candidates(table, name, variant).into_iter().map(|candidate| candidate.place).collect()
    }

    #[test]
    fn content_and_multiple_decide_whatever_the_suffix_says() {
        let table = table(&[["1", "K2", "AB12XY.104.023", "1,00"], ["5", "K3", "AB12XY.104.023", "5,00"]]);
        assert_eq!(places(&table, "AB12XY.104.023", Some(&variant(5, 5, "K2"))), [1]);
        assert_eq!(places(&table, "ab12xy.104.023.", Some(&variant(1, 1, "K3"))), [0]);
        assert_eq!(places(&table, "AB12XY.104.023", Some(&variant(10, 10, "K2"))), [0_usize; 0]);
    }

    #[test]
    fn the_suffix_decides_between_rows_that_are_equal_otherwise() {
        let table = table(&[["1", "K2", "AB12XY.104.023", "1,00"], ["1", "K3", "AB12XY.104.023", "1,00"]]);
        let known = variant(1, 1, "K3");
        assert_eq!(places(&table, "AB12XY.104.023", Some(&known)), [1, 0]);
        assert!(is_clear(&candidates(&table, "AB12XY.104.023", Some(&known)), Some(&known)));
        let suffix_only = Variant { content: None, multiple: None, ..known };
        let found = candidates(&table, "AB12XY.104.023", Some(&suffix_only));
        assert!(!is_clear(&found, Some(&suffix_only)), "a suffix alone decides nothing");
    }

    #[test]
    fn another_article_is_never_a_candidate() {
        let table = table(&[["1", "K2", "AB12XY.104.025", "1,00"]]);
        assert_eq!(places(&table, "AB12XY.104.023", None), [0_usize; 0]);
    }
}
