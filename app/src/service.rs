//! Says what the pages need of the server, so that `app` knows neither store nor conductor.
//!
//! The server's middleware verifies the session and puts an `Arc<dyn AgentService>` into the request's extensions, and an
//! `Arc<dyn AccountService>` into those of the three open sign-in requests. Server functions fetch them from there; REST
//! handlers of paths with parameters use the same objects.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{
    AskAnswer, Beat, CatalogChange, Customer, CustomerSummary, Draft, DraftId, DraftVersion, ErpId,
    FormSessionId, Me, OrderList, PageOf, Placement, PriceReport, ProductSummary, ScheduleRow,
    SmartSyncAnswer, SyncStatus, SyncType,
};
use http::{HeaderValue, StatusCode, header, request::Parts};
use leptos::prelude::{expect_context, use_context};
use leptos_axum::ResponseOptions;

use crate::{
    answers::{ListQuery, OrderQuery, SaveDraftAnswer, SignedIn},
    error::{ApiError, ErrorCode},
};

/// Everything a signed-in agent can ask for, bound to one verified session: no method takes an agent, so none can be
/// asked about another's data.
#[async_trait]
pub trait AgentService: Send + Sync {
    /// Who this is.
    fn me(&self) -> Me;

    /// Enters the order form: takes or renews its lease, brings customers up to date, answers when that has ended.
    async fn smart_sync(&self, session: FormSessionId) -> Result<SmartSyncAnswer, ApiError>;
    /// Says that an order form will probably open, so that what it needs is got ready. Answers at once.
    async fn expect_form(&self) -> Result<(), ApiError>;
    /// Keeps a form's lease alive. [`ErrorCode::LeaseEnded`] when it has ended.
    async fn beat(&self, beat: Beat) -> Result<(), ApiError>;
    /// Leaves the order form; twice is once.
    async fn release(&self, session: FormSessionId) -> Result<(), ApiError>;

    /// Customers that match, best first.
    async fn customers(&self, query: ListQuery) -> Result<PageOf<CustomerSummary>, ApiError>;
    /// Customers that the ERP itself finds by this text, its id or a part of its words; they are known from now on.
    /// Waits for the ERP, a minute at most.
    async fn look_up_customers(&self, text: String) -> Result<PageOf<CustomerSummary>, ApiError>;
    /// One customer with all that is known of it.
    async fn customer(&self, id: ErpId) -> Result<Customer, ApiError>;
    /// Articles that match, best first, each with its package variants and prices.
    async fn products(&self, query: ListQuery) -> Result<PageOf<ProductSummary>, ApiError>;

    /// All drafts that have not been submitted, newest edit first.
    async fn drafts(&self) -> Result<Vec<Draft>, ApiError>;
    /// One draft.
    async fn draft(&self, id: DraftId) -> Result<Draft, ApiError>;
    /// Keeps a draft if it is based on the version the server has (0 makes a new one).
    async fn save_draft(&self, draft: Draft) -> Result<SaveDraftAnswer, ApiError>;
    /// Deletes a draft; deleted once is deleted for ever, on every device. [`ErrorCode::Conflict`] when it was
    /// submitted, or saved with a later version than `based_on`.
    async fn delete_draft(&self, id: DraftId, based_on: DraftVersion) -> Result<(), ApiError>;

    /// Submits a draft: makes its placement, or answers the one it already has. Never waits for the ERP.
    /// [`ErrorCode::Conflict`] when the server holds another version than `based_on`.
    async fn place(&self, id: DraftId, based_on: DraftVersion) -> Result<Placement, ApiError>;
    /// All placements, newest first.
    async fn placements(&self) -> Result<Vec<Placement>, ApiError>;
    /// One placement.
    async fn placement(&self, id: DraftId) -> Result<Placement, ApiError>;
    /// Turns a rejected placement into a draft again, with a new id and version 1.
    async fn edit_rejected(&self, id: DraftId) -> Result<Draft, ApiError>;

