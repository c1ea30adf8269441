//! Runs every check in one go and closes with one line of counts.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::{
    e2e::{self, Counts},
    process::run as run_command,
    setup::{self, Need, path_with_tools},
    stack::{self, Profile, root},
    steps::Steps,
};

#[derive(Args)]
pub(crate) struct Options {
    /// Leave out the end-to-end tests
    #[arg(long)]
    no_e2e: bool,
}

/// Runs all steps; the closing line counts every test that ran, and any failure is an error.
pub(crate) fn run(options: &Options) -> Result<()> {
    let mut steps = Steps::new(if options.no_e2e { 5 } else { 7 });
    steps.step("Tools", "14 min", || setup::install(Need::Everything))?;
    steps.step("Format", "2 s", || cargo(&["fmt", "--all", "--check"]))?;
    steps.step("Clippy", "4 min", clippy)?;
    steps.step("The browser's build", "2 min", wasm_check)?;
    let (outcome, mut counts) = steps.step("Unit and integration tests", "8 min", nextest)?;
    let mut outcomes = vec![outcome];
    if !options.no_e2e {
        steps.step("Build", "6 min", || stack::build(Profile::Dev))?;
        let (outcome, end_to_end) = steps.step("End-to-end tests", "2 min", || e2e::playwright(&[]))?;
        outcomes.push(outcome);
        counts.passed += end_to_end.passed;
        counts.failed += end_to_end.failed;
        counts.skipped += end_to_end.skipped;
    }
    println!("\n{} passed, {} failed, {} skipped", counts.passed, counts.failed, counts.skipped);
    outcomes.into_iter().collect()
}

fn cargo(arguments: &[&str]) -> Result<()> {
    run_command(Command::new("cargo").args(arguments).current_dir(root()))
}

fn clippy() -> Result<()> {
    // The frontend exists only for WebAssembly, and `app` there has other features than under the server.
    cargo(&["clippy", "--workspace", "--exclude", "frontend", "--all-targets", "--", "--deny", "warnings"])?;
    cargo(&["clippy", "--package", "frontend", "--target", WASM, "--", "--deny", "warnings"])
}

const WASM: &str = "wasm32-unknown-unknown";

fn wasm_check() -> Result<()> {
    cargo(&["check", "--package", "app", "--features", "hydrate", "--target", WASM])
}

/// Runs nextest and reads its closing line: whether all passed, and the counts.
fn nextest() -> Result<(Result<()>, Counts)> {
    let mut command = Command::new("cargo");
    command
        // The crash matrix is one of the tests; the end-to-end tests build the server anew, as it is shipped.
        .args(["nextest", "run", "--workspace", "--exclude", "frontend", "--no-fail-fast"])
        .args(["--features", "server/failpoints"])
        .current_dir(root())
        .env("PATH", path_with_tools()?)
        .stderr(Stdio::piped());
    let mut child = command.spawn().context("cannot start cargo nextest")?;
    let lines = BufReader::new(child.stderr.take().context("stderr is piped")?).lines();
    let mut counts = None;
    for line in lines {
        let line = line?;
        eprintln!("{line}");
        counts = summary(&line).or(counts);
    }
    let status = child.wait()?;
    let counts = counts.context("nextest printed no summary: its build failed")?;
    let outcome =
        if status.success() { Ok(()) } else { Err(anyhow::anyhow!("{} tests failed", counts.failed)) };
    if counts.passed + counts.failed == 0 {
        bail!("nextest ran no test");
    }
    Ok((outcome, counts))
}

/// Reads `Summary [ 3.2s] 412 tests run: 410 passed (1 slow), 2 failed, 3 skipped`, with or without colours.
fn summary(line: &str) -> Option<Counts> {
    let plain = without_colours(line);
    let (_, counts) = plain.split_once("tests run:").or_else(|| plain.split_once("test run:"))?;
    let number = |word: &str| {
        counts
            .split(',')
            .find(|part| part.contains(word))
            .and_then(|part| part.split_whitespace().next().and_then(|digits| digits.parse::<u64>().ok()))
    };
    Some(Counts {
        passed: number("passed").unwrap_or(0),
        failed: number("failed").unwrap_or(0) + number("timed out").unwrap_or(0),
        skipped: number("skipped").unwrap_or(0),
    })
}

fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, escape)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = escape.split_once('m').map_or("", |(_, after)| after);
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_of_nextest_is_read_with_and_without_colours() {
        let plain = "     Summary [   3.245s] 412 tests run: 410 passed (1 slow), 2 failed, 3 skipped";
        let coloured = "\u{1b}[32;1m     Summary\u{1b}[0m [   3.245s] \u{1b}[1m412\u{1b}[0m tests run: \u{1b}[1m410\u{1b}[0m \
                        \u{1b}[32;1mpassed\u{1b}[0m (1 slow), 2 failed, 3 skipped";
        let expected = Counts { passed: 410, failed: 2, skipped: 3 };
        assert!(summary(plain) == Some(expected) && summary(coloured) == Some(expected));
        assert!(summary("    Starting 412 tests across 20 binaries").is_none());
    }
}
