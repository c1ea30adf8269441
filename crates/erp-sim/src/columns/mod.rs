//! Maps records to the columns of lists and exports: captions, widths, texts of cells, totals.

use domain::Locale;
use time::PrimitiveDateTime;

use crate::{options::Layout, pdf::Align, state::say, text, world::Entity};

mod customers;
mod ddts;
mod invoices;
mod orders;
mod prices;
mod products;

/// What the totals row says under a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Total {
    None,
    /// `Count=1.452`
    Count,
    /// `Sum=52`
    SumOfWhole,
    /// `Sum=1.234,56 €`
    SumOfMoney,
    /// `Sum=1.234,5`
    SumPlain,
}

/// One column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Head {
    /// The field's name in grids.
    pub(crate) field: &'static str,
    /// The column's index in the model, which is not its position.
    pub(crate) index: u16,
    pub(crate) italian: &'static str,
    pub(crate) english: &'static str,
    /// Its width in exports, in points; on the screen 4/3 of it in pixels.
    pub(crate) width_pt: f64,
    pub(crate) align: Align,
    pub(crate) total: Total,
    /// Hidden at the start of each session.
    pub(crate) hidden: bool,
}

impl Head {
    /// A column of texts.
    const fn new(
        index: u16,
        field: &'static str,
        italian: &'static str,
        english: &'static str,
        width_pt: f64,
    ) -> Self {
        Self {
            field,
            index,
            italian,
            english,
            width_pt,
            align: Align::Left,
            total: Total::None,
            hidden: false,
        }
    }

    /// Its numbers stand at the right.
    const fn right(mut self) -> Self {
        self.align = Align::Right;
        self
    }

    /// Its flags stand in the middle.
    const fn centre(mut self) -> Self {
        self.align = Align::Centre;
        self
    }

    const fn total(mut self, total: Total) -> Self {
        self.total = total;
        self
    }

    const fn hidden(mut self) -> Self {
        self.hidden = true;
        self
    }

    /// The caption in a language.
    pub(crate) fn caption(&self, locale: Locale) -> &'static str {
        say(locale, self.italian, self.english)
    }
}

/// A record that a list or an export shows.
pub(crate) trait Row: Sync {
    /// The record's key, without separators.
    fn key(&self) -> String;
    /// The text under a field.
    fn cell(&self, field: &str, locale: Locale) -> String;
    /// `MODIFIEDDATETIME`, where the list has it.
    fn modified_at(&self) -> Option<PrimitiveDateTime> {
        None
    }
    /// The number a totals row adds up.
    fn number(&self, _field: &str) -> i64 {
        0
    }
    /// What the search box looks through.
    fn searched(&self) -> Vec<String>;
}

impl Entity {
    /// The columns in visible order.
    pub(crate) fn heads(self) -> &'static [Head] {
        match self {
            Self::Customers => customers::HEADS,
            Self::Products => products::HEADS,
            Self::Prices => prices::HEADS,
            Self::Orders => orders::HEADS,
            Self::Ddt => ddts::HEADS,
            Self::Invoices => invoices::HEADS,
        }
    }

    /// The columns hidden in a new session. Later, the e-mail addresses of orders are shown.
    pub(crate) fn hidden_at_first(self, layout: Layout) -> Vec<&'static str> {
        let shown = |head: &Head| (self, layout, head.field) == (Self::Orders, Layout::Later, "EMAIL");
        self.heads().iter().filter(|head| head.hidden && !shown(head)).map(|head| head.field).collect()
    }

    /// The width of a column in points. Later, one wider column makes the cycles of customers and transport documents
    /// one page longer.
    pub(crate) fn width_pt(self, head: &Head, layout: Layout) -> f64 {
        match (self, layout, head.field) {
            (Self::Customers, Layout::Later, "URL") => customers::NINE_PAGES_URL_WIDTH_PT,
            (Self::Ddt, Layout::Later, "DLVCITY") => ddts::SEVEN_PAGES_CITY_WIDTH_PT,
            _ => head.width_pt,
        }
    }
}

/// The texts of the totals row over some rows.
pub(crate) fn totals(heads: &[&Head], rows: &[&dyn Row], locale: Locale) -> Vec<String> {
    heads.iter().map(|head| total(head, rows, locale)).collect()
}

fn total(head: &Head, rows: &[&dyn Row], locale: Locale) -> String {
    let sum = || rows.iter().map(|row| row.number(head.field)).sum::<i64>();
    match head.total {
        Total::None => String::new(),
        Total::Count => format!("Count={}", text::whole(rows.len() as i64, locale)),
        Total::SumOfWhole => format!("Sum={}", text::whole(sum(), locale)),
        Total::SumOfMoney => format!("Sum={}", text::money(domain::Cents(sum()), locale)),
        Total::SumPlain => format!("Sum={}", text::plain(sum(), locale)),
    }
}

/// Whether all words of a search are found in a row.
pub(crate) fn finds(row: &dyn Row, search: &str) -> bool {
    let texts: Vec<String> = row.searched().iter().map(|text| text.to_lowercase()).collect();
    let search = search.to_lowercase();
    search.split_whitespace().all(|word| texts.iter().any(|text| text.contains(word)))
}

/// An optional text as a cell.
fn optional(text: Option<&String>) -> String {
    text.cloned().unwrap_or_default()
}

/// Names the record types where dynamic ones are collected.
pub(crate) type Rows<'a> = Vec<&'a dyn Row>;
