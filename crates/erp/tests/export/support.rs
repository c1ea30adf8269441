//! Makes tables and files for the tests, from a seed.

use erp_sim::pdf::{TableDocument, write_table};
use time::macros::datetime;

use crate::columns::{Head, cell, column, whole};

/// A small generator, so that every run makes the same tables.
pub(crate) struct Seed(pub(crate) u64);

impl Seed {
    /// A number from 0 to `end` − 1.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        ((mixed ^ (mixed >> 27)) >> 11) % end
    }

    pub(crate) fn word(&mut self) -> &'static str {
        const WORDS: [&str; 16] = [
            "Studio",
            "Dentistico",
            "dell'Arno",
            "\"Sorriso\"",
            "&",
            "Città",
            "Perù",
            "s.r.l.",
            "AVVENTO",
            "To",
            "Valle",
            "Yves",
            "d/b",
            "Nicolò",
            "(Firenze)",
            "Ortodonzia",
        ];
        WORDS[self.below(WORDS.len() as u64) as usize]
    }

    pub(crate) fn letters(&mut self, count: usize) -> String {
        (0..count).map(|_| char::from(b'a' + self.below(26) as u8)).collect()
    }
}

/// A table with these columns; `Count` stands in the first column that is not always empty.
pub(crate) fn table(heads: &[Head], rows: usize, english: bool) -> TableDocument {
    let mut seed = Seed(rows as u64);
    let cells = |row: usize| heads.iter().map(|head| cell(head.3, row, &mut seed, english)).collect();
    let rows: Vec<Vec<String>> = (0..rows).map(cells).collect();
    let mut totals = vec![String::new(); heads.len()];
    totals[0] = format!("Count={}", whole(rows.len() as u64, english));
    "Sum=1".clone_into(&mut totals[heads.len() - 1]);
    TableDocument {
        columns: heads.iter().map(|head| column(head, english)).collect(),
        rows,
        totals: Some(totals),
        created: datetime!(2026-01-20 12:04:22 +1),
    }
}

/// The table without one column.
pub(crate) fn without(mut table: TableDocument, column: usize) -> TableDocument {
    table.columns.remove(column);
    table.rows.iter_mut().chain(table.totals.as_mut()).for_each(|row| drop(row.remove(column)));
    table
}

/// A file with these cells changed.
pub(crate) fn file(heads: &[Head], rows: usize, change: impl FnOnce(&mut TableDocument)) -> Vec<u8> {
    let mut table = table(heads, rows, false);
    change(&mut table);
    write_table(&table)
}

/// White space collapsed, as hashes see text.
pub(crate) fn collapsed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The file with its pages' contents changed; `None` leaves the page out.
pub(crate) fn redrawn(file: &[u8], mut redraw: impl FnMut(usize, String) -> Option<String>) -> Vec<u8> {
    use lopdf::{Document, Object, Stream, dictionary};

    let mut document = Document::load_mem(file).expect("the writer writes sound files");
    let pages: Vec<_> = document.page_iter().collect();
    let mut kept = Vec::new();
    for (index, page) in pages.into_iter().enumerate() {
        let content = document.get_page_content(page);
        let content = String::from_utf8(content).expect("the content is ASCII");
        let Some(content) = redraw(index, content) else { continue };
        let mut stream = Stream::new(dictionary! {}, content.into_bytes());
        stream.compress().expect("it can be compressed");
        let contents = document.get_dictionary(page).expect("it exists").get(b"Contents").expect("it exists");
        let contents = contents.as_reference().expect("it is one stream");
        document.objects.insert(contents, Object::Stream(stream));
        kept.push(Object::Reference(page));
    }
    let root = document.catalog().expect("there is a catalog").get(b"Pages").expect("it exists");
    let root = root.as_reference().expect("it is a reference");
    let count = kept.len() as i64;
    let list = document.get_dictionary_mut(root).expect("it exists");
    list.set("Kids", kept);
    list.set("Count", count);
    let mut bytes = Vec::new();
    document.save_to(&mut bytes).expect("memory takes any file");
    bytes
}
