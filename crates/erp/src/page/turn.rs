//! Waits inside a page, the one way there is: for an observable condition, with a limit, until somebody asks to stop.
//!
//! A condition is a JavaScript expression over the page; it is looked at every 25 ms inside the page, so that nothing is
//! missed between two questions of ours. Navigation destroys a page's script world at any moment; a question that meets
//! such a moment is asked again. Whatever the condition was, a wait also ends when it has become pointless: the ERP has
//! bounced us to its login page, the answer has an error status, the browser died.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use chromiumoxide::{
    cdp::{browser_protocol::page::CaptureScreenshotFormat, js_protocol::runtime::EvaluateParams},
    page::ScreenshotParams,
};
use serde::{Deserialize, de::DeserializeOwned};
use tokio_util::sync::CancellationToken;

use super::{WebPage, Window};
use crate::{ErpError, Snapshot, config::Limits};

/// How long the page looks by itself before it reports back; short, so that a dying page is noticed.
const SLICE: Duration = Duration::from_millis(400);
/// How long a single question may take; the page's scripts are busy for a while after long callbacks.
const ANSWER: Duration = Duration::from_secs(5);

/// One step of a piece of work, for limits, errors and the log.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Step {
    /// Its name, e.g. `order: customer`.
    pub(crate) name: &'static str,
    /// What there should be at its end, as the end of "there should be …".
    pub(crate) expected: &'static str,
    /// How long it may take.
    pub(crate) limit: Duration,
}

/// One piece of work's hold on a page.
#[derive(Clone, Copy)]
pub(crate) struct Turn<'a> {
    page: &'a WebPage,
    cancel: &'a CancellationToken,
}

/// What a look at a condition brought.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Polled<T> {
    /// It holds; this is its value.
    Value(T),
    /// It cannot hold any more.
    Stop(Stop),
    /// Not yet; perhaps because of this script error.
    Pending(Option<String>),
    /// The document has none of our scripts, as the blank one at the beginning.
    Absent,
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "camelCase")]
enum Stop {
    Login,
    Connection,
    Error { text: String },
    Http { status: u16 },
    Callback { text: String },
}

/// Why a question got no answer.
enum Unanswered {
    /// Nothing more is to be asked.
    Over(ErpError),
    /// The document went away; the next one may answer.
    Gone(String),
}

#[derive(Deserialize)]
struct Verdict {
    title: String,
    path: String,
    text: String,
    resting: bool,
}

impl<'a> Turn<'a> {
    pub(crate) fn new(page: &'a WebPage, cancel: &'a CancellationToken) -> Self {
        Self { page, cancel }
    }

