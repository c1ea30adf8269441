//! Builds the product and starts it beside the simulated ERP.

use std::{
    net::TcpListener,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use anyhow::{Context, Result, bail};
use cargo_metadata::MetadataCommand;

use crate::{
    process::{Service, run},
    setup::{chromium, path_with_tools},
};

/// How long each service may take from start to its first answer. A cold disk needs some seconds, never this long.
const READY_SECONDS_MAX: u64 = 60;

/// Which build of the product is meant.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Profile {
    /// Quick to compile.
    Dev,
    /// What is measured and deployed.
    Release,
}

/// The workspace's root folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask lies in the workspace")
}

/// Where cargo puts what it builds.
pub(crate) fn target_folder() -> Result<PathBuf> {
    let metadata = MetadataCommand::new().manifest_path(root().join("Cargo.toml")).no_deps().exec()?;
    Ok(metadata.target_directory.into())
}

/// The compiled program `name`.
pub(crate) fn binary(name: &str, profile: Profile) -> Result<PathBuf> {
    let folder = match profile {
        Profile::Dev => "debug",
        Profile::Release => "release",
    };
    Ok(target_folder()?.join(folder).join(name))
}

/// Builds the browser's part, the server and the simulated ERP.
pub(crate) fn build(profile: Profile) -> Result<()> {
    let flags: &[&str] = match profile {
        Profile::Dev => &[],
        Profile::Release => &["--release"],
    };
    let mut leptos = Command::new("cargo");
    leptos.args(["leptos", "build"]).args(flags);
    if profile == Profile::Release {
        leptos.arg("--precompress");
    }
    run(leptos.current_dir(root()).env("PATH", path_with_tools()?))?;
    run(Command::new("cargo").args(["build", "--package", "erp-sim"]).args(flags).current_dir(root()))
}

/// How the pair is started.
pub(crate) struct StackOptions {
    /// Which build.
    pub(crate) profile: Profile,
    /// Port of the server on 127.0.0.1.
    pub(crate) port: u16,
    /// Port of the simulated ERP on 127.0.0.1.
    pub(crate) erp_port: u16,
    /// Where the server keeps its data.
    pub(crate) data: PathBuf,
    /// Further words for the simulated ERP.
    pub(crate) erp_arguments: Vec<String>,
    /// Further settings of the server.
    pub(crate) server_settings: Vec<(String, String)>,
}

/// The simulated ERP and the server, both answering. Dropping it stops the server first, then the ERP.
pub(crate) struct Stack {
    server: Service,
    erp: Service,
}

impl Stack {
    /// Starts both and waits until both answer.
    pub(crate) fn start(options: &StackOptions) -> Result<Self> {
        ensure_free(options.erp_port, "--erp-port")?;
        ensure_free(options.port, "--port")?;
        let mut erp = Service::start("the simulated ERP", &mut erp_command(options)?)?;
        let limit = Duration::from_secs(READY_SECONDS_MAX);
        erp.wait_until_ready(&format!("http://127.0.0.1:{}/_sim/health", options.erp_port), limit)?;
        let mut server = Service::start("the server", &mut server_command(options)?)?;
        server.wait_until_ready(&format!("http://127.0.0.1:{}/readyz", options.port), limit)?;
        Ok(Self { server, erp })
    }

    /// The number of the server's process.
    pub(crate) fn server_process(&self) -> u32 {
        self.server.process()
    }

    /// An error when one of the two has ended by itself.
    pub(crate) fn check(&mut self) -> Result<()> {
        self.server.check()?;
        self.erp.check()
    }
}

/// A port on 127.0.0.1 that nothing uses at this moment.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port())
}

fn ensure_free(port: u16, flag: &str) -> Result<()> {
    if TcpListener::bind(("127.0.0.1", port)).is_err() {
        bail!("port {port} on 127.0.0.1 is in use. Stop what uses it, or choose another with {flag}");
    }
    Ok(())
}

fn erp_command(options: &StackOptions) -> Result<Command> {
    let mut command = Command::new(binary("erp-sim", options.profile)?);
    command.args(["--port", &options.erp_port.to_string()]).args(&options.erp_arguments);
    Ok(command)
}

fn server_command(options: &StackOptions) -> Result<Command> {
    let mut command = Command::new(binary("server", options.profile)?);
    command
        .current_dir(root())
        .env("ARCHIBALD_DEMO", "true")
        .env("ARCHIBALD_LISTEN", format!("127.0.0.1:{}", options.port))
        .env("ARCHIBALD_METRICS_LISTEN", "127.0.0.1:0")
        .env("ARCHIBALD_DATA", &options.data)
        .env("ARCHIBALD_ERP_URL", format!("http://127.0.0.1:{}/Archibald", options.erp_port))
        .env("ARCHIBALD_ERP_CHROMIUM", chromium().context("Chromium is missing: run `cargo xtask setup`")?)
        .env("LEPTOS_SITE_ROOT", root().join("target/site"))
        .envs(options.server_settings.iter().cloned());
    if rustix::process::geteuid().is_root() {
        command.env("ARCHIBALD_ERP_SANDBOX", "false");
    }
    Ok(command)
}
