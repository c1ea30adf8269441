//! Shows that an export that is not whole, or not what it should be, is refused with its page and reason.

use domain::{Customer, Export, Order, Product};
use erp::export::{BadExport, Exported, Limits, read, read_plain};
use erp_sim::pdf::write_table;

use crate::{
    columns::{CUSTOMERS, Cells, Head, ORDERS, PRODUCTS, column},
    support::{file, redrawn, table, without},
};

/// Names wrap, so these fill five cycles of eight pages.
const ROWS: usize = 100;
const PAGES: usize = 40;

fn refusal<T: Exported>(file: &[u8]) -> BadExport {
    match read::<T>(file, &Limits::default()) {
        Ok(export) => panic!("{} rows were read", export.rows.len()),
        Err(bad) => bad,
    }
}

#[track_caller]
fn assert_refused(file: &[u8], page: Option<u32>, reason: &str) {
    let bad = refusal::<Customer>(file);
    assert!(bad.reason.contains(reason), "refused for another reason: {bad}");
    assert_eq!(bad.page, page, "{bad}");
}

fn customers(change: impl FnOnce(&mut erp_sim::pdf::TableDocument)) -> Vec<u8> {
    file(&CUSTOMERS, ROWS, change)
}

#[test]
fn an_export_without_totals_is_cut_off() {
    assert_refused(&customers(|table| table.totals = None), None, "totals");
}

#[test]
fn a_count_that_is_not_the_number_of_rows_is_refused() {
    let file = customers(|table| drop(table.rows.pop()));
    assert_refused(&file, None, "Count=100");
}

#[test]
fn a_count_that_is_broken_by_a_narrow_column_counts_all_the_same() {
    let file = customers(|table| {
        table.columns[0].width_pt = 30.8;
        table.rows.pop();
    });
    assert_refused(&file, None, "Count=100");
}

#[test]
fn an_export_without_rows_is_refused_for_customers_and_allowed_for_orders() {
    let empty = |heads: &[Head]| file(heads, 0, |_| {});
    assert_refused(&empty(&CUSTOMERS), None, "no rows");
    let orders: Export<Order> =
        read(&empty(&ORDERS), &Limits::default()).expect("an agent may have no orders");
    assert!(orders.rows.is_empty());
}

#[test]
fn a_key_that_occurs_twice_is_refused_with_its_page() {
    let file = customers(|table| table.rows[99][0] = table.rows[3][0].clone());
    assert_refused(&file, Some(33), "twice");
}

#[test]
fn rows_with_the_id_zero_are_left_out() {
    let file = customers(|table| table.rows[5][0] = "0".to_owned());
    let export: Export<Customer> = read(&file, &Limits::default()).expect("the others are whole");
    assert_eq!(export.rows.len(), ROWS - 1);
}

#[test]
fn a_key_that_is_no_key_is_refused() {
    assert_refused(&customers(|table| table.rows[5][0] = "abc".to_owned()), Some(1), "no key");
}

#[test]
fn an_amount_that_is_no_amount_is_refused_with_its_caption() {
    assert_refused(&customers(|table| table.rows[5][17] = "dodici".to_owned()), Some(1), "TIPO DI CLIENTE");
}

#[test]
fn an_export_of_something_else_is_refused() {
    let products: Vec<Head> = PRODUCTS.iter().map(|(head, _)| *head).collect();
    assert_refused(&file(&products, 10, |_| {}), Some(1), "NOME is missing");
    assert!(refusal::<Product>(&customers(|_| {})).reason.contains("ID ARTICOLO is missing"));
}

#[test]
fn a_missing_key_column_is_refused() {
    assert_refused(&write_table(&without(table(&CUSTOMERS, ROWS, false), 0)), Some(1), "ID is missing");
}

#[test]
fn a_hidden_column_is_reported_and_an_extra_one_too() {
    let mut table = without(table(&CUSTOMERS, ROWS, false), 11);
    table.columns.push(column(&("NUOVA COLONNA", "", 120.0, Cells::Code), false));
    table.rows.iter_mut().chain(table.totals.as_mut()).for_each(|row| row.push(String::new()));
    let export: Export<Customer> = read(&write_table(&table), &Limits::default()).expect("it is whole");
    assert_eq!(export.missing_columns, ["phone"]);
    assert_eq!(export.unknown_columns, ["NUOVA COLONNA"]);
    assert_eq!(export.rows.len(), ROWS);
}

