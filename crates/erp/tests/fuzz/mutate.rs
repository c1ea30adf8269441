//! Damages inputs in ways that once broke readers: bytes, numbers, words of the format, whole objects.

use crate::parts::Parts;

/// A small generator, so that a number replays an input.
pub(crate) struct Seed(pub(crate) u64);

impl Seed {
    /// A number from 0 to `end` − 1; 0 when there is none.
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % end.max(1) as u64) as usize
    }

    pub(crate) fn pick<'t, T>(&mut self, from: &'t [T]) -> &'t T {
        &from[self.below(from.len())]
    }
}

/// Words of the format, and numbers at the edges of what fits somewhere.
#[rustfmt::skip]
const WORDS: &[&[u8]] = &[
    b" q ", b" Q ", b" BT ", b" ET ", b" re ", b" f ", b" W n ", b" 1 1 1 rg ", b" 1 1 0.87843 rg ", b" cm ",
    b" 0.50196 0.50196 0.50196 rg ", b"<FFFF> Tj ", b"<00> Tj ", b"[<0024>9999999<0025>]TJ ", b" 0 -11.212 Td ",
    b" /FNT0 0 Tf ", b" /FNT9 9.75 Tf ", b"[", b"]", b"<<", b">>", b"(", b"<", b"/", b"%", b"2 0 R", b"99999 0 R", b"1 0 R",
    b"/Kids[2 0 R]", b"/Count -1", b"/Type/Pages", b"/Parent 9 0 R", b"/Rotate 90", b"/MediaBox[0 0 0 0]", b"/Length 0",
    b"/Prev 0", b"/Type/ObjStm/N 5/First 10", b"/DecodeParms<</Predictor 12>>", b"beginbfchar", b"beginbfrange",
    b"<0024> <D800>", b"<0024> <FFFD>", b"<0024> <>", b"0", b"-1", b"1e9", b"2147483647", b"2147483648", b"-2147483649",
    b"99999999999999999999", b"0.0000000001", b"65535", b"65536", b"NaN", b"null", b"true",
];

/// A damaged file: raw bytes, or parts of it behind their checksums.
pub(crate) fn file(seed: &mut Seed, corpus: &[Vec<u8>], taken_apart: &[Parts]) -> Vec<u8> {
    if seed.below(4) == 0 {
        let mut bytes = seed.pick(corpus).clone();
        let other = seed.pick(corpus);
        damage(seed, &mut bytes, other);
        return bytes;
    }
    let mut parts = seed.pick(taken_apart).clone();
    for _ in 0..=seed.below(3) {
        let donor = seed.below(taken_apart.len());
        damage_parts(seed, &mut parts, &taken_apart[donor]);
    }
    parts.file()
}

fn damage_parts(seed: &mut Seed, parts: &mut Parts, other: &Parts) {
    let count = parts.parts.len();
    if count == 0 {
        return;
    }
    let at = seed.below(count);
    match seed.below(12) {
        0 => drop(parts.parts.remove(at)),
        1 => {
            let with = seed.below(count);
            let (one, two) = (parts.parts[at].clone(), parts.parts[with].clone());
            (parts.parts[at].stream, parts.parts[at].body) = (two.stream, two.body);
            (parts.parts[with].stream, parts.parts[with].body) = (one.stream, one.body);
        }
        2 => {
            let donor = seed.pick(&other.parts).clone();
            (parts.parts[at].stream, parts.parts[at].body) = (donor.stream, donor.body);
        }
        3..=5 => damage(seed, &mut parts.parts[at].body, b"/Kids[1 0 R 2 0 R 3 0 R]/Contents 10 0 R"),
        _ => {
            // Half of the objects of a small export are contents of pages; find one.
            let streams: Vec<usize> =
                (0..count).filter(|index| parts.parts[*index].stream.is_some()).collect();
            let donor = seed.pick(&other.parts).stream.clone().unwrap_or_default();
            if let Some(stream) =
                streams.get(seed.below(streams.len())).and_then(|index| parts.parts[*index].stream.as_mut())
            {
                damage(seed, stream, &donor);
            }
        }
    }
}

