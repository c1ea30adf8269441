//! Compares every cell at full volume with what was written, in both cycle variants and both languages.

use std::time::Instant;

use domain::{Cents, Customer, ErpId, Export, Order, Price, Product};
use erp::export::{Limits, PlainTable, read, read_plain};
use erp_sim::pdf::{TableDocument, write_table};
use time::macros::date;

use crate::{
    columns::{CUSTOMERS, Cells, Head, ORDERS, PRICES, PRODUCTS, customers_on_nine_pages},
    support::{collapsed, table},
};

const CUSTOMER_COUNT: usize = 1_452;
const PRODUCT_COUNT: usize = 4_530;

/// Writes the table, reads it back, and compares every cell.
fn round_trip(name: &str, table: &TableDocument) -> (Vec<u8>, PlainTable) {
    let writing = Instant::now();
    let file = write_table(table);
    let (written, reading) = (writing.elapsed(), Instant::now());
    let read = read_plain(&file, &Limits::default()).expect("a whole export is read");
    println!("{name}: {} bytes, written in {written:?}, read in {:?}", file.len(), reading.elapsed());
    let titles: Vec<&str> = table.columns.iter().map(|column| column.title.as_str()).collect();
    assert_eq!(read.titles, titles);
    assert_eq!(read.rows.len(), table.rows.len());
    for (index, (got, wanted)) in read.rows.iter().zip(&table.rows).enumerate() {
        for (column, (got, wanted)) in got.iter().zip(wanted).enumerate() {
            assert_eq!(collapsed(got), collapsed(wanted), "row {index}, column {}", titles[column]);
        }
    }
    assert_eq!(Some(&read.totals), table.totals.as_ref());
    (file, read)
}

fn products(with_hidden: bool) -> Vec<Head> {
    PRODUCTS.iter().filter(|(_, hidden)| with_hidden || !hidden).map(|(head, _)| *head).collect()
}

#[test]
fn every_cell_of_the_customers_is_read_on_eight_pages_in_italian() {
    let table = table(&CUSTOMERS, CUSTOMER_COUNT, false);
    let (file, read_back) = round_trip("customers, 8 pages", &table);
    assert_eq!(read_back.cycle, 8);
    let export: Export<Customer> = read(&file, &Limits::default()).expect("these are customers");
    assert_eq!(export.rows.len(), CUSTOMER_COUNT);
    assert_eq!((export.missing_columns.len(), export.unknown_columns.len()), (0, 0));
}

#[test]
fn every_cell_of_the_customers_is_read_on_nine_pages_in_english() {
    let table = table(&customers_on_nine_pages(), CUSTOMER_COUNT, true);
    let (file, read_back) = round_trip("customers, 9 pages", &table);
    assert_eq!(read_back.cycle, 9);
    let export: Export<Customer> = read(&file, &Limits::default()).expect("these are customers");
    assert_eq!(export.rows.len(), CUSTOMER_COUNT);
    assert_eq!((export.missing_columns.len(), export.unknown_columns.len()), (0, 0));
}

#[test]
fn every_cell_of_the_products_is_read_on_nine_pages_in_italian() {
    let table = table(&products(true), PRODUCT_COUNT, false);
    let (file, read_back) = round_trip("products, 9 pages", &table);
    assert_eq!(read_back.cycle, 9);
    let export: Export<Product> = read(&file, &Limits::default()).expect("these are products");
    assert_eq!(export.rows.len(), PRODUCT_COUNT);
    assert_eq!((export.missing_columns.len(), export.unknown_columns.len()), (0, 0));
}

#[test]
fn every_cell_of_the_products_is_read_on_five_pages_in_english_and_hidden_columns_are_reported() {
    let table = table(&products(false), PRODUCT_COUNT, true);
    let (file, read_back) = round_trip("products, 5 pages", &table);
    assert_eq!(read_back.cycle, 5);
    let export: Export<Product> = read(&file, &Limits::default()).expect("these are products");
    assert_eq!(export.rows.len(), PRODUCT_COUNT);
    assert_eq!(export.missing_columns.len(), 18);
    assert!(export.missing_columns.contains(&"modifiedAt".to_owned()));
    assert!(export.unknown_columns.is_empty());
}

