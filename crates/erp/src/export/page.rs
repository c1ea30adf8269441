//! Interprets the content of one page as the cells of a table.
//!
//! The ERP draws a cell as a fill, four border fills, a clip and one text operator per visual line, row by row. So a fill
//! that is neither a border nor the page's background starts a cell, its colour says what the cell is, and the texts up
//! to the next such fill are its lines; no grid is ever guessed (facts/pdf.md §3). Operators, colours and nestings that
//! were never seen are refused, because a reader that skips what it does not know loses rows in silence.

use std::ops::Range;

use super::{
    bad_export::BadExport,
    file::PageFrame,
    font::Font,
    limits::Limits,
    theme::{Colour, Kind, Theme},
    tokens::{Token, Tokens, fixed},
};

/// Stands in a cell's text where a line was broken although the next word would have fitted: a line feed in the data.
pub(super) const HARD_BREAK: char = '\n';
/// Stands in a cell's text where a line was probably broken because the cell is too narrow.
pub(super) const SOFT_BREAK: char = '\r';

/// How deep the ERP nests graphics states is one; a little more is tolerated.
const STATES_MAX: usize = 16;
/// Operands of one operator; kerned lines have a few dozen.
const OPERANDS_MAX: usize = 4_096;
/// Slack, in thousandths of a point, before a break counts as hard.
const HARD_BREAK_SLACK: i32 = 1_500;

/// A rectangle in thousandths of a point, from its lower left corner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Area {
    pub(super) x: i32,
    pub(super) y: i32,
    pub(super) width: i32,
    pub(super) height: i32,
}

/// One cell of a page.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) kind: Kind,
    pub(super) area: Area,
    text: Range<usize>,
}

/// The cells of a page in the order they are drawn.
#[derive(Debug, Clone, Default)]
pub(super) struct PageCells {
    pub(super) cells: Vec<Cell>,
    text: String,
}

impl PageCells {
    /// The lines of a cell, separated by [`HARD_BREAK`] and [`SOFT_BREAK`].
    pub(super) fn text(&self, cell: &Cell) -> &str {
        &self.text[cell.text.clone()]
    }
}

/// Reads a page. `cells` is emptied first; its buffers are reused.
pub(super) fn read_page(
    content: &[u8],
    frame: &PageFrame,
    theme: &Theme,
    limits: &Limits,
    cells: &mut PageCells,
) -> Result<(), BadExport> {
    cells.cells.clear();
    cells.text.clear();
    let mut interpreter = Interpreter::new(frame, theme, limits, cells);
    let (mut tokens, mut operands) = (Tokens::of(content), Vec::new());
    while let Some(token) = tokens.next()? {
        match token {
            Token::Operator(operator) => {
                interpreter.execute(operator, &operands)?;
                operands.clear();
                if operator == b"rg" && interpreter.draws_borders() {
                    tokens.skip_fills();
                }
            }
            operand if operands.len() < OPERANDS_MAX => operands.push(operand),
            _ => return Err(BadExport::new("an operator has too many operands")),
        }
    }
    if operands.is_empty() {
        interpreter.finish()
    } else {
        Err(BadExport::new("the content ends within an operator"))
    }
}

/// Where a path under construction stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Path {
    None,
    Rectangle,
    Clip,
}

/// Where a text object stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Text {
    Outside,
    /// After `BT`, before the first line.
    Begun,
    /// A line was shown; another needs a `Td` first.
    Shown,
    /// `Td` moved down this many lines since the last one.
    Moved(usize),
}

/// What a font and the break detection know of the line being shown.
#[derive(Clone, Copy, Default)]
struct Line {
    /// In thousandths of the font's size.
    width: u32,
    /// Width up to the first space.
    first_word: Option<u32>,
}

