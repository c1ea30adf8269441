//! Answers HTTP: the table of routes, and the layers every request passes.
//!
//! Nothing is reachable without a session unless [`OPEN`] names it: the guard sits on every route, also on those that
//! somebody adds later. Only the fallback is outside, and it serves nothing but the browser's public files.

mod catalog;
mod drafts;
mod guard;
mod headers;
mod health;
mod limits;
pub(crate) mod metrics;
mod no_body;
mod openapi;
mod pages;
mod placements;
mod problem;
mod sync;
#[cfg(test)]
mod tests;
mod webhook;

use std::sync::Arc;

use app::service::AccountService;
use axum::{
    Router,
    extract::FromRef,
    middleware,
    routing::{MethodRouter, get, post, put},
};
use domain::{Ddt, Invoice};
use leptos::config::LeptosOptions;
use store::Store;
use tokio_util::sync::CancellationToken;
use tower_http::limit::RequestBodyLimitLayer;

use crate::{auth::sessions::Sessions, config::Config, services::Services};

pub use metrics::router as metrics_router;
pub use pages::options as page_options;

/// What handlers share.
#[derive(Clone)]
pub struct AppState {
    /// The settings.
    pub config: Arc<Config>,
    /// All databases.
    pub store: Store,
    /// Finds out who a request comes from.
    pub sessions: Arc<Sessions>,
    /// What signed-in agents can do.
    pub services: Services,
    /// Signing in and out.
    pub accounts: Arc<dyn AccountService>,
    /// Cancelled when the server begins to stop.
    pub stopping: CancellationToken,
    /// Where the browser's files are and what they are called.
    pub leptos: LeptosOptions,
}

impl FromRef<AppState> for LeptosOptions {
    fn from_ref(state: &AppState) -> Self {
        state.leptos.clone()
    }
}

/// What anybody may ask for.
pub(crate) const OPEN: [(&str, &str); 8] = [
    ("GET", "/login"),
    ("POST", "/api/auth/login"),
    ("POST", "/api/auth/refresh"),
    ("POST", "/api/auth/logout"),
    ("GET", "/api/openapi.json"),
    // It is signed.
    ("POST", "/api/webhooks/archibald/customer-modified"),
    ("GET", "/livez"),
    ("GET", "/readyz"),
];

/// The routes with handlers of our own. Those without parameters are server functions of the pages.
pub(crate) fn table() -> Vec<(&'static str, MethodRouter<AppState>)> {
    vec![
        ("/livez", get(health::livez)),
        ("/readyz", get(health::readyz)),
        ("/api/openapi.json", get(openapi::document)),
        ("/api/customers/{id}", get(catalog::customer)),
        ("/api/products/{id}", get(catalog::product)),
        ("/api/prices", get(catalog::prices)),
        ("/api/orders/{id}", get(catalog::order)),
        ("/api/ddt", get(catalog::documents::<Ddt>)),
        ("/api/invoices", get(catalog::documents::<Invoice>)),
        ("/api/drafts", post(drafts::post)),
        ("/api/drafts/{id}", get(drafts::get).put(drafts::put).delete(drafts::delete)),
        ("/api/drafts/{id}/place", post(drafts::place)),
        ("/api/drafts/{id}/review", post(drafts::review)),
        ("/api/placements/{id}", get(placements::get)),
        ("/api/placements/{id}/edit", post(placements::edit)),
        ("/api/placements/{id}/withdraw", post(placements::withdraw)),
        ("/api/placements/{id}/retry", post(placements::retry)),
        ("/api/placements/{id}/accept", post(placements::accept)),
        ("/api/placements/{id}/resolve", post(placements::resolve)),
        ("/api/placements/{id}/log", get(placements::log)),
        ("/api/placements/{id}/screenshot", get(placements::screenshot)),
        ("/api/sync/{type}", post(sync::ask)),
        ("/api/sync/schedule/{type}", put(sync::set_interval)),
        ("/api/sync/logins/{login}/hold", put(sync::hold).delete(sync::end_hold)),
        ("/api/sync/history", get(sync::history)),
        ("/api/webhooks/archibald/customer-modified", post(webhook::customer_modified)),
        ("/api/metrics/smart-sync", get(sync::smart_sync_metrics)),
        ("/api/sync/events", get(sync::events)),
    ]
}

/// The whole product, ready to be served.
pub fn router(state: AppState) -> Router {
    let limit = RequestBodyLimitLayer::new(state.config.body_kib_max * 1024);
    let mut router = Router::new();
    for (path, handlers) in table() {
        router = router.route(path, handlers);
    }
    let guarded =
        pages::add(router, &state).route_layer(middleware::from_fn_with_state(state.clone(), guard::check));
    pages::add_fallback(guarded)
        .layer(middleware::from_fn_with_state(state.clone(), limits::hold))
        .layer(middleware::from_fn(no_body::is_no_arguments))
        .layer(limit)
        .layer(middleware::from_fn(problem::in_json))
        .layer(middleware::from_fn_with_state(state.clone(), headers::add))
        .with_state(state)
}
