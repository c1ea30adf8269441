//! Does one piece of work at a time in one web session of one ERP login.
//!
//! `&mut` is the mutex: two pieces of work in one web session would disturb each other, because the ERP serialises its
//! requests and keeps view settings per session. The session is kept until the ERP bounces us to its login page; then
//! there is exactly one new login per piece of work.

mod login;

use std::{collections::HashMap, time::Instant};

use domain::{Draft, ErpId, ListLook, Marker};
use tokio_util::sync::CancellationToken;

use crate::{
    Credentials, ErpBrowser, ErpError, ExportFile, ExportKind, ExportProgress, ListView,
    api::{self, ApiQuestion, ChangedCustomers},
    lists,
    order::{self, EnteredOrder, FoundOrder, OrderEntry, OrderObserver, PlacedOrder, Sighting},
    page::{Turn, WebPage},
};

/// One web session of one ERP login. It costs nothing until its first piece of work.
pub struct ErpSession {
    browser: ErpBrowser,
    credentials: Credentials,
    page: Option<WebPage>,
    logins: u32,
    logged_in: bool,
    last_used: Option<Instant>,
    exported: Exported,
}

/// What the last export of each list counted, all filters cleared.
pub(crate) type Exported = HashMap<ExportKind, u32>;

/// How a login was had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginOutcome {
    /// The ERP still knew the session.
    Reused,
    /// Account and password were typed and accepted.
    LoggedIn,
}

impl ErpSession {
    pub(crate) fn new(browser: ErpBrowser, credentials: Credentials) -> Self {
        Self {
            browser,
            credentials,
            page: None,
            logins: 0,
            logged_in: false,
            last_used: None,
            exported: Exported::new(),
        }
    }

    /// How many logins it has made, for the daily budget.
    pub fn logins(&self) -> u32 {
        self.logins
    }

    /// When its last piece of work ended; `None` before the first.
    pub fn last_used(&self) -> Option<Instant> {
        self.last_used
    }

    /// Makes sure the ERP knows the session, logging in if it does not.
    ///
    /// # Errors
    /// `WrongPassword` when the ERP refuses the account; `Unreachable`, `ScreenChanged`, `BrowserLost`, `Cancelled`.
    pub async fn ensure_logged_in(&mut self, cancel: &CancellationToken) -> Result<LoginOutcome, ErpError> {
        let before = self.logins;
        let mut work = self.work(cancel).await?;
        let opened = work.open("login", "Default.aspx").await;
        self.used();
        opened?;
        Ok(if self.logins == before { LoginOutcome::Reused } else { LoginOutcome::LoggedIn })
    }

    /// Exports a list as PDF, all rows of it. Cancelling is heard within 250 ms; the ERP, however, goes on with an
    /// abandoned export and keeps this web session waiting until it is through.
    ///
    /// # Errors
    /// `BadExport` for an empty, broken or foreign file; `Unreachable` after the limit or on a server error; `LoggedOut`
    /// when one new login did not help; `WrongPassword`, `ScreenChanged`, `BrowserLost`, `Cancelled`.
    pub async fn export(
        &mut self,
        kind: ExportKind,
        view: ListView,
        progress: &mut (dyn FnMut(ExportProgress) + Send),
        cancel: &CancellationToken,
    ) -> Result<ExportFile, ErpError> {
        let mut work = self.work(cancel).await?;
        let exported = lists::export(&mut work, kind, view, progress).await;
        self.used();
        exported
    }

    /// Exports what the search box of a list finds; `None` when that is nothing. Search and filter are put back.
    ///
    /// # Errors
    /// As [`Self::export`].
    pub async fn export_found(
        &mut self,
        kind: ExportKind,
        text: &str,
        cancel: &CancellationToken,
    ) -> Result<Option<ExportFile>, ErpError> {
        let mut work = self.work(cancel).await?;
        let found = lists::export_found(&mut work, kind, text).await;
        self.used();
        found
    }

    /// The customers that changed since a moment, by the ERP's REST API, if it has one.
    ///
    /// # Errors
    /// `Rejected` when there is no such API or it refuses the account, `BadExport` for an answer of another shape; else
    /// as [`Self::export`].
    pub async fn changed_customers(
        &mut self,
        question: &ApiQuestion,
        cancel: &CancellationToken,
    ) -> Result<ChangedCustomers, ErpError> {
        let mut work = self.work(cancel).await?;
        let changed = api::changed_customers(&mut work, question).await;
        self.used();
        changed
    }

    /// How a list looks, without reading it; `None` when it does not tell. Cancelling is heard within 250 ms.
    ///
    /// # Errors
    /// As [`Self::export`], without `BadExport`.
    pub async fn look(
        &mut self,
        kind: ExportKind,
        cancel: &CancellationToken,
    ) -> Result<Option<ListLook>, ErpError> {
        let mut work = self.work(cancel).await?;
        let looked = lists::look(&mut work, kind).await;
        self.used();
        looked
    }

    /// Types an order into the ERP and saves it. Whatever fails before `before_save` has been answered leaves no order;
    /// after that the caller must assume "perhaps" unless this returns `Ok` or `Rejected`.
    /// Cancelling counts only before that moment.
    ///
    /// # Errors
    /// `Rejected` with the ERP's words, or with the choice the ERP does not know; else as [`Self::export`].
    pub async fn enter_order<O: OrderObserver>(
        &mut self,
        entry: &OrderEntry<'_>,
        observer: &mut O,
        cancel: &CancellationToken,
    ) -> Result<EnteredOrder, ErpError> {
        let mut work = self.work(cancel).await?;
        let entered = order::enter(&mut work, entry, observer).await;
        self.used();
        entered
    }

