//! Finds the committed inputs.

use std::{fs, path::Path};

use serde::Deserialize;

/// Texts as a document would have shown them, and what should come of them.
#[derive(Clone, Deserialize)]
pub(crate) struct Case {
    pub(crate) kind: String,
    pub(crate) titles: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
    /// How many records, unless it is refused.
    #[serde(default)]
    pub(crate) kept: usize,
    /// Words of the refusal.
    pub(crate) refused: Option<String>,
}

fn named(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fuzz/corpus").join(folder);
    let entries =
        fs::read_dir(folder).expect("the corpus is there").map(|entry| entry.expect("a file").path());
    let mut files: Vec<_> = entries
        .map(|path| {
            let name = path.file_stem().expect("a name").to_string_lossy().into_owned();
            (name, fs::read(&path).expect("a file"))
        })
        .collect();
    files.sort();
    files
}

/// The files, by name.
pub(crate) fn files() -> Vec<(String, Vec<u8>)> {
    named("pdf")
}

/// The tables of texts, by name.
pub(crate) fn rows() -> Vec<(String, Case)> {
    let case = |(name, bytes): (String, Vec<u8>)| {
        let case = serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        (name, case)
    };
    named("rows").into_iter().map(case).collect()
}