/// Damages bytes in one to four places.
pub(crate) fn damage(seed: &mut Seed, bytes: &mut Vec<u8>, other: &[u8]) {
    for _ in 0..=seed.below(4) {
        let at = seed.below(bytes.len());
        let end = (at + 1 + seed.below(64)).min(bytes.len());
        match seed.below(9) {
            0 if at < bytes.len() => bytes[at] = seed.below(256) as u8,
            1 if at < bytes.len() => bytes[at] ^= 1 << seed.below(8),
            2 if at < end => drop(bytes.drain(at..end)),
            3 if at < end => {
                let again = bytes[at..end].to_vec();
                let times = 1 + seed.below(50);
                bytes.splice(at..at, again.repeat(times));
            }
            4 => bytes.truncate(at),
            5 if !other.is_empty() => {
                let from = seed.below(other.len());
                let to = (from + 1 + seed.below(2_000)).min(other.len());
                bytes.splice(at..at, other[from..to].iter().copied());
            }
            6 => number(seed, bytes, at),
            _ => {
                let word = seed.pick(WORDS);
                bytes.splice(at..at, word.iter().copied());
            }
        }
    }
}

/// Numbers that replace others.
const NUMBERS: &[&[u8]] =
    &[b"0", b"-1", b"1", b"7", b"0.001", b"65536", b"2147483648", b"99999999999999999999"];

/// Replaces the next number after a place.
fn number(seed: &mut Seed, bytes: &mut Vec<u8>, at: usize) {
    let Some(start) = bytes.iter().skip(at).position(u8::is_ascii_digit).map(|start| start + at) else {
        return;
    };
    let length = bytes[start..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'.').count();
    let word = seed.pick(NUMBERS);
    bytes.splice(start..start + length, word.iter().copied());
}

/// Pieces of text that cells were seen with, or should never have.
#[rustfmt::skip]
const TEXTS: &[&str] = &[
    "", " ", "\r", "\n", "\n\n", "0", "-0", "-", "1.000", "1,000", "1.234,56 €", "-360,65", "360,65-", "(360,65)", "1677.87",
    "999999999999999999999", "92233720368547758,07", "-92233720368547758,08", "0,005", "1e9", "NaN", "31/02/2026", "29/02/2024",
    "1/20/2026", "20/01/2026 24:00:00", "1/20/2026 12:04:22 AM", "01/01/0000", "99/99/9999", "Checked", "Unchecked", "Sì", "yes",
    "System.Byte[]", "IVA22", "ID", "ID:", "NOME DI CONSEGNA", "DELIVERY NAME", "ID ARTICOLO", "’", "\u{a0}", "\u{301}", "\u{200b}",
    "\u{fffd}", "\u{1f600}", "<a href=\"x\">ups 1Z0000000</a>", "<a", "</a", "></a", "<a>fedex</a>", "ups", "50129 Firenze",
    "012345K2", "DDT/26000123",
];

/// A damaged table: titles and rows of texts.
pub(crate) fn table(seed: &mut Seed, titles: &mut Vec<String>, rows: &mut Vec<Vec<String>>) {
    for _ in 0..=seed.below(6) {
        let (row, column) = (seed.below(rows.len()), seed.below(titles.len()));
        match seed.below(12) {
            0 if !titles.is_empty() => {
                titles.remove(column);
                rows.iter_mut().filter(|row| column < row.len()).for_each(|row| drop(row.remove(column)));
            }
            1 if !titles.is_empty() => {
                let (title, to) = (titles[column].clone(), seed.below(titles.len()));
                titles.insert(to, title);
                let whole = |row: &&mut Vec<String>| row.len() > column.max(to);
                rows.iter_mut().filter(whole).for_each(|row| row.insert(to, row[column].clone()));
            }
            2 if !titles.is_empty() => (*seed.pick(TEXTS)).clone_into(&mut titles[column]),
            3 if !rows.is_empty() => drop(rows.remove(row)),
            4 if !rows.is_empty() => rows.push(rows[row].clone()),
            5 if !titles.is_empty() => {
                let other = seed.below(titles.len());
                titles.swap(column, other);
            }
            6 if !rows.is_empty() => rows[row].truncate(column),
            _ => {
                if let Some(cell) = rows.get_mut(row).and_then(|row| row.get_mut(column)) {
                    edit(seed, cell);
                }
            }
        }
    }
}

/// Puts a piece into a text, or takes one out.
fn edit(seed: &mut Seed, text: &mut String) {
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let (at, end) = (*seed.pick(&places), *seed.pick(&places));
    let range = at.min(end)..at.max(end);
    let piece = *seed.pick(TEXTS);
    match seed.below(4) {
        0 => piece.clone_into(text),
        1 => text.replace_range(range, ""),
        2 => text.replace_range(range, piece),
        _ => text.insert_str(at, &piece.repeat(1 + seed.below(40))),
    }
}
