//! Keeps ASP.NET sessions: who is logged in, which pages are open, and that one session does one thing at a time.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use domain::Locale;

use crate::{order_form::OrderForm, screens::list::ListView, world::Entity};

/// How many rendered pages one session remembers; a browser that posts an older one gets the list afresh.
const VIEWS_MAX: usize = 40;

/// All sessions and all logins.
#[derive(Debug, Default)]
pub(crate) struct Sessions {
    sessions: Mutex<HashMap<String, Arc<tokio::sync::Mutex<Session>>>>,
    logins: Mutex<HashMap<String, Login>>,
}

/// A granted login, named by the `.ASPXAUTH` cookie.
#[derive(Debug, Clone)]
struct Login {
    account: String,
    last_used: Instant,
}

/// What one `ASP.NET_SessionId` stands for. Its lock is the session lock of the real server: a request holds it until
/// it is answered, even when the client has gone away.
#[derive(Debug, Default)]
pub(crate) struct Session {
    /// Rendered pages by their number.
    pub(crate) views: BTreeMap<u64, View>,
    /// What the page's script said about the browser's language.
    pub(crate) navigator_language: Option<String>,
    /// Columns hidden in this session's lists, by grid field; absent until the list was first shown.
    pub(crate) hidden_columns: HashMap<Entity, Vec<&'static str>>,
}

/// One rendered page.
#[derive(Debug)]
pub(crate) enum View {
    /// The login page.
    Login,
    /// A page with nothing to remember.
    Plain,
    /// A list.
    List(ListView),
    /// An order in the making, or one opened for reading or editing.
    Order(Box<OrderForm>),
}

impl Session {
    /// Remembers a rendered page and forgets the oldest beyond the limit.
    pub(crate) fn remember(&mut self, number: u64, view: View) {
        while self.views.len() >= VIEWS_MAX {
            self.views.pop_first();
        }
        self.views.insert(number, view);
    }
}

impl Sessions {
    /// The session of a cookie, or a new one with the cookie to set.
    pub(crate) fn open(&self, cookie: Option<&String>) -> (Arc<tokio::sync::Mutex<Session>>, Option<String>) {
        let mut sessions = lock(&self.sessions);
        if let Some(session) = cookie.and_then(|id| sessions.get(id)) {
            return (Arc::clone(session), None);
        }
        let id = token(24);
        let session = Arc::<tokio::sync::Mutex<Session>>::default();
        sessions.insert(id.clone(), Arc::clone(&session));
        (session, Some(id))
    }

    /// The account a login cookie stands for, if it has been used within `idle`; using it renews it.
    pub(crate) fn account(&self, cookie: Option<&String>, idle: Duration) -> Option<String> {
        let mut logins = lock(&self.logins);
        let login = logins.get_mut(cookie?)?;
        if login.last_used.elapsed() > idle {
            logins.remove(cookie?);
            return None;
        }
        login.last_used = Instant::now();
        Some(login.account.clone())
    }

    /// Grants a login and returns its cookie.
    pub(crate) fn log_in(&self, account: &str) -> String {
        let cookie = token(64);
        let login = Login { account: account.to_owned(), last_used: Instant::now() };
        lock(&self.logins).insert(cookie.clone(), login);
        cookie
    }

    /// Ends all logins of an account.
    pub(crate) fn log_out(&self, account: &str) {
        lock(&self.logins).retain(|_, login| login.account != account);
    }
}

/// The language the server answers in: Italian only when both the header and the page's script say so.
pub(crate) fn language(accept_language: &str, navigator_language: Option<&str>) -> Locale {
    let italian = |text: &str| text.trim_start().to_ascii_lowercase().starts_with("it");
    if italian(accept_language) && navigator_language.is_none_or(italian) {
        Locale::Italian
    } else {
        Locale::English
    }
}

/// Random lower-case text for a cookie.
fn token(length: usize) -> String {
    std::iter::repeat_with(|| fastrand::char('a'..='z')).take(length).collect()
}

/// Locks without minding a panic elsewhere: every value here is valid after each statement.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
