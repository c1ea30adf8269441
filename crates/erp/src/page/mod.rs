//! Gives one web session's page: its own cookies, Italian, and a script that answers questions about XAF screens.

mod input;
mod navigate;
mod turn;

use std::sync::{Arc, Mutex};

use chromiumoxide::{
    Page,
    cdp::browser_protocol::{
        browser::BrowserContextId,
        emulation::{
            SetDeviceMetricsOverrideParams, SetFocusEmulationEnabledParams, SetUserAgentOverrideParams,
        },
        network::{Headers, SetExtraHttpHeadersParams},
        page::{
            AddScriptToEvaluateOnNewDocumentParams, DialogType, EventJavascriptDialogOpening,
            HandleJavaScriptDialogParams,
        },
        target::{CreateBrowserContextParams, CreateTargetParams},
    },
    error::CdpError,
};
use futures::StreamExt;
use serde_json::json;
use tokio::task::JoinHandle;

pub(crate) use input::Key;
pub(crate) use turn::{Step, Turn};

use crate::{
    ErpConfig, ErpError,
    browser::{Running, Seat},
};

/// What every document gets before its own scripts run.
const SCRIPTS: [&str; 3] = [include_str!("core.js"), include_str!("lists.js"), include_str!("order.js")];

/// How many dialogs are remembered for a snapshot.
const DIALOGS_MAX: usize = 10;

/// The size of the window, in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Window {
    /// 1440 × 900: wide enough for the export item to stay out of the overflow menu (facts/erp.md §2.3).
    List,
    /// 1280 × 800, as forms are used.
    Form,
}

impl Window {
    const fn size(self) -> (i64, i64) {
        match self {
            Self::List => (1440, 900),
            Self::Form => (1280, 800),
        }
    }
}

/// A page in a browser context of its own; dropping it closes both.
pub(crate) struct WebPage {
    page: Page,
    context: Context,
    config: Arc<ErpConfig>,
    opened: std::time::Instant,
    /// What the page said in alerts and confirmations, newest last; at most [`DIALOGS_MAX`].
    dialogs: Arc<Mutex<Vec<String>>>,
    dialog_keeper: JoinHandle<()>,
    downloading: Arc<tokio::sync::Mutex<()>>,
}

impl WebPage {
    /// Opens a blank page with cookies of its own.
    pub(crate) async fn open(
        running: Arc<Running>,
        seat: Seat,
        config: Arc<ErpConfig>,
    ) -> Result<Self, ErpError> {
        let limit = config.limits.browser_command;
        let opening = Self::open_unbounded(running, seat, config);
        match tokio::time::timeout(limit, opening).await {
            Ok(opened) => {
                opened.map_err(|error| ErpError::browser(format!("a page cannot be opened: {error}")))
            }
            Err(_) => Err(ErpError::browser("a page was not opened in time")),
        }
    }

    async fn open_unbounded(
        running: Arc<Running>,
        seat: Seat,
        config: Arc<ErpConfig>,
    ) -> Result<Self, CdpError> {
        let context = Context::create(running, seat, config.limits.browser_command).await?;
        let browser = context.running.browser();
        let blank = CreateTargetParams::builder()
            .url("about:blank")
            .browser_context_id(context.id.clone())
            .build()
            .map_err(CdpError::msg)?;
        let page = browser.new_page(blank).await?;
        let agent = browser.version().await?.user_agent.replace("HeadlessChrome", "Chrome");
        let dialogs = Arc::new(Mutex::new(Vec::new()));
        let opening = page.event_listener::<EventJavascriptDialogOpening>().await?;
        let dialog_keeper = tokio::spawn(answer_dialogs(page.clone(), opening, Arc::clone(&dialogs)));
        let opened = std::time::Instant::now();
        let downloading = Arc::default();
        let web_page = Self { page, context, config, opened, dialogs, dialog_keeper, downloading };
        web_page.prepare(&agent).await?;
        Ok(web_page)
    }

    async fn prepare(&self, agent: &str) -> Result<(), CdpError> {
        let italian = SetUserAgentOverrideParams::builder()
            .user_agent(agent)
            .accept_language("it-IT,it")
            .build()
            .map_err(CdpError::msg)?;
        self.page.execute(italian).await?;
        // Focus and blur must happen although no window of a headless browser has the focus.
        self.page.execute(SetFocusEmulationEnabledParams::new(true)).await?;
        for script in SCRIPTS {
            self.page.execute(AddScriptToEvaluateOnNewDocumentParams::new(script)).await?;
        }
        self.resize(Window::List).await
    }

    async fn resize(&self, window: Window) -> Result<(), CdpError> {
        let (width, height) = window.size();
        self.page.execute(SetDeviceMetricsOverrideParams::new(width, height, 1.0, false)).await?;
        Ok(())
    }