struct Interpreter<'p> {
    frame: &'p PageFrame,
    theme: &'p Theme,
    limits: &'p Limits,
    out: &'p mut PageCells,
    colour: Option<Colour>,
    states: Vec<Option<Colour>>,
    path: Path,
    rectangle: [&'p [u8]; 4],
    text: Text,
    font: Option<(&'p Font, i32)>,
    before: Line,
}

impl<'p> Interpreter<'p> {
    fn new(frame: &'p PageFrame, theme: &'p Theme, limits: &'p Limits, out: &'p mut PageCells) -> Self {
        Self {
            frame,
            theme,
            limits,
            out,
            colour: None,
            states: Vec::new(),
            path: Path::None,
            rectangle: [&[]; 4],
            text: Text::Outside,
            font: None,
            before: Line::default(),
        }
    }

    fn execute(&mut self, operator: &'p [u8], operands: &[Token<'p>]) -> Result<(), BadExport> {
        match (operator, operands) {
            (b"q", []) => self.save(),
            (b"Q", []) => self.restore(),
            (b"re", [Token::Number(x), Token::Number(y), Token::Number(w), Token::Number(h)]) => {
                self.rectangle = [x, y, w, h];
                self.step(Path::None, Path::Rectangle)
            }
            (b"W", []) => self.step(Path::Rectangle, Path::Clip),
            (b"n", []) => self.step(Path::Clip, Path::None),
            (b"f", []) => self.fill(),
            (b"rg", [Token::Number(red), Token::Number(green), Token::Number(blue)]) => {
                self.set_colour([red, green, blue])
            }
            (b"BT", []) if self.text == Text::Outside => {
                self.text = Text::Begun;
                Ok(())
            }
            (b"ET", []) if self.text != Text::Outside => {
                self.text = Text::Outside;
                Ok(())
            }
            (b"Tf", [Token::Name(name), Token::Number(size)]) => self.set_font(name, size),
            (b"Td", [Token::Number(_), Token::Number(down)]) => self.move_line(down),
            (b"Tj", [Token::Hexadecimal(codes)]) => self.show(&[Token::Hexadecimal(codes)]),
            (b"TJ", [Token::ArrayStart, pieces @ .., Token::ArrayEnd]) => self.show(pieces),
            _ => {
                let operator = String::from_utf8_lossy(operator);
                Err(BadExport::new(format!("the content uses {operator} in a way exports never do")))
            }
        }
    }

    /// Whether rectangles that are filled from here on are borders.
    fn draws_borders(&self) -> bool {
        self.path == Path::None
            && self.text == Text::Outside
            && self.colour.is_some_and(|colour| self.theme.is_border(colour))
    }

    /// Checks that everything that was opened is closed.
    fn finish(&self) -> Result<(), BadExport> {
        let closed = self.states.is_empty() && self.path == Path::None && self.text == Text::Outside;
        if closed { Ok(()) } else { Err(BadExport::new("the content ends in the middle of a drawing")) }
    }

    fn save(&mut self) -> Result<(), BadExport> {
        if self.states.len() >= STATES_MAX || self.text != Text::Outside {
            return Err(BadExport::new("graphics states are nested deeper than exports ever do"));
        }
        self.states.push(self.colour);
        Ok(())
    }

    fn restore(&mut self) -> Result<(), BadExport> {
        self.colour =
            self.states.pop().ok_or_else(|| BadExport::new("a graphics state ends that never began"))?;
        Ok(())
    }

    fn step(&mut self, from: Path, to: Path) -> Result<(), BadExport> {
        if self.path != from || self.text != Text::Outside {
            return Err(BadExport::new("a path is drawn in a way exports never do"));
        }
        self.path = to;
        Ok(())
    }

    fn set_colour(&mut self, parts: [&[u8]; 3]) -> Result<(), BadExport> {
        let mut colour = [0; 3];
        for (part, text) in colour.iter_mut().zip(parts) {
            *part = fixed::<5>(text).ok_or_else(|| BadExport::new("a colour is malformed"))?;
        }
        self.colour = Some(colour);
        Ok(())
    }

    /// A fill: a border, the page's background, or the start of a cell.
    fn fill(&mut self) -> Result<(), BadExport> {
        self.step(Path::Rectangle, Path::None)?;
        let colour = self.colour.ok_or_else(|| BadExport::new("a fill has no colour"))?;
        if self.theme.is_border(colour) {
            return Ok(());
        }
        let unknown =
            || BadExport::new(format!("a fill has the colour {colour:?}, which the theme does not know"));
        let kind = self.theme.kind(colour).ok_or_else(unknown)?;
        let area = self.area()?;
        let covers_page = area.width >= self.frame.size.0 && area.height >= self.frame.size.1;
        if covers_page && self.theme.is_page(colour) && self.out.cells.is_empty() {
            return Ok(());
        }
        if self.out.cells.len() >= self.limits.page_cells_max {
            return Err(BadExport::new(format!(
                "the page has more than {} cells",
                self.limits.page_cells_max
            )));
        }
        let start = self.out.text.len();
        self.out.cells.push(Cell { kind, area, text: start..start });
        Ok(())
    }

    fn area(&self) -> Result<Area, BadExport> {
        let side = |index: usize| {
            fixed::<3>(self.rectangle[index]).ok_or_else(|| BadExport::new("a rectangle is malformed"))
        };
        Ok(Area { x: side(0)?, y: side(1)?, width: side(2)?, height: side(3)? })
    }

    fn set_font(&mut self, name: &[u8], size: &[u8]) -> Result<(), BadExport> {
        let font = self.frame.fonts.iter().find(|(known, _)| known.as_slice() == name);
        let font = font.ok_or_else(|| BadExport::new("a text uses a font the page does not have"))?;
        let size = fixed::<3>(size).filter(|size| (1_000..=100_000).contains(size));
        self.font = Some((&*font.1, size.ok_or_else(|| BadExport::new("a font's size is malformed"))?));
        Ok(())
    }

    /// A `Td`: the first in a text object is absolute, the others say how many lines down the next one is.
    fn move_line(&mut self, down: &[u8]) -> Result<(), BadExport> {
        let down = fixed::<3>(down).ok_or_else(|| BadExport::new("a text's position is malformed"))?;
        self.text = match self.text {
            Text::Begun => Text::Moved(0),
            Text::Shown => {
                let pitch = self.theme.line_pitch;
                let lines = (-down + pitch / 2).div_euclid(pitch);
                let whole = (-down - lines * pitch).abs() <= lines.max(1) * 50;
                let lines = usize::try_from(lines).ok().filter(|lines| whole && (1..=200).contains(lines));
                Text::Moved(lines.ok_or_else(|| BadExport::new("the lines of a cell are not evenly spaced"))?)
            }
            Text::Outside | Text::Moved(_) => return Err(BadExport::new("a text is placed out of order")),
        };
        Ok(())
    }

    /// One visual line of the current cell.
    fn show(&mut self, pieces: &[Token<'p>]) -> Result<(), BadExport> {
        let Text::Moved(lines_down) = self.text else {
            return Err(BadExport::new("a text is shown without being placed"));
        };
        let (font, size) = self.font.ok_or_else(|| BadExport::new("a text is shown without a font"))?;
        let cell =
            self.out.cells.last_mut().ok_or_else(|| BadExport::new("a text stands outside of any cell"))?;
        if !self.colour.is_some_and(|colour| self.theme.is_text(cell.kind, colour)) {
            return Err(BadExport::new("a text has a colour the theme does not know"));
        }
        let before_line = self.out.text.len();
        let line = decode(font, pieces, &mut self.out.text)?;
        if lines_down > 0 {
            let room = cell.area.width - self.theme.padding - HARD_BREAK_SLACK;
            let line_break = break_between(font, size, self.before, line, room);
            let blank_lines = HARD_BREAK.to_string().repeat(lines_down - 1);
            self.out.text.insert_str(before_line, &blank_lines);
            self.out.text.insert(before_line, if lines_down > 1 { HARD_BREAK } else { line_break });
        }
        cell.text.end = self.out.text.len();
        self.before = line;
        self.text = Text::Shown;
        Ok(())
    }
}

/// Appends the characters of the pieces; the numbers between them are kerning.
fn decode(font: &Font, pieces: &[Token<'_>], text: &mut String) -> Result<Line, BadExport> {
    let mut line = Line::default();
    for piece in pieces {
        let digits = match piece {
            Token::Hexadecimal(digits) => digits,
            Token::Number(_) => continue,
            _ => return Err(BadExport::new("a kerned text is malformed")),
        };
        let (codes, rest) = digits.as_chunks::<4>();
        if !rest.is_empty() {
            return Err(BadExport::new("a text has half a code"));
        }
        for code in codes {
            let code = hexadecimal(*code).ok_or_else(|| BadExport::new("a text has a malformed code"))?;
            let characters = font.characters(code)?;
            if characters == " " && line.first_word.is_none() {
                line.first_word = Some(line.width);
            }
            line.width += font.width(code);
            text.push_str(characters);
        }
    }
    Ok(line)
}

/// A break is hard when the next word would have fitted on the line before.
fn break_between(font: &Font, size: i32, before: Line, line: Line, room: i32) -> char {
    const SPACE: u16 = 3;
    let word = line.first_word.unwrap_or(line.width);
    let units = u64::from(before.width) + u64::from(font.width(SPACE)) + u64::from(word);
    let needed = units * u64::from(size.unsigned_abs()) / 1_000;
    if needed < u64::try_from(room).unwrap_or(0) { HARD_BREAK } else { SOFT_BREAK }
}

/// The value of every hexadecimal digit; [`NO_DIGIT`] for other bytes.
const DIGITS: [u8; 256] = {
    let mut digits = [NO_DIGIT; 256];
    let mut value = 0;
    while value < 16 {
        digits[b"0123456789ABCDEF"[value] as usize] = value as u8;
        digits[b"0123456789abcdef"[value] as usize] = value as u8;
        value += 1;
    }
    digits
};
/// Shares no bit with the value of a digit, so that four digits can be checked at once.
const NO_DIGIT: u8 = 0x80;

fn hexadecimal(digits: [u8; 4]) -> Option<u16> {
    let [first, second, third, fourth] = digits.map(|digit| DIGITS[usize::from(digit)]);
    let all_digits = (first | second | third | fourth) & NO_DIGIT == 0;
    all_digits.then(|| u16::from(first << 4 | second) << 8 | u16::from(third << 4 | fourth))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::theme::ARCHIBALD;

    fn read(content: &[u8]) -> Result<usize, BadExport> {
        let frame = PageFrame { size: (612_000, 792_000), fonts: Vec::new() };
        let mut cells = PageCells::default();
        read_page(content, &frame, &ARCHIBALD, &Limits::default(), &mut cells)?;
        Ok(cells.cells.len())
    }

    #[test]
    fn fills_become_cells_but_borders_and_the_page_do_not() {
        let content = b"1 1 1 rg 0 0 612 792 re f q 72 72 468 648 re W n 1 1 1 rg 72 693 55.5 13.5 re f \
                        0.66275 0.66275 0.66275 rg 72 693 0.75 13.5 re f 72 705.75 55.5 0.75 re f Q";
        assert_eq!(read(content), Ok(1));
    }

    #[test]
    fn operators_that_were_never_seen_are_refused() {
        for content in [
            &b"1 0 0 1 0 0 cm"[..],
            b"/Im1 Do",
            b"BT 1 0 0 1 72 72 Tm ET",
            b"BT T* ET",
            b"BI",
            b"0 0 1 1 re S",
            b"0.5 g",
            b"0 0 1 1 re f*",
        ] {
            assert!(read(content).is_err(), "{}", String::from_utf8_lossy(content));
        }
    }

    #[test]
    fn codes_are_four_hexadecimal_digits() {
        assert_eq!(hexadecimal(*b"0aF9"), Some(0x0AF9));
        assert_eq!(hexadecimal(*b"FFFF"), Some(0xFFFF));
        for digits in [b"00G0", b"0x00", b"-001", b"00 1", b"\x80\xff00"] {
            assert_eq!(hexadecimal(*digits), None, "{digits:?}");
        }
    }

    #[test]
    fn borders_of_any_number_are_no_cells_and_hide_nothing() {
        let border = "0.66275 0.66275 0.66275 rg ";
        let side = "72 693 0.75 13.5 re f ";
        let cell = "1 1 1 rg 72 72 10 10 re f ";
        let drawn = |content: String| read(content.as_bytes());
        assert_eq!(drawn([border, &side.repeat(9), cell].concat()), Ok(1));
        assert!(drawn([border, side, "72 693 0.75 13.5 re S "].concat()).is_err());
        assert!(drawn([border, "72 693 0.75 re f ", cell].concat()).is_err());
        assert!(drawn([border, "72 693 0.75 13.5 re "].concat()).is_err());
    }

    #[test]
    fn an_unknown_colour_is_refused() {
        let error = read(b"1 0 0 rg 72 72 10 10 re f").expect_err("red is no colour of the theme");
        assert!(error.reason.contains("colour"), "{error}");
    }

    #[test]
    fn drawings_that_do_not_end_are_refused() {
        for content in [&b"q"[..], b"Q", b"0 0 1 1 re", b"BT", b"1 1 1", b"0 0 1 1 re 0 0 1 1 re f"] {
            assert!(read(content).is_err(), "{}", String::from_utf8_lossy(content));
        }
        assert!(read(&b"q ".repeat(1_000)).is_err());
    }
}
