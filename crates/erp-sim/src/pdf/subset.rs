//! Cuts the embedded font down to the glyphs a document uses, keeping every glyph's number.
//!
//! The real exports keep the original glyph ids, so the outlines that are not used become empty entries instead of
//! disappearing. Only the tables a PDF viewer needs for a CID font are kept.

use std::collections::BTreeSet;

use super::font::{Glyph, be16, be16i, be32};

/// The tables of a TrueType font, by tag.
pub(super) struct Tables<'a>(Vec<(&'a str, &'a [u8])>);

/// The tables that stay in an embedded subset, in the order in which a font lists them.
const KEPT: [&str; 9] = ["cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep"];

impl<'a> Tables<'a> {
    /// Splits a font file into its tables.
    pub(super) fn of(file: &'a [u8]) -> Self {
        let table = |record: &'a [u8]| {
            let (start, length) = (be32(record, 8) as usize, be32(record, 12) as usize);
            let tag = std::str::from_utf8(&record[..4]).expect("table tags are ASCII");
            (tag, &file[start..start + length])
        };
        Self((0..usize::from(be16(file, 4))).map(|index| table(&file[12 + 16 * index..])).collect())
    }

    /// A table that every TrueType font must have.
    pub(super) fn get(&self, tag: &str) -> &'a [u8] {
        let found = self.0.iter().find(|(name, _)| *name == tag);
        found.unwrap_or_else(|| panic!("the font has a {tag} table")).1
    }

    fn outline(&self, glyph: Glyph) -> &'a [u8] {
        let (loca, glyf) = (self.get("loca"), self.get("glyf"));
        let at = 4 * usize::from(glyph);
        &glyf[be32(loca, at) as usize..be32(loca, at + 4) as usize]
    }
}

/// The font file with only the outlines of `used` (and of the parts they are composed of).
pub(super) fn subset(tables: &Tables<'_>, used: &BTreeSet<Glyph>) -> Vec<u8> {
    let kept = with_components(tables, used);
    let (mut glyf, mut loca) = (Vec::new(), Vec::new());
    for glyph in 0..be16(tables.get("maxp"), 4) {
        loca.extend_from_slice(&(glyf.len() as u32).to_be_bytes());
        if kept.contains(&glyph) {
            glyf.extend_from_slice(tables.outline(glyph));
            glyf.resize(glyf.len().next_multiple_of(4), 0);
        }
    }
    loca.extend_from_slice(&(glyf.len() as u32).to_be_bytes());
    let content = KEPT.map(|tag| match tag {
        "glyf" => glyf.as_slice(),
        "loca" => loca.as_slice(),
        other => tables.get(other),
    });
    assemble(&content)
}

/// Adds the glyphs that composite glyphs (most accented letters) are made of, and `.notdef`.
fn with_components(tables: &Tables<'_>, used: &BTreeSet<Glyph>) -> BTreeSet<Glyph> {
    let mut kept = BTreeSet::from([0]);
    let mut waiting: Vec<Glyph> = used.iter().copied().collect();
    while let Some(glyph) = waiting.pop() {
        if kept.insert(glyph) {
            waiting.extend(components(tables.outline(glyph)));
        }
    }
    kept
}

/// The parts of a composite outline; none for a simple one.
fn components(outline: &[u8]) -> Vec<Glyph> {
    const WORDS: u16 = 0x0001;
    const SCALE: u16 = 0x0008;
    const MORE: u16 = 0x0020;
    const XY_SCALE: u16 = 0x0040;
    const MATRIX: u16 = 0x0080;
    let mut parts = Vec::new();
    if outline.is_empty() || be16i(outline, 0) >= 0 {
        return parts;
    }
    let mut at = 10;
    loop {
        let flags = be16(outline, at);
        parts.push(be16(outline, at + 2));
        at += if flags & WORDS == 0 { 6 } else { 8 };
        at += match flags & (SCALE | XY_SCALE | MATRIX) {
            SCALE => 2,
            XY_SCALE => 4,
            MATRIX => 8,
            _ => 0,
        };
        if flags & MORE == 0 {
            return parts;
        }
    }
}

/// Puts the kept tables behind a directory with check sums.
fn assemble(tables: &[&[u8]; KEPT.len()]) -> Vec<u8> {
    let count = KEPT.len() as u16;
    let power = count.ilog2();
    let range = 16 << power;
    let mut file = vec![0, 1, 0, 0];
    for number in [count, range, power as u16, count * 16 - range] {
        file.extend_from_slice(&number.to_be_bytes());
    }
    let mut offset = 12 + 16 * KEPT.len();
    for (tag, table) in KEPT.iter().zip(tables) {
        file.extend_from_slice(tag.as_bytes());
        for number in [check_sum(table), offset as u32, table.len() as u32] {
            file.extend_from_slice(&number.to_be_bytes());
        }
        offset += table.len().next_multiple_of(4);
    }
    for table in tables {
        file.extend_from_slice(table);
        file.resize(file.len().next_multiple_of(4), 0);
    }
    file
}

fn check_sum(table: &[u8]) -> u32 {
    let word = |chunk: &[u8]| {
        let mut bytes = [0; 4];
        bytes[..chunk.len()].copy_from_slice(chunk);
        u32::from_be_bytes(bytes)
    };
    table.chunks(4).fold(0, |sum: u32, chunk| sum.wrapping_add(word(chunk)))
}

#[cfg(test)]
mod tests {
    use super::{super::font::Font, *};

    #[test]
    fn a_subset_keeps_used_outlines_under_their_own_number() {
        let font = Font::get();
        let used = BTreeSet::from(['A', 'è', '€'].map(|c| font.glyph(c)));
        let file = subset(&font.tables, &used);
        let cut = Tables::of(&file);
        assert!(file.len() < 40_000, "a subset of three letters has {} bytes", file.len());
        for glyph in &used {
            let (before, after) = (font.tables.outline(*glyph), cut.outline(*glyph));
            assert_eq!(&after[..before.len()], before);
        }
        assert!(cut.outline(font.glyph('B')).is_empty());
        for part in components(font.tables.outline(font.glyph('è'))) {
            assert!(!cut.outline(part).is_empty(), "a part of an accented letter is missing");
        }
    }
}
