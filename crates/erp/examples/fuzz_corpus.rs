//! Writes the files that fuzzing starts from: small sound exports of all six kinds, and everything an export should not be.

use std::{fs, io, path::Path};

use domain::Locale;
use erp_sim::{
    Entity, Layout, Records, World,
    pdf::{TableDocument, write_table},
};
use parts::{Part, Parts};

#[path = "../tests/fuzz/parts.rs"]
mod parts;

fn main() -> io::Result<()> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus/pdf");
    for (name, file) in sound().into_iter().chain(refused()) {
        fs::write(folder.join(format!("{name}.pdf")), file)?;
    }
    Ok(())
}

/// A file of objects numbered from 1 on, streams given inflated.
fn assembled(objects: impl IntoIterator<Item = (String, Option<Vec<u8>>)>) -> Vec<u8> {
    let part = |(index, (body, stream)): (usize, (String, Option<Vec<u8>>))| Part {
        body: body.into_bytes(),
        stream,
        number: index + 1,
    };
    Parts { parts: objects.into_iter().enumerate().map(part).collect(), trailer: String::new() }.file()
}

fn table(entity: Entity, locale: Locale) -> TableDocument {
    let world = World::default().with_customers(300).with_products(4).with_prices(4).with_orders(5);
    let records = Records::of(&world.with_ddts(6).with_invoices(7));
    let mut table = records.print(entity, locale, Layout::January, false);
    // A few rows are enough; the world needs more customers so that some of them order.
    table.rows.truncate(7);
    if let Some(total) = table.totals.iter_mut().flatten().find(|total| total.starts_with("Count=")) {
        *total = format!("Count={}", table.rows.len());
    }
    table
}

fn sound() -> Vec<(String, Vec<u8>)> {
    let kinds = [
        (Entity::Customers, "customers", Locale::Italian),
        (Entity::Products, "products", Locale::English),
        (Entity::Prices, "prices", Locale::Italian),
        (Entity::Orders, "orders", Locale::English),
        (Entity::Ddt, "ddt", Locale::Italian),
        (Entity::Invoices, "invoices", Locale::Italian),
    ];
    let file = |(entity, name, locale)| {
        let table = table(entity, locale);
        (format!("sound-{name}-{}", table.rows.len()), write_table(&table))
    };
    kinds.into_iter().map(file).collect()
}

fn refused() -> Vec<(String, Vec<u8>)> {
    let whole = write_table(&table(Entity::Ddt, Locale::Italian));
    let half = &whole[..whole.len() / 2];
    let object = |body: &str| assembled([(CATALOG.to_owned(), None), (body.to_owned(), None)]);
    let bomb = vec![b' '; 24 << 20];
    let files: [(&str, Vec<u8>); 13] = [
        ("empty", Vec::new()),
        ("truncated", half.to_vec()),
        ("truncated-with-end-mark", [half, b"\r\n%%EOF\r\n"].concat()),
        ("encrypted", encrypted()),
        ("flate-bomb", one_page(bomb)),
        ("deep-arrays", object(&format!("<</Type/Pages/Kids{}", "[".repeat(20_000)))),
        ("deep-dictionaries", object(&"<</A".repeat(20_000))),
        ("deep-graphics-states", one_page(b"q ".repeat(50_000))),
        ("pages-in-a-circle", object("<</Type/Pages/Count 1/Kids[2 0 R]/Parent 2 0 R>>")),
        ("pages-that-are-not-there", object("<</Type/Pages/Count 2/Kids[7 0 R 8 0 R]>>")),
        ("wrong-language", write_table(&german())),
        ("no-captions", without_captions()),
        ("a-page-of-the-login", b"<!DOCTYPE html><html><head><title>Log In</title></head></html>".to_vec()),
    ];
    files.into_iter().map(|(name, file)| (format!("refused-{name}"), file)).collect()
}

const CATALOG: &str = "<</Type/Catalog/Pages 2 0 R>>";

fn one_page(content: Vec<u8>) -> Vec<u8> {
    let page =
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</FNT0 4 0 R>>>>/Contents 5 0 R>>";
    let objects = [
        CATALOG,
        "<</Type/Pages/Count 1/Kids[3 0 R]>>",
        page,
        "<</Type/Font/Subtype/Type0/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[7 0 R]>>",
    ];
    let objects = objects.map(|body| (body.to_owned(), None)).into_iter();
    let font = [
        (String::new(), Some(b"beginbfchar <0024> <0041> endbfchar".to_vec())),
        ("<</DW 1000>>".to_owned(), None),
    ];
    assembled(objects.chain([(String::new(), Some(content))]).chain(font))
}

fn encrypted() -> Vec<u8> {
    let mut parts = Parts::of(&write_table(&table(Entity::Prices, Locale::Italian))).expect("it is ours");
    let key = "01234567".repeat(8);
    parts.trailer =
        format!("/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{key}>/U<{key}>>>/ID[<00112233><00112233>]");
    parts.file()
}

/// A theme in a language the ERP does not speak.
fn german() -> TableDocument {
    let mut table = table(Entity::Orders, Locale::Italian);
    let titles =
        ["AUFTRAG", "BELEG", "KONTO", "NAME", "LIEFERNAME", "LIEFERADRESSE", "ERSTELLT", "LIEFERDATUM"];
    for (index, column) in table.columns.iter_mut().enumerate() {
        column.title =
            titles.get(index).map_or_else(|| format!("SPALTE {index}"), |title| (*title).to_owned());
    }
    table
}

/// The first page without its first row.
fn without_captions() -> Vec<u8> {
    let mut parts = Parts::of(&write_table(&table(Entity::Prices, Locale::Italian))).expect("it is ours");
    let is_page =
        |part: &&mut Part| part.stream.as_deref().is_some_and(|content| content.starts_with(b"1 1 1 rg"));
    // Contents lie in reverse order of their pages.
    let first = parts.parts.iter_mut().rev().find(is_page).expect("a page");
    let content = String::from_utf8(first.stream.take().expect("a content")).expect("ASCII");
    let cells: Vec<&str> = content.split_inclusive("Q\r\n").collect();
    first.stream = Some(cells[5..].concat().into_bytes());
    parts.file()
}
