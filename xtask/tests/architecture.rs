//! Holds the workspace to the rules that ARCHITECTURE.md states.

#![allow(clippy::unwrap_used, reason = "a rule that cannot be read is a failed test")]

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use cargo_metadata::{DependencyKind, MetadataCommand};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

struct Rule {
    may: BTreeSet<String>,
    must_never: BTreeSet<String>,
}

/// Reads the table under "Who may import whom": names in backticks, crate by crate.
fn rules() -> BTreeMap<String, Rule> {
    let page = fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let names = |cell: &str| cell.split('`').skip(1).step_by(2).map(str::to_owned).collect::<BTreeSet<_>>();
    let table = page.split("## Who may import whom").nth(1).unwrap().split("\n## ").next().unwrap();
    table
        .lines()
        .filter(|line| line.starts_with("| `"))
        .map(|line| {
            let cells: Vec<&str> = line.trim_matches('|').split('|').collect();
            let name = names(cells[0]).pop_first().unwrap();
            (name, Rule { may: names(cells[1]), must_never: names(cells[2]) })
        })
        .collect()
}

/// Each workspace crate with the names of its normal dependencies (tests may use more).
fn dependencies() -> BTreeMap<String, BTreeSet<String>> {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec().unwrap();
    let normal = |package: &cargo_metadata::Package| {
        let kinds =
            package.dependencies.iter().filter(|dependency| dependency.kind == DependencyKind::Normal);
        kinds.map(|dependency| dependency.name.clone()).collect()
    };
    metadata.packages.iter().map(|package| (package.name.to_string(), normal(package))).collect()
}

#[test]
fn every_crate_imports_only_what_the_table_allows() {
    let rules = rules();
    let crates = dependencies();
    let ours: BTreeSet<&String> = crates.keys().collect();
    for (name, imports) in &crates {
        let rule = rules.get(name).unwrap_or_else(|| panic!("ARCHITECTURE.md has no row for `{name}`"));
        for import in imports {
            assert!(!rule.must_never.contains(import), "`{name}` must never import `{import}`");
            let known = !ours.contains(import) || rule.may.contains(import);
            assert!(known, "`{name}` imports `{import}`, which its row in ARCHITECTURE.md does not allow");
        }
    }
    assert_eq!(rules.keys().collect::<BTreeSet<_>>(), ours, "the table names exactly the crates there are");
}

fn source_files(extensions: &[&str]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![root().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            if path.is_dir() {
                if !matches!(
                    name.as_str(),
                    "target" | "node_modules" | "test-results" | "playwright-report" | ".git" | "data"
                ) {
                    folders.push(path);
                }
            } else if extensions.iter().any(|extension| name.ends_with(extension)) {
                files.push(path);
            }
        }
    }
    files
}

#[test]
fn no_source_file_has_more_than_600_lines() {
    let too_long: Vec<String> = source_files(&[".rs", ".ts", ".css", ".js"])
        .iter()
        .map(|file| (file, fs::read_to_string(file).unwrap().lines().count()))
        .filter(|(_, lines)| *lines > 600)
        .map(|(file, lines)| format!("{} has {lines}", file.display()))
        .collect();
    assert!(too_long.is_empty(), "split what is not one thing: {too_long:#?}");
}

#[test]
fn no_end_to_end_test_waits_for_a_fixed_time() {
    let pattern = concat!("waitFor", "Timeout(");
    let sleepers: Vec<_> = source_files(&[".ts"])
        .into_iter()
        .filter(|file| fs::read_to_string(file).unwrap().contains(pattern))
        .collect();
    assert!(sleepers.is_empty(), "wait for what should be seen instead: {sleepers:?}");
}

#[test]
fn every_crate_begins_with_a_sentence_that_says_what_it_does() {
    let roots = source_files(&["src/lib.rs", "src/main.rs", "lib.rs", "main.rs"]);
    let silent: Vec<_> =
        roots.into_iter().filter(|file| !fs::read_to_string(file).unwrap().starts_with("//! ")).collect();
    assert!(silent.is_empty(), "{silent:?}");
}
