//! Measures the reader of exports beside four other tools, on the same generated files, in one interleaved batch.
//!
//! Everything is a process of its own, started cold, and the same script takes its processor time and peak memory. Ratios
//! within a run are what counts: the machines are noisy, and the tools share the noise. The Python tools live in a virtual
//! environment below the target folder; a tool that cannot be had is left out and named.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};
use clap::Args;
use serde::Deserialize;

use crate::{
    process::{find_in_path, run},
    stack::{Profile, binary, root, target_folder},
};

/// How the other tools are called and timed.
const SCRIPT: &str = include_str!("read_tables.py");
/// The Python packages of three of them.
const PACKAGES: [&str; 3] = ["pdfplumber", "pymupdf", "pypdfium2"];
/// Pages pdfplumber reads; the rest is extrapolated, because a whole export takes it minutes.
const PDFPLUMBER_PAGES: u32 = 16;
/// Customers whose export has at least 15,000 pages.
const LARGE_CUSTOMERS: usize = 56_600;
/// See [`LARGE_CUSTOMERS`].
const LARGE_PAGES: u32 = 15_000;

#[derive(Args)]
pub(crate) struct Options {
    /// How often every tool reads the customers
    #[arg(long, default_value_t = 7)]
    rounds: usize,
    /// Leave out the other tools
    #[arg(long)]
    alone: bool,
}

/// What one reading cost.
#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "camelCase")]
struct Cost {
    cpu_seconds: f64,
    peak_mib: f64,
    #[serde(default)]
    pages: u32,
    found: u64,
}

/// All readings of one tool.
struct Tool {
    name: &'static str,
    costs: Vec<Cost>,
    /// Why it could not be measured.
    missing: Option<String>,
}

impl Tool {
    fn new(name: &'static str) -> Self {
        Self { name, costs: Vec::new(), missing: None }
    }

    /// Median and minimum of the processor time, and the largest memory.
    fn figures(&self) -> Option<(f64, f64, f64)> {
        let mut seconds: Vec<f64> = self.costs.iter().map(|cost| cost.cpu_seconds).collect();
        seconds.sort_by(f64::total_cmp);
        let peak = self.costs.iter().map(|cost| cost.peak_mib).fold(0.0, f64::max);
        Some((*seconds.get(seconds.len() / 2)?, *seconds.first()?, peak))
    }
}

/// Builds, generates, measures, prints one table and the targets.
pub(crate) fn run_all(options: &Options) -> Result<()> {
    let bench = Bench::prepare(options)?;
    let customers = bench.generate("export", &[])?.join("customers.pdf");
    let pages = page_count(&customers)?;
    let tools = bench.measure(&customers, pages, options)?;
    print_table(&tools, pages, options.rounds);
    let others = bench.six()?;
    let large = bench.large()?;
    let met = verdicts(&tools, large);
    println!("\n{others}");
    if met { Ok(()) } else { bail!("a target was missed, see above") }
}

/// What is needed to measure.
struct Bench {
    folder: PathBuf,
    script: PathBuf,
    python: PathBuf,
    reader: PathBuf,
    floor: PathBuf,
    simulator: PathBuf,
}

impl Bench {
    fn prepare(options: &Options) -> Result<Self> {
        let cargo = |arguments: &[&str]| {
            run(Command::new("cargo").args(["build", "--release"]).args(arguments).current_dir(root()))
        };
        cargo(&["--package", "erp-sim"])?;
        cargo(&["--package", "erp", "--example", "parse_export", "--example", "parse_floor"])?;
        let folder = target_folder()?.join("bench-parse");
        fs::create_dir_all(&folder)?;
        let script = folder.join("read_tables.py");
        fs::write(&script, SCRIPT)?;
        let python = find_in_path("python3").context("python3 takes the time of all readers; install it")?;
        let python = if options.alone { python } else { with_packages(&python, &folder)? };
        let reader = binary("examples/parse_export", Profile::Release)?;
        let floor = binary("examples/parse_floor", Profile::Release)?;
        let simulator = binary("erp-sim", Profile::Release)?;
        Ok(Self { folder, script, python, reader, floor, simulator })
    }

