//! Answers the REST paths without parameters, and calls them from the browser: each server function is both.
//!
//! Every one has an explicit endpoint and JSON answers, so an old cached bundle and `curl` call the same address. Paths
//! with parameters are handlers of the server; the browser reaches them through [`crate::client`].

use domain::{
    AskAnswer, CatalogChange, CustomerSummary, Draft, FormSessionId, Me, OrderList, OrderState, PageOf,
    Placement, PriceReport, ProductSummary, ScheduleRow, SmartSyncAnswer, SyncStatus,
};
use leptos::prelude::*;
use server_fn::codec::{GetUrl, Json, Post};

use crate::{answers::SignedIn, codec::JsonOrForm, error::ApiError};

/// Signs in with ERP credentials. `next` is where a browser without JavaScript goes afterwards.
#[server(name = Login, prefix = "/api", endpoint = "auth/login", input = Post<JsonOrForm>, output = Json)]
pub async fn login(
    /// The ERP account.
    account: String,
    /// Its password.
    password: String,
    /// One of our own pages.
    #[server(default)]
    next: Option<String>,
) -> Result<SignedIn, ApiError> {
    let (service, request) = crate::service::account()?;
    let opened = service.login(&request, &account, &password).await?;
    crate::service::set_cookies(opened.cookies);
    crate::service::redirect_plain_form(crate::routes::after_login(next.as_deref()));
    Ok(opened.answer)
}

/// Renews the session with the refresh cookie.
#[server(name = Refresh, prefix = "/api", endpoint = "auth/refresh", input = Json, output = Json)]
pub async fn refresh() -> Result<SignedIn, ApiError> {
    let (service, request) = crate::service::account()?;
    let opened = service.refresh(&request).await?;
    crate::service::set_cookies(opened.cookies);
    Ok(opened.answer)
}

/// Ends the session; without one it does nothing.
#[server(name = Logout, prefix = "/api", endpoint = "auth/logout", input = Post<JsonOrForm>, output = Json)]
pub async fn logout() -> Result<(), ApiError> {
    let (service, request) = crate::service::account()?;
    let cleared = service.logout(&request).await?;
    crate::service::set_cookies(cleared);
    crate::service::redirect_plain_form(crate::routes::LOGIN);
    Ok(())
}

/// Who is signed in.
#[allow(clippy::unused_async, reason = "a server function is async; the session was verified before")]
#[server(name = GetMe, prefix = "/api", endpoint = "auth/me", input = GetUrl, output = Json)]
pub async fn me() -> Result<Me, ApiError> {
    Ok(crate::service::agent()?.me())
}

/// Enters the order form: takes or renews its lease and brings customers up to date.
#[server(name = SmartSync, prefix = "/api", endpoint = "customers/smart-sync", input = Json, output = Json)]
pub async fn smart_sync(
    /// The form.
    #[server(rename = "sessionId")]
    session: FormSessionId,
) -> Result<SmartSyncAnswer, ApiError> {
    crate::service::agent()?.smart_sync(session).await
}

/// Says that an order form will probably open: its customers are read ahead unless that was done a moment ago.
#[server(name = ExpectForm, prefix = "/api", endpoint = "customers/expect-form", input = Json, output = Json)]
pub async fn expect_form() -> Result<(), ApiError> {
    crate::service::agent()?.expect_form().await
}

/// Keeps the form's lease alive; `active` says whether there was input since the last beat.
#[server(name = SessionBeat, prefix = "/api", endpoint = "customers/session-beat", input = Json, output = Json)]
pub async fn session_beat(
    /// The form.
    #[server(rename = "sessionId")]
    session: FormSessionId,
    /// Whether there was input since the last beat.
    active: bool,
) -> Result<(), ApiError> {
    let beat = domain::Beat { session_id: session, active };
    crate::service::agent()?.beat(beat).await
}

/// Leaves the order form; twice is once.
#[server(name = ResumeSyncs, prefix = "/api", endpoint = "customers/resume-syncs", input = Json, output = Json)]
pub async fn resume_syncs(
    /// The form.
    #[server(rename = "sessionId")]
    session: FormSessionId,
) -> Result<(), ApiError> {
    crate::service::agent()?.release(session).await
}

/// Customers that match, best first.
#[server(name = ListCustomers, prefix = "/api", endpoint = "customers", input = GetUrl, output = Json)]
pub async fn customers(
    /// Words to find; empty finds everything.
    #[server(default)]
    search: String,
    /// At most this many.
    #[server(default)]
    limit: Option<u32>,
    /// Where to go on, from the page before.
    #[server(default)]
    cursor: Option<String>,
) -> Result<PageOf<CustomerSummary>, ApiError> {
    let query = crate::answers::ListQuery { search, limit, cursor };
    crate::service::agent()?.customers(query).await
}

