//! Watches one Chromium from its start to its last process.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use chromiumoxide::{Browser, error::CdpError, handler::HandlerConfig};
use futures::StreamExt;
use tempfile::TempDir;
use tokio::{process::Child, task::JoinHandle};
use tokio_util::sync::CancellationToken;

use super::{
    folders,
    launch::{self, Chromium},
};
use crate::{ErpConfig, ErpError, config::Limits};

/// A Chromium that was started; perhaps dead by now.
pub(crate) struct Running {
    browser: Browser,
    process: u32,
    folder: PathBuf,
    started: Instant,
    seats: Arc<Seats>,
    /// Asks it to end.
    closing: CancellationToken,
    /// Set as soon as it is known to be dead or unusable.
    gone: CancellationToken,
    supervisor: Mutex<Option<JoinHandle<()>>>,
}

/// Counts the web sessions of one browser, so that a retired one ends with its last.
struct Seats {
    taken: AtomicUsize,
    retired: AtomicBool,
    closing: CancellationToken,
}

/// The right to have one web session open.
pub(crate) struct Seat(Arc<Seats>);

impl Drop for Seat {
    fn drop(&mut self) {
        if self.0.taken.fetch_sub(1, Ordering::AcqRel) == 1 && self.0.retired.load(Ordering::Acquire) {
            self.0.closing.cancel();
        }
    }
}

impl Running {
    /// Starts a Chromium that ends when `closing` is cancelled.
    pub(crate) async fn start(config: &ErpConfig, closing: CancellationToken) -> Result<Arc<Self>, ErpError> {
        let folder = folders::make(config.temp_folder.as_deref())
            .map_err(|error| ErpError::browser(format!("its folder cannot be made: {error}")))?;
        let began = Instant::now();
        let Chromium { mut child, group, socket, leash } = launch::launch(config, folder.path()).await?;
        let connected = tokio::time::timeout(
            config.limits.launch,
            Browser::connect_with_config(socket, handler_config(config)),
        );
        let (browser, handler) = match connected.await {
            Ok(Ok(connected)) => connected,
            failed => {
                launch::kill_group(group);
                let _ = child.wait().await;
                let why = failed.map_or_else(
                    |_| "no answer".to_owned(),
                    |answer| answer.err().map_or_else(String::new, |error| error.to_string()),
                );
                return Err(ErpError::browser(format!("cannot be connected to: {why}")));
            }
        };
        tracing::info!(
            process = group.as_raw_nonzero().get(),
            ms = began.elapsed().as_millis(),
            "browser started"
        );
        let gone = CancellationToken::new();
        let connection = tokio::spawn(serve_connection(handler, gone.clone()));
        let running = Arc::new(Self {
            browser,
            process: group.as_raw_nonzero().get().cast_unsigned(),
            folder: folder.path().to_path_buf(),
            started: Instant::now(),
            seats: Arc::new(Seats {
                taken: AtomicUsize::new(0),
                retired: AtomicBool::new(false),
                closing: closing.clone(),
            }),
            closing,
            gone,
            supervisor: Mutex::new(None),
        });
        let life = Life { child, group, leash, folder, connection };
        let supervisor = tokio::spawn(supervise(Arc::clone(&running), life, config.limits.clone()));
        *running.supervisor.lock().expect("nothing panics while holding it") = Some(supervisor);
        Ok(running)
    }

    /// The browser's own commands.
    pub(crate) fn browser(&self) -> &Browser {
        &self.browser
    }

