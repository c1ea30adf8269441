//! Opens the PDF file: its pages in order, their contents and fonts.
//!
//! lopdf parses the objects, strictly, but keeps no copy of the streams: they are inflated here, with a cap, one page at
//! a time, straight from the file's bytes. Only the structure the
//! ERP writes is accepted: a flat page tree, one deflated content stream per page, no encryption (facts/pdf.md §1).

use std::{collections::HashMap, rc::Rc};

use libdeflater::{DecompressionError, Decompressor};
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId, Stream, xref::XrefEntry};

use super::{bad_export::BadExport, font::Font, limits::Limits};

/// An opened export.
pub(super) struct PdfFile<'b> {
    objects: Objects<'b>,
    pages: Vec<ObjectId>,
    fonts: HashMap<ObjectId, Rc<Font>>,
    inflated_bytes: u64,
    limits: Limits,
}

/// What the interpreter needs to know of a page beside its content.
pub(super) struct PageFrame {
    /// Width and height in thousandths of a point.
    pub(super) size: (i32, i32),
    /// The fonts by the names the content uses.
    pub(super) fonts: Vec<(Vec<u8>, Rc<Font>)>,
}

/// The parsed objects, and the bytes their streams lie in.
pub(super) struct Objects<'b> {
    pub(super) document: Document,
    bytes: &'b [u8],
}

impl<'b> PdfFile<'b> {
    /// Parses the objects and finds the pages.
    pub(super) fn open(bytes: &'b [u8], limits: &Limits) -> Result<Self, BadExport> {
        check_frame(bytes, limits)?;
        let options = LoadOptions {
            strict: true,
            filter: Some(without_content),
            max_decompressed_size: Some(limits.stream_bytes_max),
            ..LoadOptions::default()
        };
        let document = Document::load_mem_with_options(bytes, options)
            .map_err(|error| BadExport::new(format!("the file is no sound PDF: {error}")))?;
        if document.trailer.has(b"Encrypt") || document.is_encrypted() {
            return Err(BadExport::new("the file is encrypted"));
        }
        let pages = page_ids(&document, limits)?;
        let objects = Objects { document, bytes };
        Ok(Self { objects, pages, fonts: HashMap::new(), inflated_bytes: 0, limits: limits.clone() })
    }

    /// How many pages there are; at least one.
    pub(super) fn page_count(&self) -> usize {
        self.pages.len()
    }

    /// Inflates a page's content into `content`, replacing what was there.
    pub(super) fn page(&mut self, index: usize, content: &mut Vec<u8>) -> Result<PageFrame, BadExport> {
        let document = &self.objects.document;
        let page = page_dictionary(document, self.pages[index])?;
        let size = page_size(document, page)?;
        let contents = page.get(b"Contents").and_then(Object::as_reference);
        let contents = contents.map_err(|_| BadExport::new("the page has not exactly one content stream"))?;
        let font_ids = font_ids(document, page)?;
        self.objects.inflate(contents, &self.limits, content)?;
        self.inflated_bytes += content.len() as u64;
        if self.inflated_bytes > self.limits.inflated_bytes_max {
            return Err(BadExport::new("the contents of all pages together are too large"));
        }
        let fonts = font_ids.into_iter().map(|(name, id)| Ok((name, self.font(id)?)));
        Ok(PageFrame { size, fonts: fonts.collect::<Result<_, BadExport>>()? })
    }

    /// A font, read at its first use.
    fn font(&mut self, id: ObjectId) -> Result<Rc<Font>, BadExport> {
        if let Some(font) = self.fonts.get(&id) {
            return Ok(Rc::clone(font));
        }
        let font = self.objects.document.get_dictionary(id);
        let font = font.map_err(|_| BadExport::new("a font is missing"))?;
        let font = Rc::new(Font::read(&self.objects, font, &self.limits)?);
        self.fonts.insert(id, Rc::clone(&font));
        Ok(font)
    }
}

/// Size, header and end mark, before anything is parsed: a download that was cut lacks the end mark.
fn check_frame(bytes: &[u8], limits: &Limits) -> Result<(), BadExport> {
    const MARK: &[u8] = b"%%EOF";
    if bytes.is_empty() {
        return Err(BadExport::new("the file is empty"));
    }
    if bytes.len() > limits.file_bytes_max {
        return Err(BadExport::new(format!("the file has more than {} bytes", limits.file_bytes_max)));
    }
    if !bytes.starts_with(b"%PDF-1.") {
        return Err(BadExport::new("the file is no PDF"));
    }
    let end = bytes.trim_ascii_end();
    if !end.ends_with(MARK) {
        return Err(BadExport::new("the file is cut off: its end mark is missing"));
    }
    Ok(())
}

fn page_ids(document: &Document, limits: &Limits) -> Result<Vec<ObjectId>, BadExport> {
    let refused = || BadExport::new("the file has no flat list of pages");
    let root = document.catalog().and_then(|catalog| catalog.get_deref(b"Pages", document));
    let root = root.and_then(Object::as_dict).map_err(|_| refused())?;
    let kids = root.get_deref(b"Kids", document).and_then(Object::as_array).map_err(|_| refused())?;
    let count = root.get_deref(b"Count", document).and_then(Object::as_i64).map_err(|_| refused())?;
    if kids.is_empty() || usize::try_from(count) != Ok(kids.len()) {
        return Err(BadExport::new(format!("the file says {count} pages and lists {}", kids.len())));
    }
    if kids.len() > limits.pages_max {
        return Err(BadExport::new(format!("the file has more than {} pages", limits.pages_max)));
    }
    kids.iter().map(|kid| kid.as_reference().map_err(|_| refused())).collect()
}

