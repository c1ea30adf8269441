//! Assembles the PDF file: objects in reverse page order, fonts after all contents, a classic cross-reference table.

use std::{collections::BTreeSet, fmt::Write as _};

use libdeflater::{CompressionLvl, Compressor};
use time::{OffsetDateTime, macros::format_description};

use super::{
    content::UsedGlyphs,
    font::{Font, be16i},
    layout::{PAGE_HEIGHT, PAGE_WIDTH},
    subset::subset,
};

/// Object numbers of the parts that exist once; pages follow, two objects each.
const CATALOG: usize = 1;
const PAGES: usize = 2;
const INFO: usize = 3;
const FONT: usize = 4;
const DESCENDANT: usize = 5;
const DESCRIPTOR: usize = 6;
const FONT_FILE: usize = 7;
const TO_UNICODE: usize = 8;
const FIRST_PAGE: usize = 9;

/// The name readers see: the theme's typeface, whatever metric-compatible font is really inside.
const FONT_NAME: &str = "DEVEXP+TimesNewRoman";

/// A zlib stream of the bytes.
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let level = CompressionLvl::new(4).expect("4 is a level of libdeflate");
    let mut compressor = Compressor::new(level);
    let mut compressed = vec![0; compressor.zlib_compress_bound(bytes.len())];
    let length =
        compressor.zlib_compress(bytes, &mut compressed).expect("the buffer has the size of the bound");
    compressed.truncate(length);
    compressed
}

/// The whole file, from the compressed contents of its pages in reading order.
pub(super) fn assemble(pages: &[Vec<u8>], used: &UsedGlyphs, created: OffsetDateTime) -> Vec<u8> {
    let mut file = File::new(FIRST_PAGE + 2 * pages.len());
    for (index, content) in pages.iter().enumerate().rev() {
        let number = FIRST_PAGE + 2 * index;
        file.stream(number + 1, "", content);
        file.object(number, &page(number + 1));
    }
    file.font(used);
    let kids: Vec<String> = (0..pages.len()).map(|index| format!("{} 0 R", FIRST_PAGE + 2 * index)).collect();
    file.object(PAGES, &format!("<</Type/Pages/Count {}/Kids[{}]>>", pages.len(), kids.join(" ")));
    file.object(CATALOG, &format!("<</Type/Catalog/Pages {PAGES} 0 R>>"));
    file.object(INFO, &information(created));
    file.finish()
}

fn page(contents: usize) -> String {
    format!(
        "<</Type/Page/Parent {PAGES} 0 R/MediaBox[0 0 {PAGE_WIDTH} {PAGE_HEIGHT}]\
         /Resources<</ProcSet[/PDF/Text]/Font<</FNT0 {FONT} 0 R>>>>/Contents {contents} 0 R>>"
    )
}

fn information(created: OffsetDateTime) -> String {
    let digits = created.format(format_description!("[year][month][day][hour][minute][second]"));
    let digits = digits.expect("a date has all these parts");
    let offset = created.offset();
    let sign = if offset.is_negative() { '-' } else { '+' };
    let (hours, minutes) = (offset.whole_hours().abs(), offset.minutes_past_hour().abs());
    format!(
        "<</Title()/Author()/Creator()/Producer(Developer Express Inc. DXperience \\(tm\\) v24.1.7)\
         /CreationDate(D:{digits}{sign}{hours:02}'{minutes:02}')>>"
    )
}

/// A file under construction, with the offset of every object.
struct File {
    bytes: Vec<u8>,
    offsets: Vec<usize>,
}

impl File {
    fn new(objects: usize) -> Self {
        Self { bytes: b"%PDF-1.4\r\n%\xE2\xE3\xCF\xD3\r\n".to_vec(), offsets: vec![0; objects] }
    }

    fn text(&mut self, text: &str) {
        self.bytes.extend_from_slice(text.as_bytes());
    }

    fn begin(&mut self, number: usize) {
        self.offsets[number] = self.bytes.len();
        self.text(&format!("{number} 0 obj\r\n"));
    }

    fn object(&mut self, number: usize, body: &str) {
        self.begin(number);
        self.text(body);
        self.text("\r\nendobj\r\n");
    }

    fn stream(&mut self, number: usize, entries: &str, compressed: &[u8]) {
        self.begin(number);
        self.text(&format!("<</Filter/FlateDecode/Length {}{entries}>>\r\nstream\r\n", compressed.len()));
        self.bytes.extend_from_slice(compressed);
        self.text("\r\nendstream\r\nendobj\r\n");
    }

