//! Sets the stage: a simulated ERP, a browser, a session.

use std::time::Duration;

use erp::{
    Credentials, ErpBrowser, ErpConfig, ErpError, ErpSession, ExportFile, ExportKind, Limits, ListView,
};
use erp_sim::{Deed, Options, RunningSim, Simulator, World};
use tokio_util::sync::CancellationToken;

/// One simulated ERP and one browser.
pub(crate) struct Stage {
    pub(crate) sim: RunningSim,
    pub(crate) browser: ErpBrowser,
}

/// Nobody asks to stop.
pub(crate) fn never() -> CancellationToken {
    CancellationToken::new()
}

/// A world small enough for quick tests, with more than one page in every list.
pub(crate) fn small_world() -> World {
    World::default().with_customers(60).with_products(80).with_prices(90).with_orders(30)
}

impl Stage {
    pub(crate) async fn set(world: World) -> Self {
        Self::set_with(world, |_| {}).await
    }

    pub(crate) async fn set_with(world: World, adjust: impl FnOnce(&mut Limits)) -> Self {
        Self::set_in(world, Options::default(), adjust).await
    }

    pub(crate) async fn set_in(world: World, options: Options, adjust: impl FnOnce(&mut Limits)) -> Self {
        let sim = Simulator::start(world, options).await.expect("the simulator starts");
        let mut config = ErpConfig::new(sim.base_url());
        config.sandbox = !rustix::process::geteuid().is_root();
        adjust(&mut config.limits);
        let browser = ErpBrowser::start(config).await.expect("Chromium starts");
        Self { sim, browser }
    }

    pub(crate) fn session(&self) -> ErpSession {
        self.browser.session(&Credentials::new("agente1", "demo"))
    }

    /// The outcomes of what was asked of one sort, e.g. `ok · refused`.
    pub(crate) fn outcomes(&self, what: Deed) -> String {
        let entries = self.sim.log().into_iter().filter(|entry| entry.what == what);
        entries.map(|entry| entry.outcome).collect::<Vec<_>>().join(" · ")
    }

    pub(crate) async fn strike(self) {
        self.browser.shutdown().await;
    }
}

pub(crate) async fn export(session: &mut ErpSession, kind: ExportKind) -> Result<ExportFile, ErpError> {
    session.export(kind, ListView::Fresh, &mut |_| {}, &never()).await
}

/// Waits for something the simulator has seen.
pub(crate) async fn eventually(what: &str, holds: impl Fn() -> bool) {
    let met = tokio::time::timeout(Duration::from_secs(20), async {
        while !holds() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    });
    assert!(met.await.is_ok(), "{what} within 20 s");
}
