//! Joins the pages of an export into one table, and refuses whatever is not whole.
//!
//! Columns that do not fit on a page continue on the next one, so pages come in *cycles* that all show the same columns
//! and, within a cycle, the same rows. The length of a cycle is found, not assumed: a new one begins where the captions
//! of the first page return. Silent partial success is the worst failure, so every regularity that was measured is a
//! gate here (facts/pdf.md §3).

use super::{
    bad_export::{BadExport, quoted},
    file::PdfFile,
    limits::Limits,
    page::{Area, Cell, PageCells, read_page},
    text::{join_words, without_white_space},
    theme::{ARCHIBALD, Kind},
};

/// Takes the table as it is read: the captions once, then every row.
pub(super) trait TableSink {
    /// The captions of all columns, in document order, before the first row.
    fn titles(&mut self, titles: &[String]) -> Result<(), BadExport>;
    /// One record; texts as [`PageCells::text`] gives them. `page` is where its first column stands, counted from 0.
    fn row(&mut self, page: usize, cells: &[&str]) -> Result<(), BadExport>;
}

/// What is known of a table once all of it was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TableEnd {
    /// Pages of the document.
    pub(super) pages: usize,
    /// Pages of a cycle.
    pub(super) cycle: usize,
    /// Rows with data.
    pub(super) rows: usize,
    /// The totals row, joined to one line per cell.
    pub(super) totals: Vec<String>,
}

/// Reads the whole document into `sink`.
pub(super) fn read_table(
    bytes: &[u8],
    limits: &Limits,
    sink: &mut dyn TableSink,
) -> Result<TableEnd, BadExport> {
    let mut file = PdfFile::open(bytes, limits)?;
    let mut table = Table::new(limits, sink);
    let mut content = Vec::new();
    for index in 0..file.page_count() {
        table.page(index, &mut file, &mut content).map_err(|bad| bad.on_page(index))?;
    }
    table.finish()
}

/// A page of the cycle at hand, its cells cut into rows.
#[derive(Default)]
struct Page {
    cells: PageCells,
    columns: usize,
}

impl Page {
    fn rows(&self) -> impl Iterator<Item = &[Cell]> {
        self.cells.cells.chunks_exact(self.columns)
    }

    fn header(&self) -> &[Cell] {
        &self.cells.cells[..self.columns]
    }

    fn titles(&self) -> impl Iterator<Item = &str> {
        self.header().iter().map(|cell| self.cells.text(cell))
    }

    fn has_same_titles(&self, other: &Self) -> bool {
        self.titles().eq(other.titles())
    }
}

struct Table<'t> {
    limits: &'t Limits,
    sink: &'t mut dyn TableSink,
    /// Index of the first page of the cycle at hand.
    start: usize,
    /// Pages of the cycle at hand; those beyond `filled` are buffers to reuse.
    pages: Vec<Page>,
    filled: usize,
    /// The pages' captions as the first cycle showed them.
    cycle: Option<Vec<Vec<String>>>,
    rows: usize,
    totals: Option<Vec<String>>,
}

impl<'t> Table<'t> {
    fn new(limits: &'t Limits, sink: &'t mut dyn TableSink) -> Self {
        Self { limits, sink, start: 0, pages: Vec::new(), filled: 0, cycle: None, rows: 0, totals: None }
    }

    /// Reads the next page; where the first captions return, the cycle before is complete.
    fn page(&mut self, index: usize, file: &mut PdfFile<'_>, content: &mut Vec<u8>) -> Result<(), BadExport> {
        let frame = file.page(index, content)?;
        if self.pages.len() <= self.filled {
            self.pages.push(Page::default());
        }
        let page = &mut self.pages[self.filled];
        read_page(content, &frame, &ARCHIBALD, self.limits, &mut page.cells)?;
        page.columns = check_rows(&page.cells)?;
        let begins_cycle = self.filled > 0 && self.pages[self.filled].has_same_titles(&self.pages[0]);
        if begins_cycle {
            let next = self.filled;
            self.flush()?;
            self.pages.swap(0, next);
            (self.start, self.filled) = (index, 1);
        } else {
            self.filled += 1;
        }
        let longest = self.cycle.as_ref().map_or(self.limits.cycle_pages_max, Vec::len);
        if self.filled > longest {
            return Err(BadExport::new(format!("the captions do not return after {longest} pages")));
        }
        Ok(())
    }

    fn finish(mut self) -> Result<TableEnd, BadExport> {
        self.flush()?;
        let totals =
            self.totals.ok_or_else(|| BadExport::new("the totals row is missing: the export is cut off"))?;
        for text in &totals {
            check_count(text, self.rows)?;
        }
        let cycle = self.cycle.map_or(0, |cycle| cycle.len());
        Ok(TableEnd { pages: self.start + self.filled, cycle, rows: self.rows, totals })
    }

    /// Checks the cycle at hand and hands its rows on.
    fn flush(&mut self) -> Result<(), BadExport> {
        let pages = std::mem::take(&mut self.pages);
        let done = self.flush_pages(&pages[..self.filled]);
        self.pages = pages;
        done
    }

