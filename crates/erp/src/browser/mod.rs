//! Supervises one headless Chromium and hands out isolated web sessions of it.
//!
//! The browser is started on first need and again after it died; nothing is restarted while nobody needs it, so that a
//! browser closed on purpose stays closed. Three things end a browser: its process ends, its debugging connection
//! breaks, or it no longer answers. Each time its whole process group is killed and its folder removed.

mod folders;
mod launch;
mod running;
#[cfg(test)]
mod tests;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

pub(crate) use running::{Running, Seat};

use crate::{Credentials, ErpConfig, ErpError, ErpSession, page::WebPage};

/// The supervised browser. Clones share it.
#[derive(Clone)]
pub struct ErpBrowser {
    shared: Arc<Shared>,
}

struct Shared {
    config: Arc<ErpConfig>,
    /// The browser that takes new web sessions.
    current: Mutex<Option<Arc<Running>>>,
    /// How many were started.
    starts: AtomicUsize,
    /// Ends every browser when cancelled.
    closing: CancellationToken,
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.closing.cancel();
    }
}

impl ErpBrowser {
    /// Starts the browser, so that a missing or broken Chromium shows at once.
    ///
    /// # Errors
    /// `BrowserLost` when no Chromium is found or it does not start in time.
    pub async fn start(config: ErpConfig) -> Result<Self, ErpError> {
        let browser = Self::idle(config);
        browser.running().await?;
        Ok(browser)
    }

    /// A browser that is started when it is first needed. Folders left behind by killed servers are removed now.
    pub fn idle(config: ErpConfig) -> Self {
        let swept = folders::sweep(config.temp_folder.as_deref());
        if swept > 0 {
            tracing::info!(swept, "removed browser folders that a killed process had left");
        }
        Self {
            shared: Arc::new(Shared {
                config: Arc::new(config),
                current: Mutex::new(None),
                starts: AtomicUsize::new(0),
                closing: CancellationToken::new(),
            }),
        }
    }

    /// A web session for an account. It opens nothing and logs in nowhere until its first piece of work. Two sessions of
    /// one account are two independent web sessions of the ERP.
    pub fn session(&self, credentials: &Credentials) -> ErpSession {
        ErpSession::new(self.clone(), credentials.clone())
    }

    /// The settings.
    pub fn config(&self) -> &Arc<ErpConfig> {
        &self.shared.config
    }

    /// How many browsers have been started so far: 1 unless one was lost or grew old.
    pub fn starts(&self) -> usize {
        self.shared.starts.load(Ordering::Relaxed)
    }

    /// The process id of the running browser, which is also its process group.
    pub async fn process(&self) -> Option<u32> {
        let current = self.shared.current.lock().await;
        current.as_ref().filter(|running| running.is_alive()).map(|running| running.process())
    }

    /// The web sessions open in the running browser.
    pub async fn open_web_sessions(&self) -> usize {
        let current = self.shared.current.lock().await;
        current.as_ref().filter(|running| running.is_alive()).map_or(0, |running| running.open_pages())
    }

    /// The private folder of the running browser.
    pub async fn folder(&self) -> Option<PathBuf> {
        let current = self.shared.current.lock().await;
        current.as_ref().filter(|running| running.is_alive()).map(|running| running.folder().to_path_buf())
    }

    /// Ends the browser and waits until its processes and its folder are gone. Later work fails with `BrowserLost`.
    pub async fn shutdown(&self) {
        self.shared.closing.cancel();
        let last = self.shared.current.lock().await.take();
        if let Some(running) = last {
            running.ended().await;
        }
    }

    /// A blank page in a web session of its own. A caller who stops waiting leaves none behind: the opening goes on by
    /// itself, and its result is closed.
    pub(crate) async fn open_page(&self) -> Result<WebPage, ErpError> {
        let running = self.running().await?;
        let seat = running.take_seat(self.shared.config.limits.web_sessions_max)?;
        let opening = tokio::spawn(WebPage::open(running, seat, Arc::clone(&self.shared.config)));
        opening.await.map_err(|error| ErpError::browser(format!("a page cannot be opened: {error}")))?
    }

    /// The browser that takes new web sessions; a dead one is replaced, an old one retired.
    async fn running(&self) -> Result<Arc<Running>, ErpError> {
        let mut current = self.shared.current.lock().await;
        if self.shared.closing.is_cancelled() {
            return Err(ErpError::browser("it has been shut down"));
        }
        if let Some(running) = current.as_ref()
            && running.is_alive()
        {
            if running.age() < self.shared.config.limits.browser_age_max {
                return Ok(Arc::clone(running));
            }
            running.retire();
        }
        let running = Running::start(&self.shared.config, self.shared.closing.child_token()).await?;
        self.shared.starts.fetch_add(1, Ordering::Relaxed);
        *current = Some(Arc::clone(&running));
        Ok(running)
    }
}
