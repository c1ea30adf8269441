//! Takes an export's file apart into objects with inflated streams, and puts it together again: damage done in between
//! reaches the reader behind checksums, lengths and offsets, which random bytes never do.

use libdeflater::{CompressionLvl, Compressor, Decompressor};

/// One object of a file.
#[derive(Clone)]
pub(crate) struct Part {
    /// Dictionary or other body; without the entries that say how a stream is stored.
    pub(crate) body: Vec<u8>,
    /// The inflated content, where the object is a stream.
    pub(crate) stream: Option<Vec<u8>>,
    pub(crate) number: usize,
}

/// A file, taken apart.
#[derive(Clone)]
pub(crate) struct Parts {
    pub(crate) parts: Vec<Part>,
    /// What stands in the trailer beside size and root.
    pub(crate) trailer: String,
}

const STORED: &[u8] = b"/Filter/FlateDecode/Length ";
const STREAM: &[u8] = b">>\r\nstream\r\n";
const END: &[u8] = b"\r\nendobj\r\n";

impl Parts {
    /// Takes apart what the simulated ERP wrote; `None` for other files.
    pub(crate) fn of(file: &[u8]) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = file.get(find(file, b"\n%")? + 2..)?;
        rest = rest.get(find(rest, b"\r\n")? + 2..)?;
        while !rest.starts_with(b"xref") {
            let (part, after) = part(rest)?;
            parts.push(part);
            rest = after;
        }
        Some(Self { parts, trailer: String::new() })
    }

    /// The file with these parts, every offset and length right.
    pub(crate) fn file(&self) -> Vec<u8> {
        let mut bytes = b"%PDF-1.4\r\n%\xE2\xE3\xCF\xD3\r\n".to_vec();
        let count = self.parts.iter().map(|part| part.number + 1).max().unwrap_or(1);
        let mut offsets = vec![None; count];
        for part in &self.parts {
            offsets[part.number] = Some(bytes.len());
            bytes.extend(format!("{} 0 obj\r\n", part.number).into_bytes());
            match &part.stream {
                None => bytes.extend(&part.body),
                Some(stream) => {
                    let compressed = deflate(stream);
                    bytes.extend(format!("<</Filter/FlateDecode/Length {}", compressed.len()).into_bytes());
                    bytes.extend(&part.body);
                    bytes.extend(STREAM);
                    bytes.extend(compressed);
                    bytes.extend(b"\r\nendstream");
                }
            }
            bytes.extend(END);
        }
        let start = bytes.len();
        bytes.extend(format!("xref\r\n0 {count}\r\n0000000000 65535 f\r\n").into_bytes());
        for offset in &offsets[1..] {
            let (offset, kind) = offset.map_or((0, 'f'), |offset| (offset, 'n'));
            bytes.extend(format!("{offset:010} 00000 {kind}\r\n").into_bytes());
        }
        let trailer = &self.trailer;
        let end =
            format!("trailer\r\n<</Size {count}/Root 1 0 R{trailer}>>\r\nstartxref\r\n{start}\r\n%%EOF\r\n");
        bytes.extend(end.into_bytes());
        bytes
    }
}

fn part(rest: &[u8]) -> Option<(Part, &[u8])> {
    let mark = find(rest, b" 0 obj\r\n")?;
    let number = std::str::from_utf8(&rest[..mark]).ok()?.parse().ok().filter(|number| *number < 100_000)?;
    let body = &rest[mark + 8..];
    let Some(after) = body.strip_prefix(b"<<").and_then(|body| body.strip_prefix(STORED)) else {
        let end = find(body, END)?;
        return Some((Part { number, body: body[..end].to_vec(), stream: None }, &body[end + END.len()..]));
    };
    let digits = after.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let length: usize = std::str::from_utf8(&after[..digits]).ok()?.parse().ok()?;
    let entries = find(after, STREAM)?;
    let (compressed, rest) = after.get(entries + STREAM.len()..)?.split_at_checked(length)?;
    let stream = Some(inflate(compressed)?);
    let end = find(rest, END)? + END.len();
    Some((Part { number, body: after[digits..entries].to_vec(), stream }, &rest[end..]))
}

fn find(within: &[u8], what: &[u8]) -> Option<usize> {
    within.windows(what.len()).position(|window| window == what)
}

fn inflate(compressed: &[u8]) -> Option<Vec<u8>> {
    let mut inflated = vec![0; 4 << 20];
    let length = Decompressor::new().zlib_decompress(compressed, &mut inflated).ok()?;
    inflated.truncate(length);
    Some(inflated)
}

/// A zlib stream of the bytes.
pub(crate) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let level = CompressionLvl::new(1).expect("1 is a level of libdeflate");
    let mut compressor = Compressor::new(level);
    let mut compressed = vec![0; compressor.zlib_compress_bound(bytes.len())];
    let length = compressor.zlib_compress(bytes, &mut compressed).expect("the bound suffices");
    compressed.truncate(length);
    compressed
}
