//! Throws damaged exports at the reader: a committed corpus first, then mutations of it for half a minute, from a new seed
//! each time. A file may be refused or read; it must not break the reader, take long, or be half of either.
//!
//! `FUZZ_SEED=<number>` replays one input, `FUZZ_SECONDS=<number>` searches longer. The input at hand always lies in the
//! test's temporary folder, so that one that ends the process can be found. `cargo run -p erp --example fuzz_corpus` writes
//! the corpus anew.

mod corpus;
mod mutate;
mod parts;
mod targets;

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use mutate::Seed;
use parts::Parts;

/// What one ordinary run spends on files, and half of it on rows.
const SECONDS_DEFAULT: u64 = 20;

/// Runs `attempt` with one seed after the other until the time is over; a seed that breaks it is named.
fn search(target: &str, seconds: u64, mut attempt: impl FnMut(&mut Seed)) {
    let setting = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let mut run = |seed: u64| {
        let tried = catch_unwind(AssertUnwindSafe(|| attempt(&mut Seed(seed))));
        assert!(
            tried.is_ok(),
            "an input breaks it; replay: FUZZ_SEED={seed} cargo test -p erp --test fuzz {target}"
        );
    };
    if let Some(seed) = setting("FUZZ_SEED") {
        return run(seed);
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("it is after 1970");
    let (first, limit) =
        (now.as_micros() as u64, Duration::from_secs(setting("FUZZ_SECONDS").unwrap_or(seconds)));
    let (began, mut tried) = (Instant::now(), 0);
    while began.elapsed() < limit {
        run(first + tried);
        tried += 1;
    }
    println!("{target}: {tried} inputs from seed {first}");
    assert!(tried > 0, "no input was tried");
}

/// Keeps the input at hand where it outlives the process.
fn keep(name: &str, input: &[u8]) {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::write(file, input).expect("the temporary folder can be written");
}

#[test]
fn the_corpus_of_files_is_read_or_refused_as_its_names_say() {
    let files = corpus::files();
    assert!(files.len() >= 14, "the corpus has only {} files", files.len());
    for (name, bytes) in files {
        let outcomes = targets::read_as_all(&bytes);
        match name.split_once('-') {
            Some(("sound", rest)) => {
                let (kind, rows) = rest.split_once('-').expect("sound-<kind>-<rows>");
                let read = outcomes.iter().find(|(other, _)| *other == kind).expect("a kind");
                assert_eq!(read.1, Ok(rows.parse().expect("a number")), "{name}");
            }
            Some(("refused", _)) => {
                for (kind, outcome) in outcomes {
                    let bad = outcome.expect_err(&name);
                    assert!(!bad.reason.is_empty(), "{name} as {kind}");
                }
            }
            _ => panic!("{name} does not say what should come of it"),
        }
    }
}

#[test]
fn the_corpus_of_rows_is_read_or_refused_as_it_says() {
    let cases = corpus::rows();
    assert!(cases.len() >= 8, "the corpus has only {} cases", cases.len());
    for (name, case) in cases {
        match (targets::read_rows_as(&case.kind, &case.titles, &case.rows), &case.refused) {
            (Ok(rows), None) => assert_eq!(rows, case.kept, "{name}"),
            (Err(bad), Some(reason)) => assert!(bad.reason.contains(reason.as_str()), "{name}: {bad}"),
            (outcome, refused) => panic!("{name}: {outcome:?}, expected refusal {refused:?}"),
        }
    }
}

#[test]
fn damaged_files_never_break_the_reader() {
    let corpus: Vec<Vec<u8>> = corpus::files().into_iter().map(|(_, bytes)| bytes).collect();
    let taken_apart: Vec<Parts> = corpus.iter().filter_map(|bytes| Parts::of(bytes)).collect();
    assert!(taken_apart.len() >= 6, "the sound files can be taken apart");
    search("damaged_files", SECONDS_DEFAULT, |seed| {
        let file = mutate::file(seed, &corpus, &taken_apart);
        keep("fuzz-file.pdf", &file);
        targets::file(seed, &file);
    });
}

#[test]
fn damaged_rows_never_break_the_maps() {
    let cases = corpus::rows();
    search("damaged_rows", SECONDS_DEFAULT / 2, |seed| {
        let (_, mut case) = seed.pick(&cases).clone();
        mutate::table(seed, &mut case.titles, &mut case.rows);
        targets::rows(&case.kind, &case.titles, &case.rows);
    });
}
