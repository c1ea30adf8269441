//! Answers the paths of single customers and articles, and the price list.

use std::sync::Arc;

use app::{answers::ListQuery, service::AgentService};
use axum::{Extension, Json};
use domain::{ArticleId, Customer, ErpId, PageOf, Price, Product};

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
