//! Says what must hold whatever the input is.

use std::time::{Duration, Instant};

use domain::{Customer, Ddt, Invoice, Order, Price, Product};
use erp::export::{BadExport, Exported, Limits, read, read_plain, read_rows};

use crate::mutate::Seed;

/// What one small input may take, on a machine that is busy with other things.
const INPUT_SECONDS_MAX: u64 = 20;

pub(crate) const KINDS: [&str; 6] = ["customers", "products", "prices", "orders", "ddt", "invoices"];

/// Limits of a small export, so that what is meant to be endless ends early.
fn limits() -> Limits {
    Limits {
        stream_bytes_max: 4 << 20,
        inflated_bytes_max: 64 << 20,
        pages_max: 500,
        rows_max: 5_000,
        ..Limits::default()
    }
}

/// The outcome as every kind of export.
pub(crate) fn read_as_all(bytes: &[u8]) -> Vec<(&'static str, Result<usize, BadExport>)> {
    KINDS.into_iter().map(|kind| (kind, read_as(kind, bytes))).collect()
}

fn read_as(kind: &str, bytes: &[u8]) -> Result<usize, BadExport> {
    fn rows<T: Exported>(bytes: &[u8]) -> Result<usize, BadExport> {
        read::<T>(bytes, &limits()).map(|export| export.rows.len())
    }
    match kind {
        "customers" => rows::<Customer>(bytes),
        "products" => rows::<Product>(bytes),
        "prices" => rows::<Price>(bytes),
        "orders" => rows::<Order>(bytes),
        "ddt" => rows::<Ddt>(bytes),
        _ => rows::<Invoice>(bytes),
    }
}

/// Reads texts that no PDF carried.
pub(crate) fn read_rows_as(kind: &str, titles: &[String], rows: &[Vec<String>]) -> Result<usize, BadExport> {
    fn count<T: Exported>(titles: &[String], rows: &[Vec<String>]) -> Result<usize, BadExport> {
        let export = read_rows::<T>(titles, rows)?;
        let again = read_rows::<T>(titles, rows).expect("what was read once is read twice");
        let hashes = |export: &domain::Export<T>| export.rows.iter().map(|row| row.hash).collect::<Vec<_>>();
        assert_eq!(hashes(&export), hashes(&again), "the same texts have the same hashes");
        Ok(export.rows.len())
    }
    match kind {
        "customers" => count::<Customer>(titles, rows),
        "products" => count::<Product>(titles, rows),
        "prices" => count::<Price>(titles, rows),
        "orders" => count::<Order>(titles, rows),
        "ddt" => count::<Ddt>(titles, rows),
        _ => count::<Invoice>(titles, rows),
    }
}

/// A file: as a table without meaning it has at least the records it has as an export, or it is refused with a reason.
pub(crate) fn file(seed: &mut Seed, bytes: &[u8]) {
    let began = Instant::now();
    let kind = seed.pick(&KINDS);
    match (read_plain(bytes, &limits()), read_as(kind, bytes)) {
        (Ok(table), Ok(records)) => {
            assert!(records <= table.rows.len());
            assert!(table.rows.iter().all(|row| row.len() == table.titles.len()));
        }
        (Err(bad), Ok(_)) => panic!("records of a file that is no table: {bad}"),
        (_, Err(bad)) => assert!(!bad.reason.is_empty()),
    }
    assert!(began.elapsed() < Duration::from_secs(INPUT_SECONDS_MAX), "it took {:?}", began.elapsed());
}

/// A table of texts: no record without a row, every hash the same the second time, or a refusal with a reason.
pub(crate) fn rows(kind: &str, titles: &[String], rows: &[Vec<String>]) {
    match read_rows_as(kind, titles, rows) {
        Ok(records) => assert!(records <= rows.len()),
        Err(bad) => assert!(!bad.reason.is_empty()),
    }
}
