//! Answers the paths of what the ERP knows: single customers and articles, prices, orders and their documents.

use std::sync::Arc;

use app::{answers::ListQuery, service::AgentService};
use axum::{Extension, Json};
use domain::{ArticleId, Customer, ErpId, OrderWithDocuments, PageOf, Price, Product};
use store::Synced;

use super::problem::{Asked, Params, Problem};
use crate::services::Agent;

/// `GET /api/customers/{id}`
pub(crate) async fn customer(
    Extension(agent): Extension<Arc<Agent>>,
    Params(id): Params<ErpId>,
) -> Result<Json<Customer>, Problem> {
    Ok(Json(agent.customer(id).await?))
}

/// `GET /api/products/{id}`
pub(crate) async fn product(
    Extension(agent): Extension<Arc<Agent>>,
    Params(id): Params<ArticleId>,
) -> Result<Json<Product>, Problem> {
    Ok(Json(agent.product(id).await?))
}

/// `GET /api/prices`
pub(crate) async fn prices(
    Extension(agent): Extension<Arc<Agent>>,
    Asked(query): Asked<ListQuery>,
) -> Result<Json<PageOf<Price>>, Problem> {
    Ok(Json(agent.prices(query).await?))
}

/// `GET /api/ddt`, `GET /api/invoices`
pub(crate) async fn documents<T: Synced>(
    Extension(agent): Extension<Arc<Agent>>,
    Asked(query): Asked<ListQuery>,
) -> Result<Json<PageOf<T>>, Problem> {
    Ok(Json(agent.documents(query).await?))
}

/// `GET /api/orders/{id}`
pub(crate) async fn order(
    Extension(agent): Extension<Arc<Agent>>,
    Params(id): Params<ErpId>,
) -> Result<Json<OrderWithDocuments>, Problem> {
    Ok(Json(agent.order(id).await?))
}
