//! Starts Chromium in a process group of its own that cannot outlive us.
//!
//! chromiumoxide can launch a browser too, but not in its own process group; so we spawn it, read the address of its
//! debugging socket from its first lines, and let chromiumoxide connect.

use std::{
    path::{Path, PathBuf},
    process::Stdio,
};

use tokio::{
    io::{AsyncBufReadExt, BufReader},
    process::{Child, ChildStderr, ChildStdin, Command},
};

use crate::{ErpConfig, ErpError};

/// Where a Chromium usually is, the distribution's own first.
const CANDIDATES: [&str; 6] = [
    "/usr/bin/chromium",
    "/usr/bin/chromium-browser",
    "/usr/lib/chromium/chromium",
    "/usr/bin/google-chrome-stable",
    "/usr/bin/google-chrome",
    "/snap/bin/chromium",
];

/// Runs the browser with a watcher beside it in the same process group: when our end of the watcher's pipe closes,
/// because we were killed, the watcher kills the group. Killing the group kills the watcher too.
const WATCHED: &str =
    r#"exec 3<&0 0</dev/null; { read -r _; kill -KILL 0; } <&3 >/dev/null 2>&1 & exec 3<&-; exec "$0" "$@""#;

/// A Chromium process that listens.
pub(crate) struct Chromium {
    /// The process; its id is also that of its group.
    pub(crate) child: Child,
    /// The process group.
    pub(crate) group: rustix::process::Pid,
    /// Where chromiumoxide connects.
    pub(crate) socket: String,
    /// Our end of the watcher's pipe; closing it kills the group.
    pub(crate) leash: ChildStdin,
}

/// The Chromium to run.
pub(crate) fn executable(config: &ErpConfig) -> Result<PathBuf, ErpError> {
    let found = match &config.chromium {
        Some(path) => Some(path.clone()).filter(|path| path.is_file()),
        None => CANDIDATES.iter().map(PathBuf::from).find(|path| path.is_file()),
    };
    found.ok_or_else(|| {
        ErpError::browser("no Chromium found on this system; install it or configure its path")
    })
}

/// Starts a Chromium with its profile below `folder` and waits until it listens.
pub(crate) async fn launch(config: &ErpConfig, folder: &Path) -> Result<Chromium, ErpError> {
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", WATCHED])
        .arg(executable(config)?)
        .args(flags(config, folder))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .process_group(0)
        .kill_on_drop(true);
    let mut child =
        command.spawn().map_err(|error| ErpError::browser(format!("cannot be started: {error}")))?;
    let group = child
        .id()
        .and_then(|id| rustix::process::Pid::from_raw(id.cast_signed()))
        .expect("a child that was just spawned has an id");
    let leash = child.stdin.take().expect("stdin was piped");
    let output = child.stderr.take().expect("stderr was piped");
    match tokio::time::timeout(config.limits.launch, debugging_socket(output)).await {
        Ok(Ok(socket)) => Ok(Chromium { child, group, socket, leash }),
        Ok(Err(error)) => Err(discard(child, group, error).await),
        Err(_) => Err(discard(child, group, ErpError::browser("did not start in time")).await),
    }
}

async fn discard(mut child: Child, group: rustix::process::Pid, error: ErpError) -> ErpError {
    kill_group(group);
    // A failed wait leaves nothing to do: the process is dead and the runtime reaps it.
    let _ = child.wait().await;
    error
}

/// Kills every process of the group at once. A group that is already gone is fine.
pub(crate) fn kill_group(group: rustix::process::Pid) {
    if let Err(error) = rustix::process::kill_process_group(group, rustix::process::Signal::KILL)
        && error != rustix::io::Errno::SRCH
    {
        tracing::warn!(%error, "the browser's process group could not be killed");
    }
}

/// Reads Chromium's output up to the line that names its socket; then keeps reading, so that it never blocks on a full pipe.
async fn debugging_socket(output: ChildStderr) -> Result<String, ErpError> {
    let mut lines = BufReader::new(output).lines();
    let mut said = String::new();
    loop {
        match lines.next_line().await {
            Ok(Some(line)) => {
                if let Some((_, socket)) = line.split_once("DevTools listening on ") {
                    let socket = socket.trim().to_owned();
                    tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
                    return Ok(socket);
                }
                if said.len() < 2_000 {
                    said.push_str(&line);
                    said.push('\n');
                }
            }
            Ok(None) | Err(_) => {
                return Err(ErpError::browser(format!("ended while starting: {}", said.trim())));
            }
        }
    }
}

fn flags(config: &ErpConfig, folder: &Path) -> Vec<String> {
    let mut flags: Vec<String> = [
        "--headless=new",
        "--remote-debugging-port=0",
        "--lang=it-IT",
        "--accept-lang=it-IT,it",
        "--window-size=1440,900",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-background-timer-throttling",
        // A page in that cache is frozen in the middle of our question and never answers it.
        "--disable-back-forward-cache",
        "--disable-backgrounding-occluded-windows",
        "--disable-renderer-backgrounding",
        "--disable-breakpad",
        "--disable-crash-reporter",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-dev-shm-usage",
        "--disable-extensions",
        "--disable-gpu",
        "--disable-hang-monitor",
        // All requests of a page would share one connection, and be repeated when it is cut.
        "--disable-http2",
        "--disable-quic",
        "--disable-popup-blocking",
        "--disable-sync",
        "--disable-features=BackForwardCache,Translate,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,OptimizationHints",
        "--hide-scrollbars",
        "--metrics-recording-only",
        "--mute-audio",
        "--password-store=basic",
        "--use-mock-keychain",
    ]
    .map(str::to_owned)
    .to_vec();
    flags.push(format!("--user-data-dir={}", folder.join("profile").display()));
    if !config.sandbox {
        flags.extend(["--no-sandbox".to_owned(), "--disable-setuid-sandbox".to_owned()]);
    }
    flags
}
