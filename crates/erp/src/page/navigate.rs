//! Goes to pages.

use chromiumoxide::cdp::browser_protocol::page::StopLoadingParams;

use super::{Step, Turn};
use crate::ErpError;

impl Turn<'_> {
    /// Goes to a page below `/Archibald/` and waits until it is loaded; returns whether the ERP bounced us to its login page.
    pub(crate) async fn goto_or_login(&self, name: &'static str, path: &str) -> Result<bool, ErpError> {
        self.leave_for(name, path).await?;
        self.until_also_at_login::<bool>(self.loading(name), LOADED).await?;
        self.ask(name, "/\\/Login\\.aspx/i.test(location.pathname)").await
    }

    /// The current address without host.
    pub(crate) async fn path(&self, name: &'static str) -> Result<String, ErpError> {
        self.ask(name, "location.pathname + location.search").await
    }

    /// Marks the document, to tell later whether it is still the same.
    pub(crate) async fn mark(&self, name: &'static str) -> Result<(), ErpError> {
        self.ask::<bool>(name, "globalThis.__marked = true").await.map(drop)
    }

    /// Whether the document is still the marked one; a document on its way is taken for it until it has arrived.
    pub(crate) async fn is_marked(&self, step: Step) -> Result<bool, ErpError> {
        match self.ask::<bool>(step.name, "globalThis.__marked === true").await {
            Err(ErpError::Unreachable { .. }) => Ok(true),
            answered => answered,
        }
    }

    /// The mark on the old document tells it from the new one, whatever their addresses are.
    async fn leave_for(&self, name: &'static str, path: &str) -> Result<(), ErpError> {
        // An export that was given up is still on its way for as long as the ERP works on it, and the page answers nothing
        // meanwhile.
        self.stop_loading(name).await?;
        let address = serde_json::Value::from(self.page().config().url(path));
        let leave =
            format!("(globalThis.__leaving = true, setTimeout(() => location.assign({address}), 0), true)");
        self.ask::<bool>(name, &leave).await.map(drop)
    }

    async fn stop_loading(&self, name: &'static str) -> Result<(), ErpError> {
        let stop = self.page().cdp().execute(StopLoadingParams::default());
        let stopped = self.guard(self.limits().browser_command, name, stop).await?;
        stopped.map(drop).map_err(|error| ErpError::browser(format!("{name}: {error}")))
    }

    fn loading(&self, name: &'static str) -> Step {
        Step { name, expected: "a loaded page", limit: self.limits().page_load }
    }
}

const LOADED: &str = "document.readyState === 'complete' && location.protocol !== 'about:'";
