//! Signs agents in with the password that the ERP accepts, and out again.

use std::{net::SocketAddr, sync::Arc};

use app::{
    answers::SignedIn,
    error::{ApiError, ErrorCode},
    service::{AccountService, OpenedSession},
};
use async_trait::async_trait;
use axum::extract::ConnectInfo;
use domain::{AgentId, Me, Timestamp};
use erp::ErpError;
use http::{HeaderValue, request::Parts};
use store::Store;
use tokio::sync::Semaphore;

use super::{
    sessions::{Opened, Sessions},
    vault::Vault,
};
use crate::{
    clock::now,
    conductor::ConductorHandle,
    config::Config,
    problems::{from_sign_in, from_store},
};

/// Asks the ERP whether a password is right. The one seam that lets the tests of sign-in do without a browser.
#[async_trait]
pub trait PasswordCheck: Send + Sync {
    /// Signs in to the ERP.
    ///
    /// # Errors
    /// `WrongPassword` when the ERP refuses it; anything else when it could not be asked.
    async fn check(&self, agent: &AgentId, password: &str) -> Result<(), ErpError>;
}

/// Signing in and out.
pub struct SignIn {
    store: Store,
    sessions: Arc<Sessions>,
    vault: Vault,
    conductor: ConductorHandle,
    password_check: Arc<dyn PasswordCheck>,
    checks: Semaphore,
    proxy_trusted: bool,
}

impl SignIn {
    /// Sign-in with its parts.
    pub fn new(
        store: Store,
        sessions: Arc<Sessions>,
        vault: Vault,
        conductor: ConductorHandle,
        password_check: Arc<dyn PasswordCheck>,
        config: &Config,
    ) -> Self {
        let checks = Semaphore::new(config.login_checks_max);
        Self {
            store,
            sessions,
            vault,
            conductor,
            password_check,
            checks,
            proxy_trusted: config.proxy_trusted,
        }
    }

    /// Refuses to try while an account or address has failed too often.
    async fn throttle(&self, account: &str, address: &str) -> Result<(), ApiError> {
        let now = now();
        match self.store.accounts().login_wait(account, address, now).await.map_err(from_store)? {
            Some(until) => Err(too_many(until, now)),
            None => Ok(()),
        }
    }

    /// Notes a failure and answers with it.
    async fn failed<T>(&self, account: &str, address: &str, error: ApiError) -> Result<T, ApiError> {
        self.store.accounts().login_failed(account, address, now()).await.map_err(from_store)?;
        tracing::info!(account, address, code = error.code.as_str(), "a sign-in failed");
        Err(error)
    }

    async fn allowed(&self, account: &str) -> Result<Option<AgentId>, ApiError> {
        let Ok(agent) = account.parse::<AgentId>() else { return Ok(None) };
        Ok(self.store.accounts().agent(&agent).await.map_err(from_store)?.map(|known| known.id))
    }

    async fn check_at_the_erp(&self, agent: &AgentId, password: &str) -> Result<(), ApiError> {
        let _turn = self
            .checks
            .acquire()
            .await
            .map_err(|_| ApiError::new(ErrorCode::Internal, "the server stops"))?;
        self.password_check.check(agent, password).await.map_err(|error| from_sign_in(&error))?;
        // Refused passwords are limited elsewhere: if they counted, strangers could spend an agent's day.
        self.conductor.spent(agent, 1, 1);
        Ok(())
    }

    async fn begin(&self, agent: &AgentId, password: &str) -> Result<Opened, ApiError> {
        let sealed = self.vault.seal(agent, password);
        let accounts = self.store.accounts();
        accounts.put_credentials(agent, &sealed, now()).await.map_err(from_store)?;
        accounts.login_succeeded(agent.as_str()).await.map_err(from_store)?;
        let opened = self.sessions.open(agent).await?;
        // The session stands even if the scheduler could not be told; it hears of the login at the next start.
        if let Err(error) = self.conductor.add_login(agent).await {
            tracing::error!(%agent, %error, "the scheduler does not know a login");
        }
        Ok(opened)
    }

    fn address(&self, request: &Parts) -> String {
        let forwarded = request.headers.get("x-forwarded-for").and_then(|value| value.to_str().ok());
        let last = forwarded.and_then(|list| list.rsplit(',').next()).map(str::trim);
        if let Some(address) = last.filter(|_| self.proxy_trusted) {
            return address.to_owned();
        }
        let peer = request.extensions.get::<ConnectInfo<SocketAddr>>();
        peer.map_or_else(|| "unknown".to_owned(), |ConnectInfo(peer)| peer.ip().to_string())
    }
}

#[async_trait]
impl AccountService for SignIn {
    async fn login(&self, request: &Parts, account: &str, password: &str) -> Result<OpenedSession, ApiError> {
        let (account, address) = (account.trim(), self.address(request));
        self.throttle(account, &address).await?;
        let Some(agent) = self.allowed(account).await? else {
            let refused = ApiError::new(ErrorCode::NotAllowed, "the account is not on the list");
            return self.failed(account, &address, refused).await;
        };
        match self.check_at_the_erp(&agent, password).await {
            Ok(()) => Ok(answer(self.begin(&agent, password).await?)),
            Err(error) if error.code == ErrorCode::WrongCredentials => {
                self.failed(account, &address, error).await
            }
            Err(error) => Err(error),
        }
    }

    async fn refresh(&self, request: &Parts) -> Result<OpenedSession, ApiError> {
        Ok(answer(self.sessions.renew(&request.headers).await?))
    }

    async fn logout(&self, request: &Parts) -> Result<Vec<HeaderValue>, ApiError> {
        self.sessions.end(&request.headers).await
    }
}

fn answer(opened: Opened) -> OpenedSession {
    let me = Me { agent: opened.proof.agent().clone(), admin: opened.proof.is_admin() };
    let answer = SignedIn { me, token: opened.token, expires_at: opened.expires_at };
    OpenedSession { answer, cookies: opened.cookies }
}

fn too_many(until: Timestamp, now: Timestamp) -> ApiError {
    let seconds = until.since(now).0.div_ceil(1_000);
    ApiError::new(ErrorCode::TooManyAttempts, format!("too many attempts; try again in {seconds} s"))
}
