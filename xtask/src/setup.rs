//! Installs the tools that building, running and testing need, without root where root is not needed.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context, Result, bail};

use crate::{
    process::{find_in_path, output_of, run},
    stack::root,
    steps::Steps,
};

const CARGO_LEPTOS: &str = "0.3.11";
const WASM_BINDGEN: &str = "0.2.130";
const BINARYEN: &str = "132.0.0";
const NODE_MAJOR_MIN: u32 = 20;
const CHROMIUM_NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome"];
const CHROMIUM_MACOS: &str = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome";

/// What the tools are for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// Building and running the product, quickly compiled.
    Running,
    /// That, testing it, and building what is released.
    Everything,
}

/// Installs what is missing; what is there in the right version is left alone.
pub(crate) fn install(need: Need) -> Result<()> {
    let mut steps = Steps::new(if need == Need::Everything { 8 } else { 5 });
    steps.step("C compiler", "20 s", || system_package("cc", c_compiler, "build-essential"))?;
    steps.step("Chromium", "40 s", || system_package("Chromium", chromium, "chromium"))?;
    steps.step("Rust's WebAssembly target", "10 s", wasm_target)?;
    steps.step(&format!("wasm-bindgen {WASM_BINDGEN}"), "4 min", wasm_bindgen)?;
    steps.step(&format!("cargo-leptos {CARGO_LEPTOS}"), "8 min", cargo_leptos)?;
    if need == Need::Everything {
        steps.step("cargo-nextest", "6 min unless it is there", nextest)?;
        steps.step("Node.js and Playwright", "30 s", playwright)?;
        steps.step(&format!("wasm-opt of Binaryen {BINARYEN}"), "20 s", wasm_opt)?;
    }
    Ok(())
}

/// The Chromium that the product and its tests drive.
pub(crate) fn chromium() -> Option<PathBuf> {
    let named = env::var_os("CHROMIUM").map(PathBuf::from).filter(|file| file.is_file());
    let macos = || Some(PathBuf::from(CHROMIUM_MACOS)).filter(|file| file.is_file());
    named.or_else(|| CHROMIUM_NAMES.iter().find_map(|name| find_in_path(name))).or_else(macos)
}

/// The search path with our own tools in front.
pub(crate) fn path_with_tools() -> Result<std::ffi::OsString> {
    let ours = tools_folder()?.join("bin");
    let rest = env::var_os("PATH").unwrap_or_default();
    Ok(env::join_paths(std::iter::once(ours).chain(env::split_paths(&rest)))?)
}

