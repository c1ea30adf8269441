//! Feeds the reader files made to break it: each must be refused, quickly and without a panic.

use std::time::{Duration, Instant};

use domain::Customer;
use erp::export::{BadExport, Limits, read};
use libdeflater::{CompressionLvl, Compressor};

use crate::{
    columns::CUSTOMERS,
    support::{Seed, file, redrawn},
};

/// Every file of the collection with a name.
pub(crate) fn files() -> Vec<(&'static str, Vec<u8>)> {
    let sound = file(&CUSTOMERS, 60, |_| {});
    let mut seed = Seed(7);
    vec![
        ("empty", Vec::new()),
        ("white space", b"  \r\n".to_vec()),
        ("garbage", (0..50_000).map(|_| seed.below(256) as u8).collect()),
        ("a web page", b"<!DOCTYPE html><title>Log In</title>".to_vec()),
        ("only a frame", b"%PDF-1.4\r\n%%EOF".to_vec()),
        ("cut in half", sound[..sound.len() / 2].to_vec()),
        ("cut in half with an end mark", [&sound[..sound.len() / 2], b"\r\n%%EOF\r\n"].concat()),
        ("a page tree in a circle", document(&[PAGES_IN_A_CIRCLE], b"")),
        ("pages in pages", document(&["<</Type/Pages/Count 1/Kids[4 0 R]>>", NESTED_PAGES], b"")),
        ("a million pages", document(&["<</Type/Pages/Count 1000000/Kids[3 0 R]>>"], b"")),
        ("no pages", document(&["<</Type/Pages/Count 0/Kids[]>>"], b"")),
        ("deep arrays", document(&[&format!("<</Type/Pages/Kids{}", "[".repeat(200_000))], b"")),
        ("deep dictionaries", document(&["<</A".repeat(100_000).as_str()], b"")),
        ("deep strings", document(&[&format!("<</Kids{}>>", "(".repeat(200_000))], b"")),
        ("deep graphics states", drawing(&"q ".repeat(1_000_000))),
        ("endless operands", drawing(&"1 ".repeat(4_000_000))),
        ("endless array", drawing(&["BT [", &"<0024>".repeat(1_000_000)].concat())),
        ("endless cells", drawing(&"1 1 1 rg 0 0 1 1 re f ".repeat(200_000))),
        ("numbers without end", drawing(&"9".repeat(4_000_000))),
        ("a flate bomb", one_page(&vec![b' '; 64 << 20])),
        ("encrypted", encrypted()),
        ("a reference to itself", document(&["2 0 R"], b"")),
        ("a length that lies", with_length(b"q Q", 1_000_000)),
    ]
}

const PAGES_IN_A_CIRCLE: &str = "<</Type/Pages/Count 1/Kids[2 0 R]/Parent 2 0 R>>";
const NESTED_PAGES: &str = "<</Type/Pages/Count 1/Kids[2 0 R]/Parent 2 0 R>>";

/// A file with a catalog (1), the given objects from 2 on, and one stream after them.
fn document(objects: &[&str], stream: &[u8]) -> Vec<u8> {
    let compressed = deflate(stream);
    let length = compressed.len();
    assemble(objects, &compressed, length, "")
}

fn assemble(objects: &[&str], compressed: &[u8], length: usize, trailer: &str) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\r\n%\xE2\xE3\xCF\xD3\r\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in ["<</Type/Catalog/Pages 2 0 R>>"].iter().chain(objects).enumerate() {
        offsets.push(bytes.len());
        bytes.extend(format!("{} 0 obj\r\n{object}\r\nendobj\r\n", index + 1).into_bytes());
    }
    offsets.push(bytes.len());
    let number = offsets.len();
    bytes.extend(
        format!("{number} 0 obj\r\n<</Filter/FlateDecode/Length {length}>>\r\nstream\r\n").into_bytes(),
    );
    bytes.extend(compressed);
    bytes.extend(b"\r\nendstream\r\nendobj\r\n");
    let start = bytes.len();
    bytes.extend(format!("xref\r\n0 {}\r\n0000000000 65535 f\r\n", number + 1).into_bytes());
    for offset in &offsets {
        bytes.extend(format!("{offset:010} 00000 n\r\n").into_bytes());
    }
    let size = number + 1;
    let end = format!("trailer\r\n<</Size {size}/Root 1 0 R{trailer}>>\r\nstartxref\r\n{start}\r\n%%EOF\r\n");
    bytes.extend(end.into_bytes());
    bytes
}

