//! Draws one page: every cell as the ERP draws it, row by row.

use std::fmt::Write as _;

use super::{
    Align,
    font::{Font, Glyph, SIZE_PT},
    layout::{BODY_WIDTH, Kind, Layout, MARGIN, PAGE_HEIGHT, PAGE_WIDTH, Page, Row, row_height},
};

/// Thickness of a border; the text's clip is inset by half of it.
const BORDER: f64 = 0.75;
/// Distance of two baselines, from the font's ascent, descent and line gap.
const LINE_PITCH: f64 = 11.2115;
/// Baseline over the lower edge of a cell with one line.
const BASELINE: f64 = 3.46;

/// The glyphs a document has drawn, each with the character it stands for.
pub(super) struct UsedGlyphs(Vec<Option<char>>);

impl Default for UsedGlyphs {
    fn default() -> Self {
        Self(vec![None; usize::from(Glyph::MAX) + 1])
    }
}

impl UsedGlyphs {
    /// Glyphs in ascending order, with their characters.
    pub(super) fn iter(&self) -> impl Iterator<Item = (Glyph, char)> {
        self.0.iter().enumerate().filter_map(|(glyph, character)| Some((glyph as Glyph, (*character)?)))
    }

    /// Remembers the lowest of the characters that share a glyph (a space rather than a non-breaking one).
    fn note(&mut self, glyph: Glyph, character: char) {
        let known = &mut self.0[usize::from(glyph)];
        if known.is_none_or(|lowest| character < lowest) {
            *known = Some(character);
        }
    }
}

/// A column's place on the page, with the texts of its coordinates written once for all its cells.
struct Place {
    index: usize,
    left: f64,
    width: f64,
    align: Align,
    left_text: String,
    width_text: String,
    right_border_text: String,
    clip_left_text: String,
    clip_width_text: String,
}

/// The uncompressed content stream of a page.
pub(super) fn draw(layout: &Layout<'_>, page: Page, used: &mut UsedGlyphs) -> Vec<u8> {
    let places = places(layout, page);
    let mut pen = Pen { out: Vec::with_capacity(96 * 1_024), font: Font::get(), used };
    pen.text("1 1 1 rg\r\n0 0 ").number(PAGE_WIDTH).text(" ").number(PAGE_HEIGHT).text(" re\r\nf\r\n");
    let mut top = PAGE_HEIGHT - MARGIN;
    let rows = &layout.rows[page.rows.start..page.rows.end];
    for row in std::iter::once(&layout.header).chain(rows) {
        top -= row.height;
        pen.row(row, &places, top);
    }
    pen.out
}

fn places(layout: &Layout<'_>, page: Page) -> Vec<Place> {
    let mut left = MARGIN;
    let place = |index: usize| {
        let column = &layout.columns[index];
        let (start, width) = (left, column.width_pt);
        left += width;
        Place {
            index,
            left: start,
            width,
            align: column.align,
            left_text: decimal(start),
            width_text: decimal(width),
            right_border_text: decimal(start + width - BORDER),
            clip_left_text: decimal(start + BORDER / 2.0),
            clip_width_text: decimal(width - BORDER),
        }
    };
    (page.columns.start..page.columns.end).map(place).collect()
}

/// Appends operators to a content stream.
struct Pen<'p> {
    out: Vec<u8>,
    font: &'static Font,
    used: &'p mut UsedGlyphs,
}