    /// The orders that carry a marker; at most one, unless something went wrong.
    ///
    /// # Errors
    /// As [`Self::export`], without `BadExport`.
    pub async fn find_by_marker(
        &mut self,
        marker: &Marker,
        cancel: &CancellationToken,
    ) -> Result<Vec<FoundOrder>, ErpError> {
        let mut work = self.work(cancel).await?;
        let found = order::find_by_marker(&mut work, marker).await;
        self.used();
        found
    }

    /// As [`Self::find_by_marker`], with a picture of the list.
    ///
    /// # Errors
    /// As [`Self::find_by_marker`].
    pub async fn sight_marker(
        &mut self,
        marker: &Marker,
        cancel: &CancellationToken,
    ) -> Result<Sighting, ErpError> {
        let mut work = self.work(cancel).await?;
        let sighting = order::sight_marker(&mut work, marker).await;
        self.used();
        sighting
    }

    /// Orders that may be this draft although they do not carry its marker, with a picture of the list.
    ///
    /// # Errors
    /// As [`Self::find_by_marker`].
    pub async fn sight_twins(
        &mut self,
        draft: &Draft,
        cancel: &CancellationToken,
    ) -> Result<Sighting, ErpError> {
        let mut work = self.work(cancel).await?;
        let sighting = order::sight_twins(&mut work, draft).await;
        self.used();
        sighting
    }

    /// The order with this number or id.
    ///
    /// # Errors
    /// As [`Self::find_by_marker`].
    pub async fn find_by_number(
        &mut self,
        number: &str,
        cancel: &CancellationToken,
    ) -> Result<Option<FoundOrder>, ErpError> {
        let mut work = self.work(cancel).await?;
        let found = order::find_by_number(&mut work, number).await;
        self.used();
        found
    }

    /// An order as the ERP holds it.
    ///
    /// # Errors
    /// As [`Self::export`], without `BadExport`.
    pub async fn read_order(
        &mut self,
        id: &ErpId,
        cancel: &CancellationToken,
    ) -> Result<PlacedOrder, ErpError> {
        let mut work = self.work(cancel).await?;
        let read = order::read_order(&mut work, id).await;
        self.used();
        read
    }

    /// Closes the web session and waits for it; dropping does the same in the background.
    pub async fn close(mut self) {
        if let Some(page) = self.page.take() {
            page.close().await;
        }
    }

    fn used(&mut self) {
        self.last_used = Some(Instant::now());
    }

    /// Begins a piece of work on a living page that is not too old.
    async fn work<'a>(&'a mut self, cancel: &'a CancellationToken) -> Result<Work<'a>, ErpError> {
        let oldest = self.browser.config().limits.web_session_age_max;
        let stale = self.page.take_if(|page| !page.is_alive() || page.age() >= oldest);
        if let Some(page) = stale {
            page.close().await;
        }
        if self.page.is_none() {
            self.logged_in = false;
            let opened = tokio::select! {
                biased;
                () = cancel.cancelled() => return Err(ErpError::Cancelled),
                opened = self.browser.open_page() => opened?,
            };
            self.page = Some(opened);
        }
        let page = self.page.as_ref().expect("it was just opened if it was missing");
        // A session that was never logged in needs one login before its one re-login.
        let logins_left = if self.logged_in { 1 } else { 2 };
        Ok(Work {
            turn: Turn::new(page, cancel),
            credentials: &self.credentials,
            logins: &mut self.logins,
            logged_in: &mut self.logged_in,
            logins_left,
            exported: &mut self.exported,
        })
    }
}

/// One piece of work: a turn on the page and what is needed to log in on the way.
pub(crate) struct Work<'a> {
    turn: Turn<'a>,
    credentials: &'a Credentials,
    logins: &'a mut u32,
    logged_in: &'a mut bool,
    logins_left: u32,
    exported: &'a mut Exported,
}

impl<'a> Work<'a> {
    /// The hold on the page.
    pub(crate) fn turn(&self) -> Turn<'a> {
        self.turn
    }

    /// The same piece of work where only `nobody` can stop it.
    pub(crate) fn unstoppable<'b>(&'b mut self, nobody: &'b CancellationToken) -> Work<'b> {
        Work {
            turn: Turn::new(self.turn.page(), nobody),
            credentials: self.credentials,
            logins: self.logins,
            logged_in: self.logged_in,
            logins_left: self.logins_left,
            exported: self.exported,
        }
    }

    /// Account and password as HTTP Basic takes them, before they are encoded.
    pub(crate) fn basic_credentials(&self) -> String {
        format!("{}:{}", self.credentials.account, self.credentials.password)
    }

    /// What the last exports counted.
    pub(crate) fn exported(&mut self) -> &mut Exported {
        self.exported
    }

    /// Whether this piece of work may still log in.
    pub(crate) fn may_log_in(&self) -> bool {
        self.logins_left > 0
    }

    /// Opens a page below `/Archibald/`, logging in when the ERP asks for it.
    pub(crate) async fn open(&mut self, name: &'static str, path: &str) -> Result<(), ErpError> {
        while self.turn.goto_or_login(name, path).await? {
            *self.logged_in = false;
            if !self.may_log_in() {
                return Err(ErpError::LoggedOut);
            }
            self.logins_left -= 1;
            *self.logins += 1;
            login::log_in(&self.turn, self.credentials).await?;
            *self.logged_in = true;
            // The ERP returns to the page that was asked for; asking again would cost a page load for nothing.
            if self.turn.path(name).await?.trim_start_matches("/Archibald/") == path {
                return Ok(());
            }
        }
        *self.logged_in = true;
        Ok(())
    }
}