/// Looks for customers in the ERP itself, for whoever does not find them in the copy. Answers when the ERP has.
#[server(name = LookUpCustomers, prefix = "/api", endpoint = "customers/look-up", input = Json, output = Json)]
pub async fn look_up_customers(
    /// A part of the name, or the id.
    text: String,
) -> Result<PageOf<CustomerSummary>, ApiError> {
    crate::service::agent()?.look_up_customers(text).await
}

/// Articles that match, best first.
#[server(name = ListProducts, prefix = "/api", endpoint = "products", input = GetUrl, output = Json)]
pub async fn products(
    /// Words to find; empty finds everything.
    #[server(default)]
    search: String,
    /// At most this many.
    #[server(default)]
    limit: Option<u32>,
    /// Where to go on, from the page before.
    #[server(default)]
    cursor: Option<String>,
) -> Result<PageOf<ProductSummary>, ApiError> {
    let query = crate::answers::ListQuery { search, limit, cursor };
    crate::service::agent()?.products(query).await
}

/// All drafts that have not been submitted.
#[server(name = ListDrafts, prefix = "/api", endpoint = "drafts", input = GetUrl, output = Json)]
pub async fn drafts() -> Result<Vec<Draft>, ApiError> {
    crate::service::agent()?.drafts().await
}

/// All placements, newest first.
#[server(name = ListPlacements, prefix = "/api", endpoint = "placements", input = GetUrl, output = Json)]
pub async fn placements() -> Result<Vec<Placement>, ApiError> {
    crate::service::agent()?.placements().await
}

/// The agent's orders that match, newest first, and those just sent that the ERP has not listed yet.
#[server(name = ListOrders, prefix = "/api", endpoint = "orders", input = GetUrl, output = Json)]
pub async fn orders(
    /// Part of a customer's name or of a number; empty finds everything.
    #[server(default)]
    search: String,
    /// Only orders that stand here.
    #[server(default)]
    state: Option<OrderState>,
    /// At most this many.
    #[server(default)]
    limit: Option<u32>,
    /// Where to go on, from the page before.
    #[server(default)]
    cursor: Option<String>,
) -> Result<OrderList, ApiError> {
    let list = crate::answers::ListQuery { search, limit, cursor };
    crate::service::agent()?.orders(crate::answers::OrderQuery { list, state }).await
}

/// How the price list fits the articles, with what fits nothing.
#[server(name = GetPriceReport, prefix = "/api", endpoint = "catalog/prices-report", input = GetUrl, output = Json)]
pub async fn price_report() -> Result<PriceReport, ApiError> {
    crate::service::agent()?.price_report().await
}

/// What has changed in articles and prices, newest first.
#[server(name = ListCatalogChanges, prefix = "/api", endpoint = "catalog/changes", input = GetUrl, output = Json)]
pub async fn catalog_changes(
    /// Part of an article's id or name; empty finds everything.
    #[server(default)]
    search: String,
    /// At most this many.
    #[server(default)]
    limit: Option<u32>,
    /// Where to go on, from the page before.
    #[server(default)]
    cursor: Option<String>,
) -> Result<PageOf<CatalogChange>, ApiError> {
    let query = crate::answers::ListQuery { search, limit, cursor };
    crate::service::agent()?.catalog_changes(query).await
}

/// The state of everything.
#[server(name = GetSyncStatus, prefix = "/api", endpoint = "sync/status", input = GetUrl, output = Json)]
pub async fn sync_status() -> Result<SyncStatus, ApiError> {
    crate::service::agent()?.sync_status().await
}

/// When what runs by itself.
#[server(name = GetSchedule, prefix = "/api", endpoint = "sync/schedule", input = GetUrl, output = Json)]
pub async fn schedule() -> Result<Vec<ScheduleRow>, ApiError> {
    crate::service::agent()?.schedule().await
}

/// Asks for every sync that has a reader; 202 with one answer per type.
#[server(name = SyncEverything, prefix = "/api", endpoint = "sync/full", input = Json, output = Json)]
pub async fn sync_full() -> Result<Vec<AskAnswer>, ApiError> {
    let agent = crate::service::agent()?;
    let mut answers = Vec::new();
    for kind in domain::SyncType::ALL {
        match agent.ask_sync(kind).await {
            Ok(answer) => answers.push(answer),
            Err(error) if error.code == crate::error::ErrorCode::NotAvailable => {}
            Err(error) => return Err(error),
        }
    }
    crate::service::answer_with_status(202);
    Ok(answers)
}