impl Pen<'_> {
    fn text(&mut self, text: &str) -> &mut Self {
        self.out.extend_from_slice(text.as_bytes());
        self
    }

    fn number(&mut self, number: f64) -> &mut Self {
        let text = decimal(number);
        self.text(&text)
    }

    /// All cells of one row, whose lower edge is at `bottom`.
    fn row(&mut self, row: &Row<'_>, places: &[Place], bottom: f64) {
        let (bottom_text, height_text) = (decimal(bottom), decimal(row.height));
        let top_border_text = decimal(bottom + row.height - BORDER);
        let clip = format!(" {} ", decimal(bottom + BORDER / 2.0));
        let clip_height = format!(" {} re\r\nW\r\nn\r\n", decimal(row.height - BORDER));
        let page_clip = format!("q\r\n72 72 {} 648 re\r\nW\r\nn\r\n", decimal(BODY_WIDTH));
        let (fill, text_colour, border) = colours(row.kind);
        for place in places {
            let rectangle = |pen: &mut Self, left: &str, bottom: &str, width: &str, height: &str| {
                pen.text(left).text(" ").text(bottom).text(" ").text(width).text(" ").text(height);
                pen.text(" re\r\nf\r\n");
            };
            self.text(&page_clip).text(fill);
            rectangle(self, &place.left_text, &bottom_text, &place.width_text, &height_text);
            self.text(border);
            rectangle(self, &place.left_text, &bottom_text, "0.75", &height_text);
            rectangle(self, &place.left_text, &top_border_text, &place.width_text, "0.75");
            rectangle(self, &place.right_border_text, &bottom_text, "0.75", &height_text);
            rectangle(self, &place.left_text, &bottom_text, &place.width_text, "0.75");
            self.text(&place.clip_left_text).text(&clip).text(&place.clip_width_text).text(&clip_height);
            self.text(text_colour);
            self.lines(&row.cells[place.index], place, row, bottom);
            self.text("Q\r\n");
        }
    }

    /// The text of a cell; nothing at all when it is empty.
    fn lines(&mut self, lines: &[&str], place: &Place, row: &Row<'_>, bottom: f64) {
        if lines.iter().all(|line| line.is_empty()) {
            return;
        }
        let align = if row.kind == Kind::Header { Align::Centre } else { place.align };
        let spare = row.height - row_height(lines.len());
        let first = bottom + BASELINE + spare / 2.0 + (lines.len() - 1) as f64 * LINE_PITCH;
        self.text("BT\r\n/FNT0 9.75 Tf\r\n");
        let mut pen_at = (0.0, 0.0);
        for (index, line) in lines.iter().enumerate().filter(|(_, line)| !line.is_empty()) {
            let start = align.start(place.left, place.width, self.font.width_pt(line));
            let baseline = first - index as f64 * LINE_PITCH;
            self.number(start - pen_at.0).text(" ").number(baseline - pen_at.1).text(" Td\r\n");
            pen_at = (start, baseline);
            self.show(line, lines.len() > 1);
        }
        self.text("ET\r\n");
    }

    /// One visual line as hexadecimal glyph numbers; wrapped cells are kerned.
    fn show(&mut self, line: &str, kerned: bool) {
        let hexadecimal_start = self.out.len();
        let mut is_array = false;
        self.text("<");
        let mut previous = None;
        let replacement = self.font.glyph('?');
        for character in line.chars() {
            let glyph = self.font.glyph(character);
            self.used.note(glyph, if glyph == replacement { '?' } else { character });
            let gap = previous.filter(|_| kerned).and_then(|before| self.font.tightening(before, glyph));
            if let Some(thousandths) = gap {
                is_array = true;
                let _ = write!(Latin(&mut self.out), ">{thousandths}<");
            }
            self.hexadecimal(glyph);
            previous = Some(glyph);
        }
        self.text(">");
        if is_array {
            self.out.insert(hexadecimal_start, b'[');
            self.text("]TJ\r\n");
        } else {
            self.text(" Tj\r\n");
        }
    }

    fn hexadecimal(&mut self, glyph: Glyph) {
        const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
        let digit = |shift: u16| DIGITS[usize::from(glyph >> shift & 0xF)];
        self.out.extend_from_slice(&[digit(12), digit(8), digit(4), digit(0)]);
    }
}

/// Fill, text colour and border colour of a row, as operators.
fn colours(kind: Kind) -> (&'static str, &'static str, &'static str) {
    const BORDER_COLOUR: &str = "0.66275 0.66275 0.66275 rg\r\n";
    const BLACK: &str = "0 0 0 rg\r\n";
    match kind {
        Kind::Header => ("0.50196 0.50196 0.50196 rg\r\n", "1 1 1 rg\r\n", BORDER_COLOUR),
        Kind::Data => ("1 1 1 rg\r\n", BLACK, BORDER_COLOUR),
        Kind::Totals => ("1 1 0.87843 rg\r\n", BLACK, BORDER_COLOUR),
    }
}

/// A coordinate with at most three decimals and no trailing zeros.
fn decimal(number: f64) -> String {
    let thousandths = (number * 1_000.0).round() as i64;
    let (whole, rest) = (thousandths.unsigned_abs() / 1_000, thousandths.unsigned_abs() % 1_000);
    let sign = if thousandths < 0 { "-" } else { "" };
    if rest == 0 {
        format!("{sign}{whole}")
    } else {
        let text = format!("{sign}{whole}.{rest:03}");
        text.trim_end_matches('0').to_owned()
    }
}

/// Lets `write!` append to bytes.
struct Latin<'o>(&'o mut Vec<u8>);

impl std::fmt::Write for Latin<'_> {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

/// Keeps the size and the operator `/FNT0 9.75 Tf` in step.
const _: () = assert!(SIZE_PT == 9.75);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn coordinates_have_at_most_three_decimals() {
        let texts = [72.0, 706.5, 0.75, -11.2115, 0.0004, 3.46].map(decimal);
        assert_eq!(texts, ["72", "706.5", "0.75", "-11.212", "0", "3.46"]);
    }
}
