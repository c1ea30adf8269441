//! Checks whole files: their shape, and that another program reads the same text out of them.

use super::*;

fn column(title: &str, width_pt: f64, align: Align) -> Column {
    Column { title: title.to_owned(), width_pt, align }
}

/// A table with wrapped names, a two-line address, an empty column, flags, amounts and totals.
fn sample(rows: usize) -> TableDocument {
    let columns = vec![
        column("PDF DDT", 44.25, Align::Left),
        column("ID", 55.5, Align::Right),
        column("NOME", 120.0, Align::Left),
        column("VIA:", 190.0, Align::Left),
        column("PREVENTIVO:", 68.25, Align::Centre),
        column("IMPORTO LORDO:", 87.0, Align::Right),
    ];
    let row = |index: usize| {
        vec![
            String::new(),
            format!("{}.{:03}", index / 1_000 + 1, index % 1_000),
            format!("Vàrie AVVENTURE \"Toffoli & Yves\"  di Perù {index}"),
            format!("Via To Wa, {index}\n50{:03} Città", index % 1_000),
            "Unchecked".to_owned(),
            format!("{index},56 €"),
        ]
    };
    let totals = ["", "Count=3", "", "", "", "Sum=1,00 €"].map(str::to_owned).to_vec();
    TableDocument {
        columns,
        rows: (0..rows).map(row).collect(),
        totals: Some(totals),
        created: OffsetDateTime::UNIX_EPOCH,
    }
}

fn count(file: &[u8], what: &[u8]) -> usize {
    file.windows(what.len()).filter(|window| *window == what).count()
}

#[test]
fn the_file_has_the_measured_shape() {
    let file = write_table(&sample(60));
    assert!(file.starts_with(b"%PDF-1.4\r\n"));
    assert!(file.ends_with(b"%%EOF\r\n"));
    assert_eq!(count(&file, b"%%EOF"), 1);
    assert_eq!(count(&file, b"/Type/Page/"), 6);
    let position = |what: &str| {
        let what = what.as_bytes();
        file.windows(what.len()).position(|window| window == what).expect("the object is in the file")
    };
    assert!(position("19 0 obj") < position("9 0 obj\r\n<</Type"), "the last page comes first");
    assert!(position("\r\n10 0 obj") < position("/Subtype/Type0"), "fonts follow the contents");
}

#[test]
fn the_same_document_gives_the_same_bytes() {
    assert_eq!(write_table(&sample(30)), write_table(&sample(30)));
}

#[test]
fn a_table_without_rows_shows_its_header() {
    let mut empty = sample(0);
    empty.totals = None;
    assert_eq!(count(&write_table(&empty), b"/Type/Page/"), 2);
}