    pub(crate) fn process(&self) -> u32 {
        self.process
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn age(&self) -> Duration {
        self.started.elapsed()
    }

    pub(crate) fn open_pages(&self) -> usize {
        self.seats.taken.load(Ordering::Acquire)
    }

    pub(crate) fn is_alive(&self) -> bool {
        !self.gone.is_cancelled() && !self.closing.is_cancelled()
    }

    /// Cancelled once the browser is lost.
    pub(crate) fn gone(&self) -> &CancellationToken {
        &self.gone
    }

    /// Takes no new session, and ends with the last one.
    pub(crate) fn retire(&self) {
        self.seats.retired.store(true, Ordering::Release);
        if self.open_pages() == 0 {
            self.closing.cancel();
        }
    }

    /// A seat for one more web session.
    pub(crate) fn take_seat(&self, most: usize) -> Result<Seat, ErpError> {
        let taken = self.seats.taken.fetch_add(1, Ordering::AcqRel);
        // The seat is made first, so that dropping it undoes the count.
        let seat = Seat(Arc::clone(&self.seats));
        if taken < most { Ok(seat) } else { Err(ErpError::browser(format!("{most} web sessions are open"))) }
    }

    /// Waits until its processes and its folder are gone.
    pub(crate) async fn ended(&self) {
        let supervisor = self.supervisor.lock().expect("nothing panics while holding it").take();
        if let Some(supervisor) = supervisor {
            // A supervisor that panicked has dropped child and folder, which kills and removes them.
            let _ = supervisor.await;
        }
    }
}

/// What must be ended and removed.
struct Life {
    child: Child,
    group: rustix::process::Pid,
    leash: tokio::process::ChildStdin,
    folder: TempDir,
    connection: JoinHandle<()>,
}

/// Pumps messages until the connection breaks. Messages that cannot be parsed are no reason to stop: every release of
/// Chromium sends some that chromiumoxide does not know.
async fn serve_connection(mut handler: chromiumoxide::Handler, gone: CancellationToken) {
    while let Some(handled) = handler.next().await {
        match handled {
            Err(error @ (CdpError::Ws(_) | CdpError::Io(_))) => {
                tracing::debug!(%error, "the browser's connection broke");
                break;
            }
            Err(error) => tracing::debug!(%error, "the browser said something unknown"),
            Ok(()) => {}
        }
    }
    gone.cancel();
}

async fn supervise(running: Arc<Running>, mut life: Life, limits: Limits) {
    let cause = tokio::select! {
        () = running.closing.cancelled() => "closed",
        () = running.gone.cancelled() => "its connection broke",
        _ = life.child.wait() => "its process ended",
        () = falls_silent(&running, &limits) => "it does not answer",
    };
    if running.closing.is_cancelled() {
        close_kindly(&running, &mut life, limits.shutdown).await;
    } else {
        tracing::warn!(process = running.process, cause, "browser lost");
    }
    running.gone.cancel();
    launch::kill_group(life.group);
    drop(life.leash);
    let _ = life.child.wait().await;
    life.connection.abort();
    remove(life.folder).await;
    tracing::info!(process = running.process, cause, "browser ended");
}

/// Ends when the browser has not answered within its limit.
async fn falls_silent(running: &Running, limits: &Limits) {
    loop {
        tokio::time::sleep(limits.health_interval).await;
        let answer = tokio::time::timeout(limits.health_answer, running.browser.version()).await;
        if !matches!(answer, Ok(Ok(_))) {
            return;
        }
    }
}

/// Lets the browser close by itself, so that it reaps its own children.
async fn close_kindly(running: &Running, life: &mut Life, limit: Duration) {
    let close = async {
        let _ = running
            .browser
            .execute(chromiumoxide::cdp::browser_protocol::browser::CloseParams::default())
            .await;
        let _ = life.child.wait().await;
    };
    if tokio::time::timeout(limit, close).await.is_err() {
        tracing::debug!("the browser did not close by itself");
    }
}

/// Removes the folder; a process of the group may still be writing its last file, so it is tried a few times.
async fn remove(folder: TempDir) {
    let path = folder.keep();
    for _ in 0..20 {
        match tokio::fs::remove_dir_all(&path).await {
            Ok(()) => return,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return,
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    tracing::warn!(folder = %path.display(), "a browser's folder could not be removed; the next start will");
}

fn handler_config(config: &ErpConfig) -> HandlerConfig {
    HandlerConfig {
        ignore_https_errors: config.accept_invalid_certificates,
        viewport: None,
        ..HandlerConfig::default()
    }
}