    /// Sends each request over a connection of its own, or reuses connections again.
    ///
    /// On a connection that it has used before, Chromium repeats a request that was cut off without an answer, a save
    /// too. The few connections left from before are closed by the first requests that use them.
    async fn close_each_connection(&self, close: bool) -> Result<(), CdpError> {
        let headers = if close { json!({ "Connection": "close" }) } else { json!({}) };
        self.page.execute(SetExtraHttpHeadersParams::new(Headers::new(headers))).await?;
        Ok(())
    }

    /// Whether its browser still runs.
    pub(crate) fn is_alive(&self) -> bool {
        !self.running().gone().is_cancelled()
    }

    /// How long it has been open.
    pub(crate) fn age(&self) -> std::time::Duration {
        self.opened.elapsed()
    }

    /// The settings.
    pub(crate) fn config(&self) -> &Arc<ErpConfig> {
        &self.config
    }

    /// The page's own commands.
    pub(crate) fn cdp(&self) -> &Page {
        &self.page
    }

    /// The browser it lives in.
    pub(crate) fn running(&self) -> &Arc<Running> {
        &self.context.running
    }

    /// Its browser context.
    pub(crate) fn context(&self) -> &BrowserContextId {
        &self.context.id
    }

    /// Held from the moment a file is allowed to arrive until an abandoned one is wound up, because the browser knows
    /// one rule about downloads per context: a late "no more files" of the last would forbid the next.
    pub(crate) fn downloading(&self) -> &Arc<tokio::sync::Mutex<()>> {
        &self.downloading
    }

    /// Takes what the page said in alerts and confirmations since it was last asked.
    pub(crate) fn take_dialogs(&self) -> Vec<String> {
        std::mem::take(&mut self.dialogs.lock().expect("nothing panics while holding it"))
    }

    /// Closes page and context, and waits for it.
    pub(crate) async fn close(mut self) {
        self.context.dispose().await;
    }
}

impl Drop for WebPage {
    fn drop(&mut self) {
        self.dialog_keeper.abort();
    }
}

/// A browser context; dropping it disposes of it in the background, with every page in it.
struct Context {
    running: Arc<Running>,
    id: BrowserContextId,
    limit: std::time::Duration,
    /// Given back once the context is gone; `None` from then on.
    seat: Option<Seat>,
}

impl Context {
    async fn create(running: Arc<Running>, seat: Seat, limit: std::time::Duration) -> Result<Self, CdpError> {
        let isolated = CreateBrowserContextParams::builder().dispose_on_detach(true).build();
        let id = running.browser().create_browser_context(isolated).await?;
        Ok(Self { running, id, limit, seat: Some(seat) })
    }

    async fn dispose(&mut self) {
        let Some(seat) = self.seat.take() else { return };
        dispose(&self.running, self.id.clone(), self.limit).await;
        drop(seat);
    }
}

impl Drop for Context {
    fn drop(&mut self) {
        let Some(seat) = self.seat.take() else { return };
        let Ok(runtime) = tokio::runtime::Handle::try_current() else { return };
        let (running, id, limit) = (Arc::clone(&self.running), self.id.clone(), self.limit);
        runtime.spawn(async move {
            dispose(&running, id, limit).await;
            drop(seat);
        });
    }
}

/// Closes a context with its pages; a browser that is gone has none.
async fn dispose(running: &Running, context: BrowserContextId, limit: std::time::Duration) {
    if running.gone().is_cancelled() {
        return;
    }
    let disposed = tokio::time::timeout(limit, running.browser().dispose_browser_context(context)).await;
    if !matches!(disposed, Ok(Ok(()))) {
        tracing::debug!("a web session could not be closed; it ends with its browser");
    }
}

/// Answers the page's dialogs at once, because a page stands still under one. Leaving is allowed; questions are answered
/// with no, because none of our work asks for a deletion or a transfer.
async fn answer_dialogs(
    page: Page,
    mut opening: chromiumoxide::listeners::EventStream<EventJavascriptDialogOpening>,
    said: Arc<Mutex<Vec<String>>>,
) {
    while let Some(dialog) = opening.next().await {
        let accept = match dialog.r#type {
            DialogType::Alert | DialogType::Beforeunload => true,
            DialogType::Confirm | DialogType::Prompt => false,
        };
        tracing::debug!(message = %dialog.message, accept, "the page showed a dialog");
        if !dialog.message.is_empty() {
            let mut said = said.lock().expect("nothing panics while holding it");
            if said.len() == DIALOGS_MAX {
                said.remove(0);
            }
            said.push(dialog.message.clone());
        }
        // It fails when the dialog went away by itself.
        let _ = page.execute(HandleJavaScriptDialogParams::new(accept)).await;
    }
}
