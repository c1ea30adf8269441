//! Turns glyph numbers into characters and widths, by the font's own `ToUnicode` and `W` tables.

use lopdf::{Dictionary, Document, Object};

use super::{bad_export::BadExport, file::Objects, limits::Limits};

/// A composite font of the document. Codes are glyph numbers (`Identity-H`), two bytes each.
pub(super) struct Font {
    /// For each code, where its characters lie in `characters`; an empty range has no character.
    ranges: Vec<(u32, u32)>,
    characters: String,
    /// For each code, in thousandths of the size; `default_width` beyond the end.
    widths: Vec<u16>,
    default_width: u16,
}

impl Font {
    /// Reads a font dictionary. Anything but the one kind the ERP writes is refused.
    pub(super) fn read(objects: &Objects<'_>, font: &Dictionary, limits: &Limits) -> Result<Self, BadExport> {
        let document = &objects.document;
        let composite = is_name(document, font, b"Subtype", b"Type0");
        if !composite || !is_name(document, font, b"Encoding", b"Identity-H") {
            return Err(BadExport::new("the font is not a composite font with Identity-H"));
        }
        let map = font.get(b"ToUnicode").and_then(Object::as_reference);
        let map = map.map_err(|_| BadExport::new("the font has no ToUnicode table"))?;
        let mut text = Vec::new();
        objects.inflate(map, limits, &mut text)?;
        let (ranges, characters) = read_to_unicode(&text)?;
        let descendants = font.get_deref(b"DescendantFonts", document).and_then(Object::as_array);
        let descendant = descendants.ok().and_then(|fonts| dictionary(document, fonts.first()?));
        let descendant = descendant.ok_or_else(|| BadExport::new("the font has no descendant"))?;
        let (widths, default_width) = read_widths(document, descendant)?;
        Ok(Self { ranges, characters, widths, default_width })
    }

    /// The characters of a code. A code the font does not explain is refused, because guessing would corrupt data.
    #[inline]
    pub(super) fn characters(&self, code: u16) -> Result<&str, BadExport> {
        let (start, end) = self.ranges.get(usize::from(code)).copied().unwrap_or((0, 0));
        if start == end {
            return Err(BadExport::new(format!(
                "the font does not say which character the code {code:04X} is"
            )));
        }
        Ok(&self.characters[start as usize..end as usize])
    }

    /// How far a code moves the pen, in thousandths of the font's size.
    pub(super) fn width(&self, code: u16) -> u32 {
        u32::from(self.widths.get(usize::from(code)).copied().unwrap_or(self.default_width))
    }
}

fn is_name(document: &Document, dictionary: &Dictionary, key: &[u8], name: &[u8]) -> bool {
    dictionary.get_deref(key, document).and_then(Object::as_name).is_ok_and(|found| found == name)
}

fn dictionary<'d>(document: &'d Document, object: &'d Object) -> Option<&'d Dictionary> {
    document.dereference(object).ok()?.1.as_dict().ok()
}

/// The `beginbfchar` blocks: `<code> <UTF-16>` pairs.
fn read_to_unicode(table: &[u8]) -> Result<(Vec<(u32, u32)>, String), BadExport> {
    let refused = |what: &str| BadExport::new(format!("the ToUnicode table {what}"));
    let text = std::str::from_utf8(table).map_err(|_| refused("is not text"))?;
    if text.contains("beginbfrange") {
        return Err(refused("uses ranges, which exports never do"));
    }
    let (mut ranges, mut characters) = (Vec::new(), String::new());
    for block in text.split("beginbfchar").skip(1) {
        let block = block.split("endbfchar").next().unwrap_or_default();
        let mut strings = block.split('<').skip(1).map(|rest| rest.split('>').next().unwrap_or_default());
        while let Some(code) = strings.next() {
            let code = u16::from_str_radix(code.trim(), 16).map_err(|_| refused("has a bad code"))?;
            let units = utf16_units(strings.next().unwrap_or_default());
            let units = units.filter(|units| !units.is_empty()).ok_or_else(|| refused("has a bad entry"))?;
            let start = characters.len() as u32;
            for character in char::decode_utf16(units) {
                let known = character.ok().filter(|c| !matches!(c, '\u{FFFD}' | '\0'));
                characters.push(known.ok_or_else(|| refused("maps a code to no character"))?);
            }
            let index = usize::from(code);
            if ranges.len() <= index {
                ranges.resize(index + 1, (0, 0));
            }
            ranges[index] = (start, characters.len() as u32);
        }
    }
    if characters.is_empty() { Err(refused("is empty")) } else { Ok((ranges, characters)) }
}

fn utf16_units(digits: &str) -> Option<Vec<u16>> {
    let digits = digits.trim().as_bytes();
    let unit = |chunk: &[u8]| u16::from_str_radix(std::str::from_utf8(chunk).ok()?, 16).ok();
    (digits.len().is_multiple_of(4)).then(|| digits.chunks(4).map(unit).collect()).flatten()
}

/// `DW` and the `W` array: `first [widths…]` and `first last width` groups.
fn read_widths(document: &Document, font: &Dictionary) -> Result<(Vec<u16>, u16), BadExport> {
    let refused = || BadExport::new("the font's table of widths is malformed");
    let number = |object: &Object| {
        let number = object.as_float().ok().filter(|width| (0.0..=10_000.0).contains(width));
        number.map(|width| width.round() as u16)
    };
    let code = |object: &Object| object.as_i64().ok().and_then(|code| u16::try_from(code).ok());
    let default = font.get_deref(b"DW", document).ok().and_then(number).unwrap_or(1_000);
    let mut widths = Vec::new();
    let mut put = |code: usize, width: u16| {
        if widths.len() <= code {
            widths.resize(code + 1, default);
        }
        widths[code] = width;
    };
    let empty = Vec::new();
    let table = font.get_deref(b"W", document).and_then(Object::as_array).unwrap_or(&empty);
    let mut entries = table.iter();
    while let Some(first) = entries.next() {
        let first = code(first).ok_or_else(refused)?;
        match entries.next().ok_or_else(refused)? {
            Object::Array(list) => {
                for (index, width) in list.iter().enumerate() {
                    let at = usize::from(first) + index;
                    let width = number(width).filter(|_| u16::try_from(at).is_ok()).ok_or_else(refused)?;
                    put(at, width);
                }
            }
            last => {
                let last = code(last).ok_or_else(refused)?;
                let width = entries.next().and_then(number).ok_or_else(refused)?;
                (first..=last).for_each(|code| put(usize::from(code), width));
            }
        }
    }
    Ok((widths, default))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_single_characters_is_read() {
        let (ranges, characters) =
            read_to_unicode(b"2 beginbfchar\r\n<0024> <0041>\r\n<0BB8> <20AC>\r\nendbfchar")
                .expect("it is sound");
        assert_eq!(characters, "A€");
        assert_eq!((ranges[0x24], ranges[0xBB8], ranges[0x25]), ((0, 1), (1, 4), (0, 0)));
    }

    #[test]
    fn a_table_that_explains_nothing_is_refused() {
        for table in [&b""[..], b"beginbfchar <0024> endbfchar", b"beginbfchar <0024> <FFFD> endbfchar"] {
            assert!(read_to_unicode(table).is_err(), "{table:?}");
        }
    }
}
