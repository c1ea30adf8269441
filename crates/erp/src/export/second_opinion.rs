//! Asks another reader where the characters stand, and compares what it sees inside our cells with what we read there.
//!
//! pdf-extract knows nothing of cells; it gives each character with its position. So a mistake in our cell borders, in the
//! order of lines, or in the decoding of codes shows as a difference.

use erp_sim::pdf::{Align, Column, TableDocument, write_table};
use pdf_extract::{MediaBox, OutputDev, OutputError, Transform, output_doc};
use time::OffsetDateTime;

use super::{
    file::PdfFile,
    limits::Limits,
    page::{Cell, PageCells, read_page},
    text::without_white_space,
    theme::ARCHIBALD,
};

/// The characters of every page with the middle of their feet, in points.
#[derive(Default)]
struct Characters(Vec<Vec<(f64, f64, String)>>);

impl OutputDev for Characters {
    fn begin_page(
        &mut self,
        _: u32,
        _: &MediaBox,
        _: Option<(f64, f64, f64, f64)>,
    ) -> Result<(), OutputError> {
        self.0.push(Vec::new());
        Ok(())
    }

    fn output_character(
        &mut self,
        place: &Transform,
        width: f64,
        _spacing: f64,
        size: f64,
        character: &str,
    ) -> Result<(), OutputError> {
        let page = self.0.last_mut().expect("a page has begun");
        page.push((place.m31 + width * size / 2.0, place.m32, character.to_owned()));
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

/// What the other reader sees within the cell, without white space.
fn seen_within(cell: &Cell, characters: &[(f64, f64, String)]) -> String {
    let points = |thousandths: i32| f64::from(thousandths) / 1_000.0;
    let area = cell.area;
    let (left, bottom) = (points(area.x), points(area.y));
    let (right, top) = (left + points(area.width), bottom + points(area.height));
    let inside = |x: f64, y: f64| (left..right).contains(&x) && (bottom..top).contains(&y);
    let seen: String =
        characters.iter().filter(|(x, y, _)| inside(*x, *y)).map(|(_, _, text)| text.as_str()).collect();
    without_white_space(&seen)
}

fn sample() -> TableDocument {
    let column = |title: &str, width_pt, align| Column { title: title.to_owned(), width_pt, align };
    let columns = vec![
        column("ID", 55.5, Align::Right),
        column("NOME", 140.25, Align::Left),
        column("INDIRIZZO DI CONSEGNA", 191.25, Align::Left),
        column("PREVENTIVO:", 68.25, Align::Centre),
        column("NUMERO DI TRACCIABILITÀ", 225.0, Align::Left),
        column("IMPORTO LORDO:", 87.0, Align::Right),
    ];
    let row = |index: usize| {
        vec![
            format!("1.{index:03}"),
            format!("Studio  AVVENTO \"Nicolò & To\" di Yves Perù, Valle {index}"),
            format!("Via To Wa, {index}\n\n50{index:03} Città"),
            if index.is_multiple_of(3) { String::new() } else { "Checked".to_owned() },
            "<a href = \"https://www.fedex.com/fedextrack/?\ntrknbr=123456789012\ntarget=\"_blank\">fedex 123456789012</a>".to_owned(),
            format!("-{index}.234,56 €"),
        ]
    };
    let rows = (0..60).map(row).collect();
    let totals = Some(["Count=60", "", "", "", "", "Sum=1,00 €"].map(str::to_owned).to_vec());
    TableDocument { columns, rows, totals, created: OffsetDateTime::UNIX_EPOCH }
}

#[test]
fn another_reader_sees_the_same_text_in_every_cell() {
    let bytes = write_table(&sample());
    let document = pdf_extract::Document::load_mem(&bytes).expect("the file is sound");
    let mut characters = Characters::default();
    output_doc(&document, &mut characters).expect("the other reader reads it");

    let limits = Limits::default();
    let mut file = PdfFile::open(&bytes, &limits).expect("the file is sound");
    let (mut content, mut page, mut compared) = (Vec::new(), PageCells::default(), 0);
    for index in 0..file.page_count() {
        let frame = file.page(index, &mut content).expect("the page is sound");
        read_page(&content, &frame, &ARCHIBALD, &limits, &mut page).expect("the page is sound");
        for cell in &page.cells {
            let read = without_white_space(page.text(cell));
            assert_eq!(read, seen_within(cell, &characters.0[index]), "page {}, {:?}", index + 1, cell.area);
            compared += usize::from(!read.is_empty());
        }
    }
    assert!(compared > 300, "only {compared} cells have text");
}
