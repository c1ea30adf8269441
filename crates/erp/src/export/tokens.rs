//! Splits a content stream into operands and operators.
//!
//! It knows only what the ERP writes: numbers, names, hexadecimal strings, arrays and operators. Anything else (literal
//! strings, dictionaries, comments, inline images) was never seen and is refused.

use super::bad_export::BadExport;

/// One piece of a content stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'s> {
    /// Its text; most are never needed as numbers.
    Number(&'s [u8]),
    /// Without its slash.
    Name(&'s [u8]),
    /// The digits between the angle brackets.
    Hexadecimal(&'s [u8]),
    ArrayStart,
    ArrayEnd,
    Operator(&'s [u8]),
}

/// An iterator over the tokens of a stream.
pub(super) struct Tokens<'s> {
    rest: &'s [u8],
}

impl<'s> Tokens<'s> {
    /// Starts at the beginning of a stream.
    pub(super) fn of(stream: &'s [u8]) -> Self {
        Self { rest: stream }
    }

    /// The next token; `None` at the end.
    #[inline]
    pub(super) fn next(&mut self) -> Result<Option<Token<'s>>, BadExport> {
        let start = run(self.rest, SPACE);
        self.rest = &self.rest[start..];
        let Some(first) = self.rest.first() else {
            return Ok(None);
        };
        let token = match first {
            b'0'..=b'9' | b'.' | b'-' | b'+' => Token::Number(self.word(0)),
            b'a'..=b'z' | b'A'..=b'Z' => Token::Operator(self.word(0)),
            b'/' => Token::Name(self.word(1)),
            b'<' => self.hexadecimal()?,
            b'[' => self.bracket(Token::ArrayStart),
            b']' => self.bracket(Token::ArrayEnd),
            other => {
                let reason = format!("the content has {:?}, which exports never use", char::from(*other));
                return Err(BadExport::new(reason));
            }
        };
        Ok(Some(token))
    }

    /// Leaves out rectangles that are filled at once, where their colour says that they mean nothing: four of five
    /// rectangles of a page are borders.
    pub(super) fn skip_fills(&mut self) {
        while let Some(rest) = after_fill(self.rest) {
            self.rest = rest;
        }
    }

    /// Takes a run of regular characters, after `skip` bytes.
    fn word(&mut self, skip: usize) -> &'s [u8] {
        let end = skip + run(&self.rest[skip..], REGULAR);
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        &word[skip..]
    }

    fn hexadecimal(&mut self) -> Result<Token<'s>, BadExport> {
        let end = self.rest.iter().position(|byte| *byte == b'>');
        let end = end.ok_or_else(|| BadExport::new("a text in the content has no end"))?;
        let digits = &self.rest[1..end];
        self.rest = &self.rest[end + 1..];
        Ok(Token::Hexadecimal(digits))
    }

    fn bracket(&mut self, token: Token<'s>) -> Token<'s> {
        self.rest = &self.rest[1..];
        token
    }
}

/// White space between tokens.
const SPACE: u8 = 1;
/// What numbers, names and operators are made of.
const REGULAR: u8 = 2;

/// The class of every byte. A page has tens of thousands of tokens, so looking a byte up pays.
const CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        classes[byte] = match byte as u8 {
            b' ' | b'\r' | b'\n' | b'\t' | 0 | 12 => SPACE,
            b'.' | b'-' | b'+' | b'*' | b'_' | b'\'' | b'"' => REGULAR,
            other if other.is_ascii_alphanumeric() => REGULAR,
            _ => 0,
        };
        byte += 1;
    }
    classes
};

/// How many bytes of a class stand at the beginning.
#[inline]
fn run(bytes: &[u8], class: u8) -> usize {
    let ends = |byte: &u8| CLASSES[usize::from(*byte)] != class;
    bytes.iter().position(ends).unwrap_or(bytes.len())
}

