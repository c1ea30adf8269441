//! Measures text in Liberation Serif, the free font with the metrics of Times New Roman.
//!
//! Reads the four tables the writer needs (`cmap`, `hmtx`, `kern`, `head`) straight from the vendored file. The file is
//! part of the binary and covered by tests, so an unreadable table is a programming error and panics.

use std::{collections::HashMap, sync::OnceLock};

use super::subset::Tables;

/// The unmodified font file; its licence lies beside it.
static FILE: &[u8] = include_bytes!("../../assets/font/LiberationSerif-Regular.ttf");

/// The size of every text in an export, in points (facts/erp.md §3.2).
pub(super) const SIZE_PT: f64 = 9.75;

/// A glyph of the font, by the number it has in the file; subsets keep these numbers.
pub(super) type Glyph = u16;

/// The font's measures. One instance serves the whole process, because the file never changes.
pub(super) struct Font {
    /// The font's tables, for the subset that is embedded.
    pub(super) tables: Tables<'static>,
    /// Font units per em; advances and kerning are counted in them.
    pub(super) units_per_em: f64,
    glyphs: Vec<Glyph>,
    advances: Vec<u16>,
    kerning: HashMap<(Glyph, Glyph), i16>,
}

impl Font {
    /// The one font of the exports.
    pub(super) fn get() -> &'static Self {
        static FONT: OnceLock<Font> = OnceLock::new();
        FONT.get_or_init(|| Self::parse(FILE))
    }

    fn parse(file: &'static [u8]) -> Self {
        let tables = Tables::of(file);
        let units_per_em = f64::from(be16(tables.get("head"), 18));
        Self {
            units_per_em,
            glyphs: read_cmap(tables.get("cmap")),
            advances: read_advances(&tables),
            kerning: read_kerning(tables.get("kern")),
            tables,
        }
    }

    /// The glyph for a character; a character the font lacks is drawn as a question mark.
    pub(super) fn glyph(&self, character: char) -> Glyph {
        let of = |c: char| self.glyphs.get(c as usize).copied().unwrap_or(0);
        match of(character) {
            0 => of('?'),
            glyph => glyph,
        }
    }

    /// How far a glyph moves the pen, in font units.
    pub(super) fn advance(&self, glyph: Glyph) -> u16 {
        let last = self.advances.last().copied().unwrap_or(0);
        self.advances.get(usize::from(glyph)).copied().unwrap_or(last)
    }

    /// The width of a line in points, without kerning: that is how the ERP decides where to wrap.
    pub(super) fn width_pt(&self, text: &str) -> f64 {
        let units: u32 = text.chars().map(|c| u32::from(self.advance(self.glyph(c)))).sum();
        self.points(units)
    }

    /// Font units as points at the export's size.
    pub(super) fn points(&self, units: u32) -> f64 {
        f64::from(units) * SIZE_PT / self.units_per_em
    }

    /// How much closer the second glyph moves to the first, in thousandths of the size, or `None`.
    pub(super) fn tightening(&self, first: Glyph, second: Glyph) -> Option<u32> {
        let units = *self.kerning.get(&(first, second))?;
        let thousandths = (f64::from(-units) * 1_000.0 / self.units_per_em).round();
        (thousandths >= 1.0).then_some(thousandths as u32)
    }

    /// Font units as the thousandths that PDF widths are written in.
    pub(super) fn thousandths(&self, units: i32) -> i32 {
        (f64::from(units) * 1_000.0 / self.units_per_em).round() as i32
    }
}

/// The big-endian unsigned 16-bit number at `at`.
pub(super) fn be16(data: &[u8], at: usize) -> u16 {
    u16::from_be_bytes([data[at], data[at + 1]])
}

/// The big-endian signed 16-bit number at `at`.
pub(super) fn be16i(data: &[u8], at: usize) -> i16 {
    i16::from_be_bytes([data[at], data[at + 1]])
}

/// The big-endian unsigned 32-bit number at `at`.
pub(super) fn be32(data: &[u8], at: usize) -> u32 {
    u32::from_be_bytes([data[at], data[at + 1], data[at + 2], data[at + 3]])
}

/// Character → glyph for the basic multilingual plane, from the format 4 subtable for Windows.
fn read_cmap(cmap: &[u8]) -> Vec<Glyph> {
    let subtables = usize::from(be16(cmap, 2));
    let records = (0..subtables).map(|index| &cmap[4 + 8 * index..]);
    let windows = records.into_iter().find(|record| (be16(record, 0), be16(record, 2)) == (3, 1));
    let offset = be32(windows.expect("the font has a Windows character map"), 4);
    let table = &cmap[offset as usize..];
    assert_eq!(be16(table, 0), 4, "the character map has format 4");
    let segments = usize::from(be16(table, 6)) / 2;
    let (ends, starts) = (14, 16 + 2 * segments);
    let (deltas, ranges) = (starts + 2 * segments, starts + 4 * segments);
    let mut glyphs = vec![0; 0x1_0000];
    for segment in 0..segments {
        let at = 2 * segment;
        let (start, end) = (be16(table, starts + at), be16(table, ends + at));
        let (delta, range) = (be16(table, deltas + at), be16(table, ranges + at));
        for code in start..=end.min(0xFFFE) {
            let plain = if range == 0 {
                code
            } else {
                be16(table, ranges + at + usize::from(range) + 2 * usize::from(code - start))
            };
            let missing = range != 0 && plain == 0;
            glyphs[usize::from(code)] = if missing { 0 } else { plain.wrapping_add(delta) };
        }
    }
    glyphs
}

fn read_advances(tables: &Tables<'_>) -> Vec<u16> {
    let long_metrics = usize::from(be16(tables.get("hhea"), 34));
    let metrics = tables.get("hmtx");
    (0..long_metrics).map(|index| be16(metrics, 4 * index)).collect()
}

/// The pairs of the one format 0 subtable.
fn read_kerning(kern: &[u8]) -> HashMap<(Glyph, Glyph), i16> {
    let pairs = usize::from(be16(kern, 10));
    let pair = |index: usize| &kern[18 + 6 * index..];
    (0..pairs).map(pair).map(|p| ((be16(p, 0), be16(p, 2)), be16i(p, 4))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printable_ascii_has_the_glyph_ids_of_the_real_exports() {
        let font = Font::get();
        for code in b' '..=b'~' {
            assert_eq!(font.glyph(char::from(code)), u16::from(code) - 29);
        }
    }

    #[test]
    fn widths_are_those_of_times() {
        let font = Font::get();
        let widths: Vec<i32> =
            " 0AW.€".chars().map(|c| font.thousandths(i32::from(font.advance(font.glyph(c))))).collect();
        assert_eq!(widths, [250, 500, 722, 944, 250, 500]);
    }

    #[test]
    fn kerning_lies_in_the_measured_range() {
        let font = Font::get();
        let pair = |a, b| font.tightening(font.glyph(a), font.glyph(b));
        assert_eq!(pair('A', 'V'), Some(129));
        assert_eq!(pair('n', 'n'), None);
    }

    #[test]
    fn an_unknown_character_becomes_a_question_mark() {
        let font = Font::get();
        assert_eq!(font.glyph('\u{1F600}'), font.glyph('?'));
        assert_eq!(font.glyph('\u{4E2D}'), font.glyph('?'));
    }
}