    /// The composite font with its subset, widths and the map back to characters.
    fn font(&mut self, used: &UsedGlyphs) {
        let font = Font::get();
        let glyphs: BTreeSet<_> = used.iter().map(|(glyph, _)| glyph).collect();
        let embedded = subset(&font.tables, &glyphs);
        self.object(
            FONT,
            &format!(
                "<</Type/Font/Subtype/Type0/BaseFont/{FONT_NAME}/Encoding/Identity-H\
                 /DescendantFonts[{DESCENDANT} 0 R]/ToUnicode {TO_UNICODE} 0 R>>"
            ),
        );
        self.object(
            DESCENDANT,
            &format!(
                "<</Type/Font/Subtype/CIDFontType2/BaseFont/{FONT_NAME}/CIDToGIDMap/Identity\
                 /CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>\
                 /FontDescriptor {DESCRIPTOR} 0 R/DW 1000/W[{}]>>",
                widths(font, used)
            ),
        );
        self.object(DESCRIPTOR, &descriptor(font));
        self.stream(FONT_FILE, &format!("/Length1 {}", embedded.len()), &deflate(&embedded));
        self.stream(TO_UNICODE, "", &deflate(to_unicode(used).as_bytes()));
    }

    /// Cross-reference table, trailer and end mark.
    fn finish(mut self) -> Vec<u8> {
        let start = self.bytes.len();
        let count = self.offsets.len();
        self.text(&format!("xref\r\n0 {count}\r\n0000000000 65535 f\r\n"));
        for number in 1..count {
            let offset = self.offsets[number];
            self.text(&format!("{offset:010} 00000 n\r\n"));
        }
        self.text(&format!(
            "trailer\r\n<</Size {count}/Root {CATALOG} 0 R/Info {INFO} 0 R>>\r\nstartxref\r\n{start}\r\n%%EOF\r\n"
        ));
        self.bytes
    }
}

/// The `W` array: one group for each run of consecutive glyphs.
fn widths(font: &Font, used: &UsedGlyphs) -> String {
    let mut text = String::new();
    let mut previous = None;
    for (glyph, _) in used.iter() {
        let width = font.thousandths(i32::from(font.advance(glyph)));
        let follows = previous.is_some_and(|before: u16| before + 1 == glyph);
        let written = match (previous, follows) {
            (_, true) => write!(text, " {width}"),
            (None, false) => write!(text, "{glyph}[{width}"),
            (Some(_), false) => write!(text, "]{glyph}[{width}"),
        };
        written.expect("a string takes any text");
        previous = Some(glyph);
    }
    if previous.is_some() {
        text.push(']');
    }
    text
}

fn descriptor(font: &Font) -> String {
    let (head, hhea) = (font.tables.get("head"), font.tables.get("hhea"));
    let measure = |table: &[u8], at: usize| font.thousandths(i32::from(be16i(table, at)));
    let bounds = [36, 38, 40, 42].map(|at| measure(head, at).to_string()).join(" ");
    let (ascent, descent) = (measure(hhea, 4), measure(hhea, 6));
    format!(
        "<</Type/FontDescriptor/FontName/{FONT_NAME}/Flags 4/FontBBox[{bounds}]/ItalicAngle 0\
         /Ascent {ascent}/Descent {descent}/CapHeight {ascent}/StemV 80/FontFile2 {FONT_FILE} 0 R>>"
    )
}

/// The map from glyph numbers to characters, in one block as the ERP writes it.
fn to_unicode(used: &UsedGlyphs) -> String {
    let mut text = String::from(
        "/CIDInit /ProcSet findresource begin\r\n12 dict begin\r\nbegincmap\r\n\
         /CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\r\n\
         /CMapName /Adobe-Identity-UCS def\r\n/CMapType 2 def\r\n\
         1 begincodespacerange\r\n<0000> <FFFF>\r\nendcodespacerange\r\n",
    );
    let lines: Vec<String> = used
        .iter()
        .map(|(glyph, character)| format!("<{glyph:04X}> <{:04X}>\r\n", u32::from(character)))
        .collect();
    let _ = write!(text, "{} beginbfchar\r\n{}endbfchar\r\n", lines.len(), lines.concat());
    text.push_str("endcmap\r\nCMapName currentdict /CMap defineresource pop\r\nend\r\nend\r\n");
    text
}