    /// Writes the six exports of a world into a folder of their own.
    fn generate(&self, name: &str, world: &[&str]) -> Result<PathBuf> {
        let folder = self.folder.join(name);
        fs::create_dir_all(&folder)?;
        run(Command::new(&self.simulator).args(world).arg("--write-exports").arg(&folder))?;
        Ok(folder)
    }

    /// Reads the file in turn with every tool, round by round.
    fn measure(&self, file: &Path, pages: u32, options: &Options) -> Result<Vec<Tool>> {
        let mut ours = Tool::new("this reader, cold process");
        let mut floor = Tool::new("floor: inflate and walk");
        let mut others = if options.alone {
            Vec::new()
        } else {
            ["pymupdf", "pypdfium2", "pdftotext"].map(Tool::new).into_iter().collect()
        };
        for _ in 0..options.rounds {
            ours.costs.push(self.read_with_ours("customers", file)?);
            floor.costs.push(self.command(file, &self.floor, &[])?);
            for tool in others.iter_mut().filter(|tool| tool.missing.is_none()) {
                match self.python(&[tool.name, &file.to_string_lossy()]) {
                    Ok(cost) => tool.costs.push(cost),
                    Err(error) => tool.missing = Some(format!("{error:#}")),
                }
            }
        }
        if !options.alone {
            others.push(self.pdfplumber(file, pages));
        }
        let mut tools = vec![ours, floor];
        tools.extend(others);
        Ok(tools)
    }

    /// Once, on some pages, extrapolated to all of them; starting it is not extrapolated.
    fn pdfplumber(&self, file: &Path, pages: u32) -> Tool {
        let mut tool = Tool::new("pdfplumber tables");
        let part =
            |count: u32| self.python(&["pdfplumber", &file.to_string_lossy(), "--pages", &count.to_string()]);
        match part(1).and_then(|one| Ok((one, part(PDFPLUMBER_PAGES)?))) {
            Ok((one, some)) => {
                let per_page = (some.cpu_seconds - one.cpu_seconds) / f64::from(PDFPLUMBER_PAGES - 1);
                let cpu_seconds = one.cpu_seconds + per_page * f64::from(pages - 1);
                tool.costs.push(Cost { cpu_seconds, ..some });
            }
            Err(error) => tool.missing = Some(format!("{error:#}")),
        }
        tool
    }

    fn read_with_ours(&self, kind: &str, file: &Path) -> Result<Cost> {
        self.command(file, &self.reader, &[kind])
    }

    fn command(&self, file: &Path, program: &Path, arguments: &[&str]) -> Result<Cost> {
        let program = program.to_string_lossy();
        let words = ["command", &*file.to_string_lossy(), "--", &*program];
        self.python(&[&words[..], arguments].concat())
    }

    fn python(&self, arguments: &[&str]) -> Result<Cost> {
        let output = Command::new(&self.python).arg(&self.script).args(arguments).output()?;
        if !output.status.success() {
            let trouble = String::from_utf8_lossy(&output.stderr);
            bail!("{}", trouble.trim().lines().last().unwrap_or("it failed without a word"));
        }
        serde_json::from_slice(&output.stdout).context("the script's answer is malformed")
    }

    /// What reading each of the six exports costs.
    fn six(&self) -> Result<String> {
        let folder = self.folder.join("export");
        let mut lines = vec!["| export | pages | rows | CPU ms | MiB |\n|---|---|---|---|---|".to_owned()];
        for kind in ["customers", "products", "prices", "orders", "ddt", "invoices"] {
            let file = folder.join(format!("{kind}.pdf"));
            let cost = self.read_with_ours(kind, &file)?;
            let (pages, milliseconds) = (page_count(&file)?, cost.cpu_seconds * 1_000.0);
            // The last line of the answer is its summary.
            let (rows, peak) = (cost.found - 1, cost.peak_mib);
            lines.push(format!("| {kind} | {pages} | {rows} | {milliseconds:.0} | {peak:.1} |"));
        }
        Ok(lines.join("\n"))
    }