#[test]
fn every_cell_of_the_prices_is_read() {
    let table = table(&PRICES, 4_540, false);
    let (file, read_back) = round_trip("prices", &table);
    assert_eq!(read_back.cycle, 3);
    let export: Export<Price> = read(&file, &Limits::default()).expect("these are prices");
    assert!(export.rows.iter().all(|row| row.record.unit_price.is_some()));
    assert_eq!((export.missing_columns.len(), export.unknown_columns.len()), (0, 0));
}

#[test]
fn addresses_of_orders_keep_their_line_feed() {
    let table = table(&ORDERS, 200, false);
    let (file, read_back) = round_trip("orders", &table);
    assert_eq!(read_back.cycle, 7);
    let export: Export<Order> = read(&file, &Limits::default()).expect("these are orders");
    let address = ORDERS.iter().position(|head| head.3 == Cells::Address).expect("orders have an address");
    for (row, written) in export.rows.iter().zip(&table.rows) {
        assert_eq!(row.record.delivery_address.as_deref().unwrap_or_default(), written[address]);
    }
}

#[test]
fn a_customer_becomes_a_record_in_either_language() {
    let (italian, english) = (typed_customer(false), typed_customer(true));
    assert_eq!(italian, english);
    assert_eq!(italian.id, "57185".parse::<ErpId>().expect("it is an id"));
    assert_eq!(italian.name, "Studio Dentistico Associato \"Nicolò & Figli\" dell'Arno di Valle s.r.l.");
    assert_eq!(italian.attention.as_deref(), Some("Yves"));
    assert_eq!(italian.last_order_date, Some(date!(2026 - 01 - 20)));
    assert_eq!(italian.orders_current, Some(1_895));
    assert_eq!(italian.sales_current, Some(Cents(123_456)));
    assert_eq!(italian.sales_previous, Some(Cents(100)));
    assert_eq!(italian.sales_before_previous, Some(Cents(-36_065)));
    assert_eq!(italian.pec.as_deref(), Some("amministrazione.fornitori@studiodentistico.example"));
    assert_eq!(italian.our_account, None);
}

fn typed_customer(english: bool) -> Customer {
    let mut table = table(&CUSTOMERS, 1, english);
    let mut put = |column: usize, italian: &str, in_english: &str| {
        if english { in_english } else { italian }.clone_into(&mut table.rows[0][column]);
    };
    for (column, italian, in_english) in table_cells() {
        put(column, italian, in_english);
    }
    let mut export: Export<Customer> =
        read(&write_table(&table), &Limits::default()).expect("it is a customer");
    export.rows.remove(0).record
}

/// Column, Italian text, English text.
fn table_cells() -> Vec<(usize, &'static str, &'static str)> {
    let same = |column, text| (column, text, text);
    let mut cells: Vec<_> = (0..CUSTOMERS.len()).map(|column| same(column, "")).collect();
    cells.extend([
        (0, "57.185", "57,185"),
        same(2, "Studio Dentistico Associato \"Nicolò & Figli\" dell'Arno di Valle s.r.l."),
        same(4, "amministrazione.fornitori@studiodentistico.example"),
        same(14, "Yves"),
        (15, "20/01/2026", "1/20/2026"),
        (16, "1.895", "1,895"),
        (17, "1.234,56 €", "1,234.56 €"),
        (19, "1,00 €", "1.00 €"),
        (21, "-360,65 €", "-360.65 €"),
    ]);
    cells
}

#[test]
fn a_hash_changes_with_the_text_and_not_with_the_layout() {
    let read_hashes = |table: &TableDocument| {
        let export: Export<Customer> =
            read(&write_table(table), &Limits::default()).expect("these are customers");
        export.rows.into_iter().map(|row| row.hash).collect::<Vec<_>>()
    };
    let narrow = table(&CUSTOMERS, 60, false);
    let mut wide = table(&customers_on_nine_pages(), 60, false);
    let hashes = read_hashes(&narrow);
    assert_eq!(hashes, read_hashes(&wide));
    "+390550000000".clone_into(&mut wide.rows[7][11]);
    let changed = read_hashes(&wide);
    let different: Vec<usize> = (0..60).filter(|row| hashes[*row] != changed[*row]).collect();
    assert_eq!(different, [7]);
}