/// Tools live outside the checkout, so that every checkout of this user shares them.
fn tools_folder() -> Result<PathBuf> {
    let cache = env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache = cache.or_else(|| env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
    Ok(cache.context("neither XDG_CACHE_HOME nor HOME is set")?.join("archibald-orders").join("tools"))
}

fn c_compiler() -> Option<PathBuf> {
    find_in_path("cc")
}

fn node() -> Option<PathBuf> {
    let file = find_in_path("node")?;
    let version = output_of(&file, &["--version"])?;
    let major: u32 = version.trim().strip_prefix('v')?.split('.').next()?.parse().ok()?;
    find_in_path("npm")?;
    (major >= NODE_MAJOR_MIN).then_some(file)
}

/// Takes a program from the system's package manager: by itself where it may, else with the exact command to type.
fn system_package(name: &str, find: fn() -> Option<PathBuf>, package: &str) -> Result<()> {
    if let Some(file) = find() {
        println!("{name}: {}", file.display());
        return Ok(());
    }
    let Some((manager, install)) = package_manager() else {
        bail!("{name} is missing. Install it with your system's package manager and run this again");
    };
    if !rustix::process::geteuid().is_root() && manager != "brew" {
        bail!("{name} is missing. Install it and run this again:\n\n    sudo {install} {package}\n");
    }
    if manager == "apt-get" {
        run(Command::new("apt-get").arg("update"))?;
    }
    let words: Vec<&str> = install.split(' ').chain(package.split(' ')).collect();
    run(Command::new(words[0]).args(&words[1..]).env("DEBIAN_FRONTEND", "noninteractive"))?;
    find().map(|_| ()).with_context(|| format!("{name} is still missing after: {install} {package}"))
}

fn package_manager() -> Option<(&'static str, &'static str)> {
    [
        ("apt-get", "apt-get install -y"),
        ("dnf", "dnf install -y"),
        ("pacman", "pacman -S --noconfirm"),
        ("zypper", "zypper install -y"),
        ("apk", "apk add"),
        ("brew", "brew install"),
    ]
    .into_iter()
    .find(|(manager, _)| find_in_path(manager).is_some())
}

fn wasm_target() -> Result<()> {
    let libraries = output_of("rustc", &["--print", "sysroot"]).context("rustc does not answer")?;
    if Path::new(libraries.trim()).join("lib/rustlib/wasm32-unknown-unknown").is_dir() {
        println!("wasm32-unknown-unknown is installed");
        return Ok(());
    }
    if find_in_path("rustup").is_none() {
        bail!(
            "the WebAssembly target is missing and rustup is not there to add it. Install Rust from rustup, or your \
             distribution's package of the standard library for wasm32-unknown-unknown"
        );
    }
    run(Command::new("rustup").args(["target", "add", "wasm32-unknown-unknown"]))
}

fn wasm_bindgen() -> Result<()> {
    // With --locked its lock file may name releases a registry mirror does not carry.
    cargo_tool("wasm-bindgen", &format!("wasm-bindgen {WASM_BINDGEN}"), "wasm-bindgen-cli", WASM_BINDGEN, &[])
}

fn cargo_leptos() -> Result<()> {
    // Without the released lock file a newer dependency may not build; that lock file asks for a newer Rust than it
    // needs. no_downloads: whatever is missing must fail here and not fetch binaries.
    let flags = ["--locked", "--ignore-rust-version", "--features", "no_downloads"];
    cargo_tool("cargo-leptos", CARGO_LEPTOS, "cargo-leptos", CARGO_LEPTOS, &flags)
}

/// Uses the tool of that version from the search path or our folder; else installs it into our folder.
fn cargo_tool(program: &str, says: &str, package: &str, version: &str, flags: &[&str]) -> Result<()> {
    let folder = tools_folder()?;
    let ours = folder.join("bin").join(program);
    let fits = |file: &Path| output_of(file, &["--version"]).is_some_and(|text| text.contains(says));
    if let Some(file) = find_in_path(program)
        .filter(|file| fits(file))
        .or_else(|| Some(ours.clone()).filter(|file| fits(file)))
    {
        println!("{package} {version}: {}", file.display());
        return Ok(());
    }
    if find_in_path("cargo-binstall").is_some() {
        let binstall = Command::new("cargo")
            .args(["binstall", "--no-confirm", "--disable-strategies", "compile", "--root"])
            .arg(&folder)
            .arg(format!("{package}@{version}"))
            .status();
        if binstall.is_ok_and(|status| status.success()) && fits(&ours) {
            return Ok(());
        }
        println!("no prebuilt {package} could be had; compiling it");
    }
    // A build folder of its own lets an interrupted installation resume; debug builds compile in half the time.
    let building = folder.with_file_name("tools-build");
    run(Command::new("cargo")
        .args(["install", package, "--version", version, "--debug", "--root"])
        .arg(&folder)
        .args(flags)
        .env("CARGO_TARGET_DIR", &building)
        .env("CARGO_PROFILE_DEV_DEBUG", "0"))?;
    if !fits(&ours) {
        bail!("{} does not answer as version {version}", ours.display());
    }
    std::fs::remove_dir_all(&building).or_else(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Ok(()),
        _ => Err(error).context("cannot remove the tools' build folder"),
    })
}

fn nextest() -> Result<()> {
    if output_of("cargo", &["nextest", "--version"]).is_some() {
        println!("cargo-nextest is installed");
        return Ok(());
    }
    let folder = tools_folder()?;
    if folder.join("bin/cargo-nextest").is_file() {
        println!("cargo-nextest: {}", folder.display());
        return Ok(());
    }
    run(Command::new("cargo")
        .args(["install", "cargo-nextest", "--locked", "--debug", "--root"])
        .arg(&folder)
        .env("CARGO_TARGET_DIR", folder.with_file_name("tools-build"))
        .env("CARGO_PROFILE_DEV_DEBUG", "0"))
}

fn playwright() -> Result<()> {
    system_package("Node.js", node, "nodejs npm")?;
    let folder = root().join("end2end");
    run(Command::new("npm")
        .args(["ci", "--no-audit", "--no-fund"])
        .current_dir(folder)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))
}

/// cargo-leptos insists on it for releases. The build for Node.js serves; compiling Binaryen takes many minutes.
fn wasm_opt() -> Result<()> {
    let folder = tools_folder()?;
    let program = folder.join("bin/wasm-opt");
    if let Some(file) =
        find_in_path("wasm-opt").or_else(|| Some(program.clone()).filter(|file| file.exists()))
    {
        println!("wasm-opt: {}", file.display());
        return Ok(());
    }
    let packages = folder.join("npm");
    std::fs::create_dir_all(&packages)?;
    run(Command::new("npm")
        .args(["install", "--no-audit", "--no-fund", "--no-save", "--prefix"])
        .arg(&packages)
        .arg(format!("binaryen@{BINARYEN}")))?;
    if program.symlink_metadata().is_ok() {
        std::fs::remove_file(&program)?;
    }
    std::os::unix::fs::symlink(packages.join("node_modules/.bin/wasm-opt"), &program)
        .with_context(|| format!("cannot make {}", program.display()))
}