/// What follows a filled rectangle: four numbers, `re`, `f`.
fn after_fill(stream: &[u8]) -> Option<&[u8]> {
    let mut rest = stream;
    for _ in 0..4 {
        rest = &rest[run(rest, SPACE)..];
        if !matches!(rest.first()?, b'0'..=b'9' | b'.' | b'-' | b'+') {
            return None;
        }
        rest = &rest[run(rest, REGULAR)..];
    }
    for operator in [&b"re"[..], b"f"] {
        rest = &rest[run(rest, SPACE)..];
        let (word, after) = rest.split_at(run(rest, REGULAR));
        if word != operator {
            return None;
        }
        rest = after;
    }
    Some(rest)
}

/// A number with `DECIMALS` decimals kept, as a whole number of the smallest unit: with 3, `13.5` is 13,500.
pub(super) fn fixed<const DECIMALS: u32>(text: &[u8]) -> Option<i32> {
    let (negative, digits) = match text {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let point = digits.iter().position(|byte| *byte == b'.').unwrap_or(digits.len());
    let (whole, decimals) = (&digits[..point], digits.get(point + 1..).unwrap_or(&[]));
    if whole.len() + decimals.len() == 0 || whole.len() > 5 {
        return None;
    }
    let mut value = 0;
    for byte in whole {
        value = value * 10 + digit(*byte)?;
    }
    for place in 0..DECIMALS as usize {
        value = value * 10 + decimals.get(place).map_or(Some(0), |byte| digit(*byte))?;
    }
    if let Some(beyond) = decimals.get(DECIMALS as usize..) {
        let round_up = beyond.first().map_or(Some(0), |byte| digit(*byte))? >= 5;
        value += i64::from(round_up);
        beyond.iter().try_for_each(|byte| digit(*byte).map(drop))?;
    }
    i32::try_from(if negative { -value } else { value }).ok()
}

fn digit(byte: u8) -> Option<i64> {
    byte.is_ascii_digit().then(|| i64::from(byte - b'0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(stream: &[u8]) -> Result<Vec<Token<'_>>, BadExport> {
        let mut tokens = Tokens::of(stream);
        std::iter::from_fn(|| tokens.next().transpose()).collect()
    }

    #[test]
    fn the_operators_of_an_export_are_told_apart() {
        let tokens = all(b"1 -.5 re\r\n/FNT0 9.75 Tf[<00240039>18<003A>]TJ").expect("these are all known");
        assert_eq!(
            tokens,
            [
                Token::Number(b"1"),
                Token::Number(b"-.5"),
                Token::Operator(b"re"),
                Token::Name(b"FNT0"),
                Token::Number(b"9.75"),
                Token::Operator(b"Tf"),
                Token::ArrayStart,
                Token::Hexadecimal(b"00240039"),
                Token::Number(b"18"),
                Token::Hexadecimal(b"003A"),
                Token::ArrayEnd,
                Token::Operator(b"TJ"),
            ]
        );
    }

    #[test]
    fn only_filled_rectangles_are_left_out() {
        let rest = |stream: &'static [u8]| {
            let mut tokens = Tokens::of(stream);
            tokens.skip_fills();
            tokens.rest
        };
        assert_eq!(rest(b"72 693 .75 13.5 re\r\nf\r\n1 2 -3 4 re f Q"), b" Q");
        for stream in [
            &b"1 2 3 4 re S"[..],
            b"1 2 3 4 re f*",
            b"1 2 3 re f",
            b"1 2 a 4 re f",
            b"1 2 3 4 re W n",
            b"1 2 3 4 re",
            b"",
        ] {
            assert_eq!(rest(stream), stream);
        }
    }

    #[test]
    fn what_was_never_seen_is_refused() {
        for stream in [&b"(text) Tj"[..], b"% note", b"<0024", b"{1}"] {
            assert!(all(stream).is_err(), "{stream:?}");
        }
    }

    #[test]
    fn numbers_keep_the_decimals_that_are_asked_for() {
        assert_eq!(fixed::<3>(b"13.5"), Some(13_500));
        assert_eq!(fixed::<3>(b"-11.2115"), Some(-11_212));
        assert_eq!(fixed::<5>(b".66275"), Some(66_275));
        for text in [&b""[..], b"-", b".", b"1.2.3", b"123456", b"1e5", b"--1"] {
            assert_eq!(fixed::<3>(text), None, "{text:?}");
        }
    }
}
