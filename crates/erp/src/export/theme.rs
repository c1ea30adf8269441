//! Names the colours of the ERP's export theme, all in one place.
//!
//! The colour of a fill says what a cell is: that, and not its position, is how the reader knows a caption from data and
//! data from totals (facts/pdf.md §1). A colour that is not listed here was never seen, and the export is refused.

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Captions; the first row of every page.
    Header,
    /// One record.
    Data,
    /// Counts and sums; the last row of the document.
    Totals,
}

/// Red, green and blue in hundred-thousandths: 0.66275 is 66,275.
pub(super) type Colour = [i32; 3];

/// The colours and measures of a theme.
pub(super) struct Theme {
    border: Colour,
    header_fill: Colour,
    header_text: Colour,
    data_fill: Colour,
    totals_fill: Colour,
    text: Colour,
    /// White space between a cell's edge and its text on both sides together, in thousandths of a point.
    pub(super) padding: i32,
    /// The distance of two baselines, in thousandths of a point.
    pub(super) line_pitch: i32,
}

/// The only theme that was seen (DevExpress 24.1.7).
pub(super) const ARCHIBALD: Theme = Theme {
    border: [66_275; 3],
    header_fill: [50_196; 3],
    header_text: [100_000; 3],
    data_fill: [100_000; 3],
    totals_fill: [100_000, 100_000, 87_843],
    text: [0; 3],
    padding: 3_750,
    line_pitch: 11_212,
};

impl Theme {
    /// Whether a fill of this colour is one side of a border.
    pub(super) fn is_border(&self, colour: Colour) -> bool {
        same(colour, self.border)
    }

    /// Whether a fill of this colour may be the background of the page itself.
    pub(super) fn is_page(&self, colour: Colour) -> bool {
        same(colour, self.data_fill)
    }

    /// What a cell with this fill is; `None` for a colour the theme does not have.
    pub(super) fn kind(&self, colour: Colour) -> Option<Kind> {
        if same(colour, self.data_fill) {
            Some(Kind::Data)
        } else if same(colour, self.header_fill) {
            Some(Kind::Header)
        } else {
            same(colour, self.totals_fill).then_some(Kind::Totals)
        }
    }

    /// Whether a text in a cell of this kind has this colour.
    pub(super) fn is_text(&self, kind: Kind, colour: Colour) -> bool {
        match kind {
            Kind::Header => same(colour, self.header_text),
            Kind::Data | Kind::Totals => same(colour, self.text),
        }
    }
}

/// Equal within half of what one of 255 steps makes.
fn same(one: Colour, other: Colour) -> bool {
    one.iter().zip(other).all(|(a, b)| (a - b).abs() <= 196)
}