    pub(crate) fn page(&self) -> &'a WebPage {
        self.page
    }

    pub(crate) fn limits(&self) -> &'a Limits {
        &self.page.config().limits
    }

    /// Waits until `condition` is neither null nor false and returns it.
    pub(crate) async fn until<T: DeserializeOwned>(
        &self,
        step: Step,
        condition: &str,
    ) -> Result<T, ErpError> {
        self.wait(step, condition, false).await
    }

    /// The same where the login page is a place to be.
    pub(crate) async fn until_also_at_login<T: DeserializeOwned>(
        &self,
        step: Step,
        condition: &str,
    ) -> Result<T, ErpError> {
        self.wait(step, condition, true).await
    }

    /// Waits until no callback has been under way for a moment.
    pub(crate) async fn idle(&self, name: &'static str) -> Result<(), ErpError> {
        let limits = self.limits();
        let hold = limits.idle_hold.as_millis();
        let step = Step { name, expected: "a page at rest", limit: limits.idle };
        self.until::<bool>(step, &format!("__archibald.idle({hold})")).await.map(drop)
    }

    /// Asks once, or does something once; the expression must not wait.
    pub(crate) async fn ask<T: DeserializeOwned>(
        &self,
        name: &'static str,
        expression: &str,
    ) -> Result<T, ErpError> {
        match self.answer(expression).await {
            Ok(value) => Ok(value),
            Err(Unanswered::Over(error)) => Err(error),
            Err(Unanswered::Gone(why)) => {
                Err(ErpError::unreachable(format!("{name}: the page went away ({why})")))
            }
        }
    }

    /// The error of a screen that is not as expected, with a snapshot of it.
    pub(crate) async fn screen_changed(&self, step: &'static str, expected: impl Into<String>) -> ErpError {
        let snapshot = Box::new(self.snapshot().await);
        let expected = expected.into();
        tracing::debug!(
            step,
            expected,
            path = snapshot.path,
            title = snapshot.title,
            "screen not as expected"
        );
        ErpError::ScreenChanged { screen: step.to_owned(), expected, snapshot }
    }

    /// Sizes the window.
    pub(crate) async fn resize(&self, window: Window) -> Result<(), ErpError> {
        let resized = self.guard(ANSWER, "resize", self.page.resize(window)).await?;
        resized.map_err(|error| ErpError::browser(format!("its window cannot be sized: {error}")))
    }

    /// Has the browser send every request once at most, or lets it repeat what was cut off, as it does by default.
    pub(crate) async fn send_once(&self, once: bool) -> Result<(), ErpError> {
        let set = self.guard(ANSWER, "headers", self.page.close_each_connection(once)).await?;
        set.map_err(|error| ErpError::browser(format!("its headers cannot be set: {error}")))
    }

    async fn wait<T: DeserializeOwned>(
        &self,
        step: Step,
        condition: &str,
        login: bool,
    ) -> Result<T, ErpError> {
        let deadline = Instant::now() + step.limit;
        let interval = self.limits().poll_interval;
        let mut trouble = None;
        loop {
            let slice = SLICE.min(deadline.saturating_duration_since(Instant::now()));
            let question = format!(
                "globalThis.__archibald \
                 ? __archibald.poll(() => ({condition}), {}, {}, {login}) \
                 : (globalThis.__leaving ? {{pending: 'leaving'}} : 'absent')",
                slice.as_millis(),
                interval.as_millis(),
            );
            let looked = self.answer(&question).await;
            match looked {
                Ok(Polled::Value(value)) => return Ok(value),
                Ok(Polled::Stop(stop)) => return Err(self.stopped(step, stop).await),
                Ok(Polled::Pending(why)) => trouble = why.or(trouble),
                Ok(Polled::Absent) => {
                    self.guard(ANSWER, step.name, tokio::time::sleep(interval)).await?;
                }
                Err(Unanswered::Over(error)) => return Err(error),
                Err(Unanswered::Gone(why)) => {
                    trouble = Some(why);
                    self.guard(ANSWER, step.name, tokio::time::sleep(interval)).await?;
                }
            }
            if Instant::now() >= deadline {
                tracing::debug!(step = step.name, ?trouble, "a wait reached its limit");
                return Err(self.gave_up(step).await);
            }
        }
    }

    async fn stopped(&self, step: Step, stop: Stop) -> ErpError {
        match stop {
            Stop::Login => ErpError::LoggedOut,
            Stop::Connection => ErpError::unreachable(format!("{}: no connection", step.name)),
            Stop::Http { status } if status >= 500 || status == 429 || status == 408 => {
                ErpError::unreachable(format!("{}: the ERP answers with status {status}", step.name))
            }
            Stop::Callback { text } => ErpError::unreachable(format!("{}: {text}", step.name)),
            Stop::Http { status } => {
                self.screen_changed(step.name, format!("a page, not status {status}")).await
            }
            Stop::Error { text } => {
                self.screen_changed(
                    step.name,
                    format!("{}, not the ERP's error page ({text})", step.expected),
                )
                .await
            }
        }
    }

    /// At the limit: a page that still works on its answer is slow, one at rest is not what we took it for.
    async fn gave_up(&self, step: Step) -> ErpError {
        let slow = || ErpError::unreachable(format!("{}: not done after {:?}", step.name, step.limit));
        match self.verdict().await {
            Some(verdict) if verdict.resting => self.screen_changed(step.name, step.expected).await,
            Some(_) | None => slow(),
        }
    }

    async fn verdict(&self) -> Option<Verdict> {
        self.answer("!globalThis.__leaving && globalThis.__archibald ? __archibald.verdict() : null")
            .await
            .ok()
            .flatten()
    }

    /// What windows over this page, and alerts, have said since this was last asked. A page that does not answer has said
    /// nothing: this is for people only.
    pub(crate) async fn said(&self) -> Vec<String> {
        let windows = self.answer::<Vec<String>>("__archibald.strays.splice(0)").await.unwrap_or_default();
        windows.into_iter().chain(self.page.take_dialogs()).collect()
    }

    /// What the screen looks like now.
    pub(crate) async fn snapshot(&self) -> Snapshot {
        let verdict = self.verdict().await;
        let format = ScreenshotParams::builder().format(CaptureScreenshotFormat::Png).build();
        let png = match tokio::time::timeout(ANSWER, self.page.cdp().screenshot(format)).await {
            Ok(Ok(png)) => png,
            Ok(Err(_)) | Err(_) => Vec::new(),
        };
        let dialogs = self.page.take_dialogs();
        let Some(verdict) = verdict else { return Snapshot { dialogs, png, ..Snapshot::default() } };
        Snapshot { title: verdict.title, path: verdict.path, text: verdict.text, dialogs, png }
    }

    async fn answer<T: DeserializeOwned>(&self, expression: &str) -> Result<T, Unanswered> {
        let question = EvaluateParams::builder()
            .expression(expression)
            .await_promise(true)
            .return_by_value(true)
            .user_gesture(true)
            .build()
            .expect("an expression was given");
        let asked = tokio::time::timeout(ANSWER, self.page.cdp().execute(question));
        let answered = self
            .guard(ANSWER * 2, "question", asked)
            .await
            .map_err(Unanswered::Over)?
            .map_err(|_| Unanswered::Gone("it does not answer".to_owned()))?
            .map_err(|error| Unanswered::Gone(error.to_string()))?;
        let answer = answered.result;
        if let Some(exception) = answer.exception_details {
            let words = exception.exception.and_then(|object| object.description).unwrap_or(exception.text);
            return Err(Unanswered::Gone(words));
        }
        let value = answer.result.value.unwrap_or(serde_json::Value::Null);
        serde_json::from_value(value)
            .map_err(|error| Unanswered::Gone(format!("an answer of another shape: {error}")))
    }

    /// Does something unless the caller asks to stop, the browser dies or the limit is reached first.
    pub(crate) async fn guard<F: Future>(
        &self,
        limit: Duration,
        name: &'static str,
        work: F,
    ) -> Result<F::Output, ErpError> {
        tokio::select! {
            biased;
            () = self.cancel.cancelled() => Err(ErpError::Cancelled),
            () = self.page.running().gone().cancelled() => Err(ErpError::browser(format!("during {name}"))),
            done = work => Ok(done),
            () = tokio::time::sleep(limit) => Err(ErpError::unreachable(format!("{name}: the page hangs"))),
        }
    }
}