    fn flush_pages(&mut self, pages: &[Page]) -> Result<(), BadExport> {
        self.check_captions(pages)?;
        self.check_cycle(pages)?;
        let mut rows: Vec<_> = pages.iter().map(Page::rows).collect();
        let mut texts = Vec::new();
        loop {
            texts.clear();
            let mut kind = None;
            for (page, rows) in pages.iter().zip(&mut rows) {
                let Some(cells) = rows.next() else { return Ok(()) };
                kind = kind.or(cells.first().map(|cell| cell.kind));
                texts.extend(cells.iter().map(|cell| page.cells.text(cell)));
            }
            self.row(kind, &texts).map_err(|bad| bad.on_page(self.start))?;
        }
    }

    fn row(&mut self, kind: Option<Kind>, texts: &[&str]) -> Result<(), BadExport> {
        match kind {
            None | Some(Kind::Header) => Ok(()),
            Some(_) if self.totals.is_some() => Err(BadExport::new("a row follows the totals")),
            Some(Kind::Totals) => {
                self.totals = Some(texts.iter().map(|text| join_words(text)).collect());
                Ok(())
            }
            Some(Kind::Data) if self.rows >= self.limits.rows_max => {
                Err(BadExport::new(format!("the export has more than {} rows", self.limits.rows_max)))
            }
            Some(Kind::Data) => {
                self.rows += 1;
                self.sink.row(self.start, texts)
            }
        }
    }

    /// The first cycle's captions are the table's; every other cycle must repeat them page by page.
    fn check_captions(&mut self, pages: &[Page]) -> Result<(), BadExport> {
        if let Some(cycle) = &self.cycle {
            for (index, (page, titles)) in pages.iter().zip(cycle).enumerate() {
                if !page.titles().eq(titles.iter().map(String::as_str)) {
                    let bad = BadExport::new("the captions differ from those of the first cycle");
                    return Err(bad.on_page(self.start + index));
                }
            }
            if pages.len() != cycle.len() {
                let reason = format!("a cycle has {} pages instead of {}", pages.len(), cycle.len());
                return Err(BadExport::new(reason).on_page(self.start));
            }
            return Ok(());
        }
        let titles: Vec<Vec<String>> =
            pages.iter().map(|page| page.titles().map(str::to_owned).collect()).collect();
        let joined: Vec<String> = titles.iter().flatten().map(|title| join_words(title)).collect();
        self.cycle = Some(titles);
        self.sink.titles(&joined).map_err(|bad| bad.on_page(self.start))
    }

    /// All pages of a cycle must show the same rows: as many, of the same kinds and heights.
    fn check_cycle(&self, pages: &[Page]) -> Result<(), BadExport> {
        let shape = |cell: &Cell| (cell.kind, cell.area.height);
        let Some((first, others)) = pages.split_first() else { return Ok(()) };
        for (index, page) in others.iter().enumerate() {
            let same = first.rows().map(|row| shape(&row[0])).eq(page.rows().map(|row| shape(&row[0])));
            if !same {
                let bad = BadExport::new("the rows differ from those of the first page of the cycle");
                return Err(bad.on_page(self.start + 1 + index));
            }
        }
        Ok(())
    }
}

/// Checks that a page is one header and whole rows under it, and returns how many columns they have.
fn check_rows(page: &PageCells) -> Result<usize, BadExport> {
    let cells = &page.cells;
    let columns = cells.iter().take_while(|cell| cell.kind == Kind::Header).count();
    if columns == 0 {
        return Err(BadExport::new("the page does not begin with captions"));
    }
    if !cells.len().is_multiple_of(columns) {
        return Err(BadExport::new("the page has a ragged row"));
    }
    let header = &cells[..columns];
    let mut top = header[0].area.y + header[0].area.height;
    for (index, row) in cells.chunks_exact(columns).enumerate() {
        let first = &row[0];
        let belongs = |(cell, above): (&Cell, &Cell)| {
            let (area, above) = (cell.area, above.area);
            let in_row =
                area.y == first.area.y && area.height == first.area.height && cell.kind == first.kind;
            in_row && area.x == above.x && area.width == above.width
        };
        if !row.iter().zip(header).all(belongs) {
            return Err(BadExport::new(format!("row {index} of the page is ragged")));
        }
        if (index > 0) == (first.kind == Kind::Header) || !touches(first.area, top) {
            return Err(BadExport::new(format!("row {index} of the page is out of place")));
        }
        top = first.area.y;
    }
    let mut right = header[0].area.x;
    for cell in header {
        if (cell.area.x - right).abs() > TOLERANCE {
            return Err(BadExport::new("the columns of the page do not touch"));
        }
        right = cell.area.x + cell.area.width;
    }
    Ok(columns)
}

/// How far edges that belong together may be apart, in thousandths of a point: a border's thickness.
const TOLERANCE: i32 = 800;

fn touches(area: Area, top: i32) -> bool {
    (area.y + area.height - top).abs() <= TOLERANCE
}

/// `Count=1.452` must be the number of rows, also where it is broken because its column is narrow. Other totals are sums,
/// which nobody promised to be exact.
fn check_count(total: &str, rows: usize) -> Result<(), BadExport> {
    let solid = without_white_space(total);
    let Some(count) = solid.strip_prefix("Count=") else { return Ok(()) };
    let digits: String = count.chars().filter(char::is_ascii_digit).collect();
    if digits.parse() == Ok(rows) {
        Ok(())
    } else {
        Err(BadExport::new(format!("the export says {} but has {rows} rows", quoted(&solid))))
    }
}