const ONE_PAGE: [&str; 3] = [
    "<</Type/Pages/Count 1/Kids[3 0 R]>>",
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</FNT0 4 0 R>>>>/Contents 5 0 R>>",
    "<</Type/Font/Subtype/Type0/Encoding/Identity-H>>",
];

fn one_page(content: &[u8]) -> Vec<u8> {
    document(&ONE_PAGE, content)
}

/// A sound export whose first page shows this instead.
fn drawing(content: &str) -> Vec<u8> {
    let sound = file(&CUSTOMERS, 10, |_| {});
    redrawn(&sound, |index, page| Some(if index == 0 { content.to_owned() } else { page }))
}

fn with_length(content: &[u8], length: usize) -> Vec<u8> {
    assemble(&ONE_PAGE, &deflate(content), length, "")
}

fn encrypted() -> Vec<u8> {
    let compressed = deflate(b"q Q");
    let length = compressed.len();
    let key = "0123456789012345678901234567890123456789012345678901234567890123";
    let encrypt = format!("/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{key}>/U<{key}>>>/ID[<00><00>]");
    assemble(&ONE_PAGE, &compressed, length, &encrypt)
}

fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut compressor = Compressor::new(CompressionLvl::default());
    let mut compressed = vec![0; compressor.zlib_compress_bound(bytes.len())];
    let length = compressor.zlib_compress(bytes, &mut compressed).expect("the bound suffices");
    compressed.truncate(length);
    compressed
}

fn attempt(bytes: &[u8]) -> Result<usize, BadExport> {
    read::<Customer>(bytes, &Limits::default()).map(|export| export.rows.len())
}

#[test]
fn hostile_files_are_refused_quickly() {
    for (name, bytes) in files() {
        let started = Instant::now();
        let refused = attempt(&bytes).expect_err(name);
        let took = started.elapsed();
        println!("{name}: {refused} ({took:?})");
        assert!(took < Duration::from_secs(20), "{name} took {took:?}");
    }
}

#[test]
fn a_download_that_was_cut_anywhere_is_refused() {
    let sound = file(&CUSTOMERS, 120, |_| {});
    for part in 0..60 {
        let cut = &sound[..sound.len() * part / 60];
        assert!(attempt(cut).is_err(), "cut to {} bytes", cut.len());
        let marked = [cut, b"\r\n%%EOF\r\n"].concat();
        assert!(attempt(&marked).is_err(), "cut to {} bytes, with an end mark", cut.len());
    }
}

#[test]
fn damage_is_refused_or_harmless_but_never_loses_rows() {
    const ROWS: usize = 50;
    let sound = file(&CUSTOMERS, ROWS, |_| {});
    let mut seed = Seed(11);
    for _ in 0..400 {
        let mut damaged = sound.clone();
        let at = seed.below(damaged.len() as u64) as usize;
        damaged[at] = seed.below(256) as u8;
        if let Ok(rows) = attempt(&damaged) {
            assert_eq!(rows, ROWS, "a byte at {at} lost rows");
        }
    }
}

#[test]
fn limits_are_limits() {
    let sound = file(&CUSTOMERS, 100, |_| {});
    let base = Limits::default;
    let limits = [
        Limits { file_bytes_max: 1_000, ..base() },
        Limits { stream_bytes_max: 1_000, ..base() },
        Limits { inflated_bytes_max: 100_000, ..base() },
        Limits { pages_max: 20, ..base() },
        Limits { cycle_pages_max: 7, ..base() },
        Limits { page_cells_max: 100, ..base() },
        Limits { rows_max: 99, ..base() },
    ];
    for limits in limits {
        let refused = read::<Customer>(&sound, &limits).expect_err("a limit is passed");
        println!("{refused}");
    }
}
