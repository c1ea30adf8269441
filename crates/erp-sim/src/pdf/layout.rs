//! Decides which cells stand on which page, and where each line breaks.
//!
//! Columns are packed greedily into 468 pt, giving the pages of a *cycle*; rows are kept whole and packed into blocks that
//! fit under a repeated header. Pages run over, then down: all column pages of one block of rows, then the next block.

use super::{Align, Column, TableDocument, font::Font};

/// Page size, US Letter portrait, in points.
pub(super) const PAGE_WIDTH: f64 = 612.0;
/// See [`PAGE_WIDTH`].
pub(super) const PAGE_HEIGHT: f64 = 792.0;
/// White space around the table on every side.
pub(super) const MARGIN: f64 = 72.0;
/// The width columns may fill on one page.
pub(super) const BODY_WIDTH: f64 = PAGE_WIDTH - 2.0 * MARGIN;
/// The height rows, header included, may fill on one page.
const BODY_HEIGHT: f64 = PAGE_HEIGHT - 2.0 * MARGIN;
/// Space between a cell's edge and its text, left and right.
pub(super) const PADDING: f64 = 1.875;
/// Forgives the rounding of sums of widths and heights.
const TOLERANCE: f64 = 1e-6;

/// The height of a row whose tallest cell has this many lines: 13.5, 24.75, 36 …
pub(super) fn row_height(lines: usize) -> f64 {
    2.25 + 11.25 * lines.max(1) as f64
}

/// What a row is; it decides the fill.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Header,
    Data,
    Totals,
}

/// One row with its texts broken into lines.
pub(super) struct Row<'a> {
    pub(super) kind: Kind,
    pub(super) height: f64,
    /// One entry per column of the table; an empty cell has no lines.
    pub(super) cells: Vec<Vec<&'a str>>,
}

/// Some consecutive columns that share a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: usize,
    pub(super) end: usize,
}

/// A page: which columns of which rows, after the repeated header.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    pub(super) columns: Span,
    pub(super) rows: Span,
}

/// A table spread over pages.
pub(super) struct Layout<'a> {
    pub(super) columns: &'a [Column],
    pub(super) header: Row<'a>,
    pub(super) rows: Vec<Row<'a>>,
    cycle: Vec<Span>,
    blocks: Vec<Span>,
}

impl<'a> Layout<'a> {
    /// Breaks texts into lines, columns into a cycle and rows into blocks.
    pub(super) fn of(document: &'a TableDocument) -> Self {
        let font = Font::get();
        let columns = document.columns.as_slice();
        let broken = |kind: Kind, texts: &'a [String]| {
            let widths = columns.iter().map(|column| column.width_pt - 2.0 * PADDING);
            let cells = texts.iter().zip(widths).map(|(text, width)| wrap(font, text, width)).collect();
            row(kind, cells)
        };
        let mut rows: Vec<Row<'a>> = document.rows.iter().map(|texts| broken(Kind::Data, texts)).collect();
        rows.extend(document.totals.iter().map(|texts| broken(Kind::Totals, texts)));
        let header = row(Kind::Header, columns.iter().map(|column| vec![column.title.as_str()]).collect());
        let cycle = pack(columns.iter().map(|column| column.width_pt), BODY_WIDTH);
        let blocks = pack(rows.iter().map(|row| row.height), BODY_HEIGHT - header.height);
        Self { columns, header, rows, cycle, blocks }
    }

    /// The pages in reading order. A table without rows still shows its header once.
    pub(super) fn pages(&self) -> impl Iterator<Item = Page> {
        let page = |rows: Span| self.cycle.iter().map(move |columns| Page { columns: *columns, rows });
        self.blocks.iter().flat_map(move |rows| page(*rows))
    }
}

impl Align {
    /// The left end of a line of this width in a cell that starts at `left`.
    pub(super) fn start(self, left: f64, cell_width: f64, line_width: f64) -> f64 {
        match self {
            Self::Left => left + PADDING,
            Self::Centre => left + (cell_width - line_width) / 2.0,
            Self::Right => left + cell_width - PADDING - line_width,
        }
    }
}

fn row(kind: Kind, cells: Vec<Vec<&str>>) -> Row<'_> {
    let lines = cells.iter().map(Vec::len).max().unwrap_or(0);
    Row { kind, height: row_height(lines), cells }
}

