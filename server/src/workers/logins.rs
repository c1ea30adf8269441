//! Keeps web sessions of ERP logins between jobs, so that not every job costs the ERP a login.
//!
//! Each login has two: one for background work, one for what a person waits for. The ERP serialises the requests of one
//! web session, so an abandoned export would otherwise keep an agent waiting. Who holds a session has taken it out of
//! here: it is in one place at a time.

use std::{
    collections::HashMap,
    sync::Mutex,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use async_trait::async_trait;
use domain::{AgentId, Class};
use erp::{Credentials, ErpBrowser, ErpError, ErpSession};
use store::Store;
use tokio_util::sync::CancellationToken;

use crate::auth::{sign_in::PasswordCheck, vault::Vault};

/// Which of a login's two web sessions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Lane {
    /// For work nobody waits for.
    Background,
    /// For look-ups and placing.
    Interactive,
}

impl From<Class> for Lane {
    fn from(class: Class) -> Self {
        match class {
            Class::Background => Self::Background,
            Class::Interactive | Class::Write => Self::Interactive,
        }
    }
}

/// The ERP logins of all agents.
pub struct Logins {
    browser: ErpBrowser,
    store: Store,
    vault: Vault,
    keep_warm: Duration,
    idle: Mutex<HashMap<(AgentId, Lane), ErpSession>>,
}

impl Logins {
    /// Logins in `browser`, with the passwords in `store`; a session that nobody used for `keep_warm` is closed.
    pub fn new(browser: ErpBrowser, store: Store, vault: Vault, keep_warm: Duration) -> Self {
        Self { browser, store, vault, keep_warm, idle: Mutex::default() }
    }

    /// Takes a web session of a login, a kept one if there is one.
    ///
    /// # Errors
    /// When the login has no password, or one that this server's secret cannot open: its agent has to sign in again.
    pub(crate) async fn take(&self, login: &AgentId, lane: Lane) -> Result<ErpSession> {
        if let Some(kept) = self.idle().remove(&(login.clone(), lane)) {
            return Ok(kept);
        }
        self.fresh(login).await
    }

    /// A web session that was never used, in place of one that is kept.
    pub(crate) async fn take_fresh(&self, login: &AgentId, lane: Lane) -> Result<ErpSession> {
        let old = self.idle().remove(&(login.clone(), lane));
        if let Some(old) = old {
            old.close().await;
        }
        self.fresh(login).await
    }

    async fn fresh(&self, login: &AgentId) -> Result<ErpSession> {
        let sealed = self.store.accounts().credentials(login).await?;
        let sealed = sealed.with_context(|| format!("no ERP password of {login} is stored"))?;
        let password = self.vault.open(login, &sealed)?;
        Ok(self.browser.session(&Credentials::new(login.as_str(), password)))
    }

    /// Keeps a session for the next job. Another that is kept already is closed.
    pub(crate) fn put_back(&self, login: &AgentId, lane: Lane, session: ErpSession) {
        self.idle().insert((login.clone(), lane), session);
    }

    /// Closes the sessions nobody has used for a while.
    pub async fn close_idle(&self) {
        let keep_warm = self.keep_warm;
        let old: Vec<ErpSession> = {
            let mut idle = self.idle();
            let is_old =
                |session: &ErpSession| session.last_used().is_none_or(|used| used.elapsed() >= keep_warm);
            idle.extract_if(|_, session| is_old(session)).map(|(_, session)| session).collect()
        };
        close_all(old).await;
    }

    /// Closes everything, the browser too.
    pub async fn shut_down(&self) {
        let all: Vec<ErpSession> = self.idle().drain().map(|(_, session)| session).collect();
        close_all(all).await;
        self.browser.shutdown().await;
    }

    fn idle(&self) -> std::sync::MutexGuard<'_, HashMap<(AgentId, Lane), ErpSession>> {
        self.idle.lock().expect("nothing panics while it holds this lock")
    }
}

async fn close_all(sessions: Vec<ErpSession>) {
    for session in sessions {
        session.close().await;
    }
}

#[async_trait]
impl PasswordCheck for Logins {
    /// The session in which the password was checked is kept warm: the agent will need it in a moment. Sessions with an
    /// older password are closed.
    async fn check(&self, agent: &AgentId, password: &str) -> Result<(), ErpError> {
        let began = Instant::now();
        let mut session = self.browser.session(&Credentials::new(agent.as_str(), password));
        session.ensure_logged_in(&CancellationToken::new()).await?;
        tracing::info!(%agent, ms = began.elapsed().as_millis(), "the ERP took a password");
        let old = self.idle().remove(&(agent.clone(), Lane::Background));
        if let Some(old) = old {
            old.close().await;
        }
        self.put_back(agent, Lane::Interactive, session);
        Ok(())
    }
}
