//! Does only what every reader of an export must do: inflates its streams and cuts them into tokens. What reading costs
//! beyond this floor is the reader's own. `parse_floor < Clienti.pdf` prints streams, bytes and tokens.

use std::io::{self, Read};

use libdeflater::Decompressor;

fn main() -> io::Result<()> {
    let mut file = Vec::new();
    io::stdin().lock().read_to_end(&mut file)?;
    let mut inflater = Decompressor::new();
    let mut content = vec![0; 1 << 20];
    let (mut streams, mut bytes, mut tokens) = (0_u64, 0, 0_u64);
    let mut rest = file.as_slice();
    while let Some((compressed, after)) = next_stream(rest) {
        // A full page inflates to 72 KB, the font to less than a megabyte.
        let length = inflater.zlib_decompress(compressed, &mut content).map_err(io::Error::other)?;
        (streams, bytes, rest) = (streams + 1, bytes + length, after);
        tokens += walk(&content[..length]);
    }
    println!("{streams} streams, {bytes} bytes, {tokens} tokens");
    Ok(())
}

/// The next stream's content, and what follows it.
fn next_stream(file: &[u8]) -> Option<(&[u8], &[u8])> {
    const LENGTH: &[u8] = b"/Length ";
    const BEGIN: &[u8] = b">>\r\nstream\r\n";
    let entry = file.windows(LENGTH.len()).position(|word| word == LENGTH)? + LENGTH.len();
    let digits: String =
        file[entry..].iter().take_while(|byte| byte.is_ascii_digit()).map(|byte| char::from(*byte)).collect();
    let begin = entry + file[entry..].windows(BEGIN.len()).position(|word| word == BEGIN)? + BEGIN.len();
    file.get(begin..)?.split_at_checked(digits.parse().ok()?)
}

/// Cuts the content into tokens and tells numbers, names, texts, brackets and operators apart, by their first byte.
fn walk(content: &[u8]) -> u64 {
    let mut kinds = [0_u64; 5];
    let mut rest = content;
    while let Some(start) = rest.iter().position(|byte| !matches!(byte, b' ' | b'\r' | b'\n')) {
        rest = &rest[start..];
        let (kind, length) = match rest[0] {
            b'<' => (0, rest.iter().position(|byte| *byte == b'>').map_or(rest.len(), |end| end + 1)),
            b'[' | b']' => (1, 1),
            b'/' => (2, 1 + word(&rest[1..])),
            b'0'..=b'9' | b'-' | b'.' => (3, word(rest)),
            _ => (4, word(rest).max(1)),
        };
        kinds[kind] += 1;
        rest = &rest[length..];
    }
    kinds.iter().sum()
}

fn word(rest: &[u8]) -> usize {
    let ends = |byte: &u8| matches!(byte, b' ' | b'\r' | b'\n' | b'<' | b'[' | b']' | b'/');
    rest.iter().position(ends).unwrap_or(rest.len())
}