    /// The reader on an export of many pages.
    fn large(&self) -> Result<Cost> {
        let customers = LARGE_CUSTOMERS.to_string();
        let world = ["--customers", &customers, "--products", "10", "--prices", "10", "--orders", "10"];
        let file = self.generate("large", &world)?.join("customers.pdf");
        let pages = page_count(&file)?;
        if pages < LARGE_PAGES {
            bail!("the large export has only {pages} pages");
        }
        let cost = self.read_with_ours("customers", &file)?;
        if cost.found as usize != LARGE_CUSTOMERS + 1 {
            bail!("{} lines came of {LARGE_CUSTOMERS} customers", cost.found);
        }
        fs::remove_file(&file)?;
        Ok(Cost { pages, ..cost })
    }
}

/// A Python that has the packages, in an environment of its own.
fn with_packages(python: &Path, folder: &Path) -> Result<PathBuf> {
    let environment = folder.join("python");
    let inside = environment.join("bin/python");
    if !inside.exists() {
        run(Command::new(python).args(["-m", "venv"]).arg(&environment))?;
    }
    let installed = run(Command::new(&inside).args(["-m", "pip", "install", "--quiet"]).args(PACKAGES));
    if let Err(error) = installed {
        println!("{error:#}; what is missing is named below");
    }
    Ok(inside)
}

fn page_count(file: &Path) -> Result<u32> {
    let bytes = fs::read(file)?;
    const PAGE: &[u8] = b"/Type/Page/";
    Ok(bytes.windows(PAGE.len()).filter(|window| *window == PAGE).count() as u32)
}

fn print_table(tools: &[Tool], pages: u32, rounds: usize) {
    println!(
        "\ncustomers, {pages} pages, {rounds} rounds; pdfplumber: {PDFPLUMBER_PAGES} pages, extrapolated\n"
    );
    println!("| reader | CPU s, median | fastest | MiB | × this reader |\n|---|---|---|---|---|");
    let ours = tools[0].figures().map_or(f64::NAN, |(median, _, _)| median);
    for tool in tools {
        match (tool.figures(), &tool.missing) {
            (Some((median, fastest, peak)), _) => {
                let ratio = median / ours;
                println!("| {} | {median:.3} | {fastest:.3} | {peak:.1} | {ratio:.1} |", tool.name);
            }
            (None, why) => {
                println!("| {} | – | – | – | not measured: {} |", tool.name, why.as_deref().unwrap_or(""));
            }
        }
    }
}

/// What a figure should be.
enum Target {
    AtMost(f64),
    AtLeast(f64),
}

/// Compares with the targets; whether all that could be measured are met.
fn verdicts(tools: &[Tool], large: Cost) -> bool {
    let median = |name: &str| {
        let tool = tools.iter().find(|tool| tool.name.starts_with(name));
        tool.and_then(Tool::figures).map(|(median, _, _)| median)
    };
    let (Some((ours, _, peak)), Some(floor)) = (tools[0].figures(), median("floor")) else { return false };
    let mut all = true;
    let mut check = |what: &str, figure: Option<f64>, target: Target| {
        let Some(figure) = figure else { return println!("{what}: not measured") };
        let (is_met, word, bound) = match target {
            Target::AtMost(bound) => (figure <= bound, "at most", bound),
            Target::AtLeast(bound) => (figure >= bound, "at least", bound),
        };
        all &= is_met;
        println!("{what}: {figure:.1}, {word} {bound}: {}", if is_met { "met" } else { "MISSED" });
    };
    let faster_than = |name: &str| median(name).map(|other| other / ours);
    println!();
    check("times the floor", Some(ours / floor), Target::AtMost(2.0));
    check("times faster than PyMuPDF's words", faster_than("pymupdf"), Target::AtLeast(7.0));
    check("times faster than pdftotext -bbox", faster_than("pdftotext"), Target::AtLeast(80.0));
    check("times faster than pdfplumber's tables", faster_than("pdfplumber"), Target::AtLeast(1_000.0));
    check("MiB for 1,452 customers", Some(peak), Target::AtMost(30.0));
    check(&format!("MiB for {} pages", large.pages), Some(large.peak_mib), Target::AtMost(150.0));
    println!("{} pages: {:.2} s of processor time", large.pages, large.cpu_seconds);
    all
}
