//! Knows who is signed in, and keeps the session alive while there is one.
//!
//! The session's tokens live in HttpOnly cookies that no script can read. The page learns that one is over from a 401,
//! renews it once, and asks again; when that fails too it goes to the sign-in page. Offline, the agent who used this
//! device last is taken to be the one, because only their own drafts on this device can be reached that way.

use std::future::Future;

use domain::Me;
use leptos::prelude::*;

use crate::{
    api, browser,
    error::{ApiError, ErrorCode},
    routes,
};

/// Where the device remembers who was signed in last.
const LAST_AGENT: &str = "archibald.me";

/// What is known about the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// Not asked yet.
    Unknown,
    /// This agent is signed in, or was when the network went away.
    In(Me),
    /// Nobody is.
    Out,
}

/// The session of this page.
#[derive(Debug, Clone, Copy)]
pub struct Session {
    state: RwSignal<SignIn>,
}

impl Session {
    /// What is known now; whatever reads it is drawn again when it changes.
    pub fn get(self) -> SignIn {
        self.state.get()
    }

    /// Who is signed in.
    pub fn me(self) -> Option<Me> {
        match self.state.get() {
            SignIn::In(me) => Some(me),
            SignIn::Unknown | SignIn::Out => None,
        }
    }

    /// Notes who has just signed in.
    pub fn entered(self, me: Me) {
        browser::remember(LAST_AGENT, serde_json::to_string(&me).ok().as_deref());
        if !matches!(self.state.try_get_untracked(), Some(SignIn::In(_))) {
            browser::keep_pages_offline();
        }
        self.set(SignIn::In(me));
    }

    /// Forgets who was signed in, and loads the sign-in page afresh, so that nothing of theirs stays in memory.
    pub fn leave(self) {
        browser::remember(LAST_AGENT, None);
        browser::load_page(routes::LOGIN);
    }

    /// Asks the server who is signed in.
    pub async fn find_out(self) {
        // Every other page is only served to somebody; on this one the answer is known, and asking would be two errors.
        let stranger = browser::remembered(LAST_AGENT).is_none();
        if stranger && browser::path_and_query().starts_with(routes::LOGIN) {
            self.set(SignIn::Out);
            return;
        }
        match self.call(api::me).await {
            Ok(me) => self.entered(me),
            Err(error) if error.code == ErrorCode::SignedOut => self.set(SignIn::Out),
            Err(_) => {
                let last = browser::remembered(LAST_AGENT).and_then(|text| serde_json::from_str(&text).ok());
                self.set(last.map_or(SignIn::Out, SignIn::In));
            }
        }
    }

    /// Runs a request; renews the session and runs it again when the session is over.
    pub async fn call<T, F>(self, request: impl Fn() -> F) -> Result<T, ApiError>
    where
        F: Future<Output = Result<T, ApiError>>,
    {
        let answer = request().await;
        let Err(ApiError { code: ErrorCode::SignedOut, .. }) = answer else { return answer };
        // Another request may have renewed it meanwhile; renewing twice is harmless.
        match api::refresh().await {
            Ok(_) => request().await,
            Err(error) => {
                if error.code == ErrorCode::SignedOut {
                    self.set(SignIn::Out);
                }
                Err(error)
            }
        }
    }

    fn set(self, state: SignIn) {
        // The page may be gone by the time an answer comes.
        if self.state.try_get_untracked().is_some_and(|known| known != state) {
            self.state.set(state);
        }
    }
}

/// Provides the session and asks who is signed in.
pub fn provide_session() -> Session {
    let session = Session { state: RwSignal::new(SignIn::Unknown) };
    provide_context(session);
    Effect::new(move || leptos::task::spawn_local(session.find_out()));
    session
}

/// The page's session, from context.
pub fn use_session() -> Session {
    expect_context()
}