    /// Orders that match, newest first, and those just sent. Asks for the first reading if there was none yet.
    async fn orders(&self, query: OrderQuery) -> Result<OrderList, ApiError>;

    /// How the price list fits the articles.
    async fn price_report(&self) -> Result<PriceReport, ApiError>;
    /// What has changed in articles and prices, newest first.
    async fn catalog_changes(&self, query: ListQuery) -> Result<PageOf<CatalogChange>, ApiError>;

    /// The state of everything, for this agent's eyes.
    async fn sync_status(&self) -> Result<SyncStatus, ApiError>;
    /// When what runs by itself.
    async fn schedule(&self) -> Result<Vec<ScheduleRow>, ApiError>;
    /// Asks for one sync. [`ErrorCode::NotAvailable`] for a type without a reader.
    async fn ask_sync(&self, kind: SyncType) -> Result<AskAnswer, ApiError>;
}

/// A session that has just begun or been renewed.
pub struct OpenedSession {
    /// What the answer says.
    pub answer: SignedIn,
    /// `Set-Cookie` values: the HttpOnly session and refresh cookies.
    pub cookies: Vec<HeaderValue>,
}

/// Signing in and out, which needs no session.
///
/// The request's parts bring cookies, headers and the peer's address. Two tabs may renew the same session at the same
/// moment, so a refresh token that was just rotated away must stay good for a few seconds.
#[async_trait]
pub trait AccountService: Send + Sync {
    /// Checks account and password against the ERP. [`ErrorCode::WrongCredentials`], [`ErrorCode::NotAllowed`],
    /// [`ErrorCode::TooManyAttempts`] or [`ErrorCode::ErpUnreachable`] when it cannot be done.
    async fn login(&self, request: &Parts, account: &str, password: &str) -> Result<OpenedSession, ApiError>;
    /// Trades the refresh cookie for a new pair. [`ErrorCode::SignedOut`] when it is missing, used up or revoked.
    async fn refresh(&self, request: &Parts) -> Result<OpenedSession, ApiError>;
    /// Ends the session, if there is one, and answers the `Set-Cookie` values that clear the cookies.
    async fn logout(&self, request: &Parts) -> Result<Vec<HeaderValue>, ApiError>;
}

/// The agent's services of the current request; `SignedOut` where the middleware has found no session.
pub(crate) fn agent() -> Result<Arc<dyn AgentService>, ApiError> {
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<Arc<dyn AgentService>>().cloned())
        .ok_or_else(|| ApiError::new(ErrorCode::SignedOut, "no session"))
}

/// The sign-in service and the parts of the current request.
pub(crate) fn account() -> Result<(Arc<dyn AccountService>, Parts), ApiError> {
    let missing = || ApiError::new(ErrorCode::Internal, "the sign-in service is not wired to this path");
    let parts = use_context::<Parts>().ok_or_else(missing)?;
    let service = parts.extensions.get::<Arc<dyn AccountService>>().cloned().ok_or_else(missing)?;
    Ok((service, parts))
}

/// Adds cookies to the answer of the current request.
pub(crate) fn set_cookies(cookies: Vec<HeaderValue>) {
    let options = expect_context::<ResponseOptions>();
    for cookie in cookies {
        options.append_header(header::SET_COOKIE, cookie);
    }
}

/// Gives the current answer a status, unless a browser without JavaScript posted a form: that one is sent back to its
/// page, with the error in the address.
pub(crate) fn answer_with_status(status: u16) {
    if let (Some(options), Ok(status)) = (use_context::<ResponseOptions>(), StatusCode::from_u16(status))
        && !is_plain_form()
    {
        options.set_status(status);
    }
}

/// Sends a plain form post on to `path`; a page with JavaScript goes there by itself.
pub(crate) fn redirect_plain_form(path: &str) {
    if is_plain_form() {
        leptos_axum::redirect(path);
    }
}

fn is_plain_form() -> bool {
    use_context::<Parts>()
        .and_then(|parts| {
            parts.headers.get(header::ACCEPT)?.to_str().ok().map(|accept| accept.contains("text/html"))
        })
        .unwrap_or(false)
}