/// Greedy packing: a size that would pass the limit starts the next span. A size beyond the limit stands alone.
fn pack(sizes: impl Iterator<Item = f64>, limit: f64) -> Vec<Span> {
    let mut spans = vec![Span { start: 0, end: 0 }];
    let mut filled = 0.0;
    for (index, size) in sizes.enumerate() {
        let last = spans.last_mut().expect("there is always a first span");
        if filled + size > limit + TOLERANCE && last.end > last.start {
            spans.push(Span { start: index, end: index + 1 });
            filled = size;
        } else {
            last.end = index + 1;
            filled += size;
        }
    }
    spans
}

/// Breaks a text at its line feeds, then at spaces where a line would be too wide; the break swallows the spaces. A word
/// that is wider than a line is broken anywhere. An empty text has no lines.
pub(super) fn wrap<'t>(font: &Font, text: &'t str, width_pt: f64) -> Vec<&'t str> {
    if text.is_empty() {
        return Vec::new();
    }
    let mut lines = Vec::new();
    for paragraph in text.split('\n') {
        wrap_paragraph(font, paragraph.trim_end_matches('\r'), width_pt + TOLERANCE, &mut lines);
    }
    lines
}

fn wrap_paragraph<'t>(font: &Font, paragraph: &'t str, width_pt: f64, lines: &mut Vec<&'t str>) {
    let mut rest = paragraph;
    loop {
        let fits = fitting_bytes(font, rest, width_pt);
        if fits == rest.len() {
            lines.push(rest);
            return;
        }
        let next_is_space = rest[fits..].starts_with(' ');
        let space = if next_is_space { Some(fits) } else { rest[..fits].rfind(' ') };
        let word_break = space.filter(|at| !rest[..*at].trim_end_matches(' ').is_empty());
        let end = word_break.unwrap_or(fits);
        let (line, after) = rest.split_at(end);
        if word_break.is_some() {
            lines.push(line.trim_end_matches(' '));
            rest = after.trim_start_matches(' ');
            if rest.is_empty() {
                return;
            }
        } else {
            lines.push(line);
            rest = after;
        }
    }
}

/// How many bytes of the text fit into the width; at least one character, so that breaking always ends.
fn fitting_bytes(font: &Font, text: &str, width_pt: f64) -> usize {
    let mut units = 0;
    for (at, character) in text.char_indices() {
        units += u32::from(font.advance(font.glyph(character)));
        if font.points(units) > width_pt && at > 0 {
            return at;
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spans(sizes: &[f64], limit: f64) -> Vec<usize> {
        pack(sizes.iter().copied(), limit).iter().map(|span| span.end - span.start).collect()
    }

    #[test]
    fn the_january_customers_fill_eight_pages_as_measured() {
        let widths = [
            55.5, 90.75, 224.25, 67.5, 139.5, 50.25, 84.75, 112.5, 197.25, 129.0, 121.5, 72.75, 68.25, 26.25,
            102.75, 137.25, 172.5, 81.75, 194.25, 111.0, 201.0, 111.0, 161.25, 75.75, 141.75, 148.5,
        ];
        assert_eq!(spans(&widths, BODY_WIDTH), [4, 4, 3, 5, 3, 3, 3, 1]);
    }

    #[test]
    fn forty_seven_single_rows_fit_under_the_header() {
        assert_eq!(spans(&vec![row_height(1); 100], BODY_HEIGHT - row_height(1)), [47, 47, 6]);
        assert_eq!(spans(&vec![row_height(2); 60], BODY_HEIGHT - row_height(1)), [25, 25, 10]);
    }

    #[test]
    fn text_wraps_at_words_and_the_break_swallows_the_spaces() {
        let wrapped = |text, width| wrap(Font::get(), text, width);
        assert_eq!(wrapped("uno due tre", 35.0), ["uno due", "tre"]);
        assert_eq!(wrapped("uno  due  tre", 25.0), ["uno", "due", "tre"]);
        assert_eq!(wrapped("uno  due", 100.0), ["uno  due"]);
        assert_eq!(wrapped("", 100.0), [""; 0]);
    }

    #[test]
    fn hard_breaks_are_kept_and_may_leave_blank_lines() {
        let wrapped = wrap(Font::get(), "Via Roma, 1\r\n50100 Firenze\n\nFI", 200.0);
        assert_eq!(wrapped, ["Via Roma, 1", "50100 Firenze", "", "FI"]);
    }

    #[test]
    fn a_word_wider_than_its_cell_breaks_anywhere_and_loses_nothing() {
        let lines = wrap(Font::get(), "info@unindirizzomoltolungo.example", 40.0);
        assert!(lines.len() > 2);
        assert_eq!(lines.concat(), "info@unindirizzomoltolungo.example");
    }
}