fn page_dictionary(document: &Document, id: ObjectId) -> Result<&Dictionary, BadExport> {
    let page = document.get_dictionary(id).map_err(|_| BadExport::new("the page is missing"))?;
    if !page.has_type(b"Page") {
        return Err(BadExport::new("the list of pages is not flat"));
    }
    let turned = page.get_deref(b"Rotate", document).and_then(Object::as_i64).unwrap_or(0) != 0;
    if turned { Err(BadExport::new("the page is rotated")) } else { Ok(page) }
}

/// An entry of the page, or of the list of pages it inherits from.
fn inherited<'d>(document: &'d Document, page: &'d Dictionary, key: &[u8]) -> Option<&'d Object> {
    let own = page.get_deref(key, document).ok();
    own.or_else(|| page.get_deref(b"Parent", document).ok()?.as_dict().ok()?.get_deref(key, document).ok())
}

fn page_size(document: &Document, page: &Dictionary) -> Result<(i32, i32), BadExport> {
    let sides = inherited(document, page, b"MediaBox").and_then(|sides| sides.as_array().ok());
    let sides: Option<Vec<f32>> =
        sides.map(|sides| sides.iter().filter_map(|side| side.as_float().ok()).collect());
    match sides.as_deref() {
        Some([left, bottom, width, height])
            if left.abs() + bottom.abs() < f32::EPSILON
                && (1.0..=2_000.0).contains(width)
                && (1.0..=2_000.0).contains(height) =>
        {
            Ok(((width * 1_000.0) as i32, (height * 1_000.0) as i32))
        }
        _ => Err(BadExport::new("the page has no usable size")),
    }
}

/// The fonts of a page: names and object numbers.
fn font_ids(document: &Document, page: &Dictionary) -> Result<Vec<(Vec<u8>, ObjectId)>, BadExport> {
    let resources = inherited(document, page, b"Resources").and_then(|object| object.as_dict().ok());
    let fonts = resources.and_then(|resources| resources.get_deref(b"Font", document).ok()?.as_dict().ok());
    let fonts = fonts.ok_or_else(|| BadExport::new("the page has no font"))?;
    let font = |(name, object): (&Vec<u8>, &Object)| {
        let id = object.as_reference().map_err(|_| BadExport::new("the page's font is malformed"))?;
        Ok((name.clone(), id))
    };
    fonts.iter().map(font).collect()
}

impl Objects<'_> {
    /// Inflates a stream into `inflated`, replacing what was there, but never beyond the limit.
    pub(super) fn inflate(
        &self,
        id: ObjectId,
        limits: &Limits,
        inflated: &mut Vec<u8>,
    ) -> Result<(), BadExport> {
        let stream = self.document.get_object(id).and_then(Object::as_stream);
        let stream = stream.map_err(|_| BadExport::new("a stream is missing"))?;
        let filter = stream.dict.get(b"Filter").and_then(Object::as_name);
        if filter.ok() != Some(b"FlateDecode") || stream.dict.has(b"DecodeParms") {
            return Err(BadExport::new("a stream is not simply deflated"));
        }
        let compressed = self.content(id, stream);
        let compressed = compressed.ok_or_else(|| BadExport::new("a stream is not where its length says"))?;
        inflate(compressed, limits.stream_bytes_max, inflated)
    }

    /// The stream's bytes in the file: after the keyword that follows its dictionary, as long as the dictionary says, and
    /// closed by the other keyword.
    fn content(&self, id: ObjectId, stream: &Stream) -> Option<&[u8]> {
        const BEGIN: &[u8] = b"stream";
        let offset = match self.document.reference_table.get(id.0)? {
            XrefEntry::Normal { offset, .. } => usize::try_from(*offset).ok()?,
            XrefEntry::Free | XrefEntry::UnusableFree | XrefEntry::Compressed { .. } => return None,
        };
        let length = usize::try_from(stream.dict.get(b"Length").ok()?.as_i64().ok()?).ok()?;
        let object = self.bytes.get(offset..)?;
        let begin = object.windows(BEGIN.len()).position(|word| word == BEGIN)? + BEGIN.len();
        let content = object.get(begin..)?;
        let content = content.strip_prefix(b"\r\n").or_else(|| content.strip_prefix(b"\n"))?;
        let (content, after) = content.split_at_checked(length)?;
        after.trim_ascii_start().starts_with(b"endstream").then_some(content)
    }
}

/// Takes from a stream the copy of its content, which would double the memory a file needs. One byte stays, because lopdf
/// reads a stream again that seems empty.
#[allow(clippy::unnecessary_wraps, reason = "lopdf asks for this signature; `None` would drop the object")]
fn without_content(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    if let Object::Stream(stream) = object {
        stream.content = vec![0];
    }
    Some((id, Object::Null))
}

fn inflate(compressed: &[u8], bytes_max: usize, inflated: &mut Vec<u8>) -> Result<(), BadExport> {
    let mut inflater = Decompressor::new();
    let mut size =
        inflated.capacity().max(compressed.len().saturating_mul(8)).clamp(4_096, bytes_max.max(4_096));
    loop {
        inflated.resize(size, 0);
        match inflater.zlib_decompress(compressed, inflated) {
            Ok(length) => {
                inflated.truncate(length);
                return Ok(());
            }
            Err(DecompressionError::InsufficientSpace) if size < bytes_max => {
                size = size.saturating_mul(4).min(bytes_max);
            }
            Err(DecompressionError::InsufficientSpace) => {
                return Err(BadExport::new(format!("a stream inflates to more than {bytes_max} bytes")));
            }
            Err(DecompressionError::BadData) => return Err(BadExport::new("a compressed stream is damaged")),
        }
    }
}
