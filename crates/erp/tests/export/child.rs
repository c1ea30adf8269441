//! Runs the reader as the server does, in a process of its own.

use std::{path::PathBuf, time::Duration};

use domain::{Customer, Export};
use erp::export::{BadExport, ChildLimits, Limits, child::parse_in_child, read};

use crate::{columns::CUSTOMERS, hostile, support::file};

/// The example that serves as the child; it is built together with the tests.
fn reader() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows where it is");
    let profile = test.ancestors().nth(2).expect("tests are two folders down");
    let reader = profile.join("examples/parse_export");
    assert!(reader.exists(), "build the example first: cargo build -p erp --example parse_export");
    reader
}

async fn parse(bytes: &[u8], limits: &ChildLimits) -> Result<Export<Customer>, BadExport> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("export.pdf");
    std::fs::write(&path, bytes).expect("a file can be written");
    parse_in_child::<Customer>(&reader(), &[] as &[&str], &path, limits).await
}

#[tokio::test]
async fn a_child_reads_the_same_as_this_process() {
    let file = file(&CUSTOMERS, 300, |_| {});
    let there = parse(&file, &ChildLimits::default()).await.expect("the file is whole");
    let here = read::<Customer>(&file, &Limits::default()).expect("the file is whole");
    assert_eq!(there, here);
}

#[tokio::test]
async fn a_refusal_comes_with_its_page() {
    let file = file(&CUSTOMERS, 100, |table| table.rows[99][0] = table.rows[3][0].clone());
    let bad = parse(&file, &ChildLimits::default()).await.expect_err("a key occurs twice");
    assert_eq!(bad.page, Some(33));
    assert!(bad.reason.contains("twice"), "{bad}");
}

#[tokio::test]
async fn hostile_files_harm_only_the_child() {
    for (name, bytes) in hostile::files() {
        let bad = parse(&bytes, &ChildLimits::default()).await.expect_err(name);
        println!("{name}: {bad}");
    }
}

#[tokio::test]
async fn a_child_that_answers_too_much_is_refused() {
    let file = file(&CUSTOMERS, 300, |_| {});
    let limits = ChildLimits { output_bytes_max: 10_000, ..ChildLimits::default() };
    let bad = parse(&file, &limits).await.expect_err("300 rows are more than 10 KB");
    assert!(bad.reason.contains("10000 bytes"), "{bad}");
}

#[tokio::test]
async fn a_program_that_is_not_the_reader_is_never_taken_for_success() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("export.pdf");
    std::fs::write(&path, b"").expect("a file can be written");
    let limits = ChildLimits { wall_time: Duration::from_secs(1), ..ChildLimits::default() };
    let script = |text: &'static str| ["-c", text, "sh"];
    let shell = PathBuf::from("/bin/sh");
    for (text, reason) in [
        ("exit 0", "without an answer"),
        ("echo '{\"row\":'", "malformed"),
        ("echo -n '{\"end\":'", "without an answer"),
        ("kill -9 $$", "without an answer"),
        ("while true; do :; done", "longer than"),
    ] {
        let bad = parse_in_child::<Customer>(&shell, &script(text), &path, &limits).await;
        let bad = bad.expect_err("there is no summary");
        assert!(bad.reason.contains(reason), "{text}: {bad}");
    }
    let bad = parse_in_child::<Customer>(&folder.path().join("nobody"), &[] as &[&str], &path, &limits).await;
    assert!(bad.expect_err("there is no such program").reason.contains("started"));
}