#[test]
fn a_renamed_column_is_missing_and_unknown() {
    let file = customers(|table| table.columns[11].title = "TEL.".to_owned());
    let export: Export<Customer> = read(&file, &Limits::default()).expect("it is whole");
    assert_eq!(export.missing_columns, ["phone"]);
    assert_eq!(export.unknown_columns, ["TEL."]);
}

#[test]
fn when_one_of_two_columns_of_the_same_title_is_hidden_neither_is_trusted() {
    let table = without(table(&CUSTOMERS, ROWS, false), 19);
    let export: Export<Customer> = read(&write_table(&table), &Limits::default()).expect("it is whole");
    assert_eq!(export.missing_columns, ["salesPrevious", "salesBeforePrevious"]);
    assert_eq!(export.unknown_columns, ["VENDITE PRECEDENTE"]);
}

#[test]
fn typography_of_titles_does_not_matter() {
    let file = customers(|table| {
        "ALL'ATTENZIONE DI".clone_into(&mut table.columns[14].title);
        "DATA DELL’ULTIMO ORDINE:".clone_into(&mut table.columns[15].title);
    });
    let export: Export<Customer> = read(&file, &Limits::default()).expect("it is whole");
    assert!(export.missing_columns.is_empty(), "{:?}", export.missing_columns);
}

#[test]
fn a_missing_page_is_refused_wherever_it_was() {
    let whole = customers(|_| {});
    for missing in 0..PAGES {
        let file = redrawn(&whole, |index, content| (index != missing).then_some(content));
        let bad = refusal::<Customer>(&file);
        let page = bad.page.expect("the refusal names a page") as usize;
        // It shows where the captions or the rows stop to agree: within the cycle, or at the end of the next one.
        let near = missing / 8 * 8 + 1..=missing / 8 * 8 + 17;
        assert!(near.contains(&page), "page {} is missing: {bad}", missing + 1);
    }
}

#[test]
fn missing_cycles_are_refused() {
    let whole = customers(|_| {});
    let without_first = redrawn(&whole, |index, content| (index >= 8).then_some(content));
    assert_refused(&without_first, None, "Count");
    let without_last = redrawn(&whole, |index, content| (index < PAGES - 8).then_some(content));
    assert_refused(&without_last, None, "totals");
}

#[test]
fn rows_that_differ_within_a_cycle_are_refused() {
    let whole = customers(|_| {});
    let last_cell = |content: &str| content.rfind("q\r\n72 72").expect("a page has cells");
    let last_row_of_one_column = redrawn(&whole, |index, content| {
        Some(if index == 7 { content[..last_cell(&content)].to_owned() } else { content })
    });
    assert_refused(&last_row_of_one_column, Some(8), "rows differ");
}

#[test]
fn a_ragged_row_is_refused() {
    let whole = customers(|_| {});
    let last_cell = |content: &str| content.rfind("q\r\n72 72").expect("a page has cells");
    let without_cell = redrawn(&whole, |index, content| {
        Some(if index == 2 { content[..last_cell(&content)].to_owned() } else { content })
    });
    assert_refused(&without_cell, Some(3), "ragged");
}

#[test]
fn a_row_missing_in_the_middle_of_all_pages_of_a_cycle_is_refused() {
    let table = table(&CUSTOMERS[..4], 20, false);
    let file = redrawn(&write_table(&table), |_, content| {
        let cells: Vec<&str> = content.split_inclusive("Q\r\n").collect();
        Some([&cells[..20], &cells[24..]].concat().concat())
    });
    let bad = read_plain(&file, &Limits::default()).expect_err("a gap shows");
    assert!(bad.reason.contains("out of place"), "{bad}");
    assert_eq!(bad.page, Some(1));
}

#[test]
fn captions_that_change_in_a_later_cycle_are_refused() {
    let whole = customers(|_| {});
    let file = redrawn(&whole, |index, content| {
        Some(if index == 12 { content.replacen("<00260032", "<00320026", 1) } else { content })
    });
    assert_refused(&file, Some(13), "captions differ");
}

#[test]
fn a_code_without_a_character_is_refused() {
    let file = redrawn(&customers(|_| {}), |index, content| {
        Some(if index == 3 {
            content.replacen(
                "BT\r\n/FNT0 9.75 Tf",
                "BT\r\n/FNT0 9.75 Tf 1 1 Td <FFF0> Tj ET BT\r\n/FNT0 9.75 Tf",
                1,
            )
        } else {
            content
        })
    });
    assert_refused(&file, Some(4), "FFF0");
}
