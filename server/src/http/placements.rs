//! Answers the paths of single placements.

use std::sync::Arc;

use app::{answers::Decision, service::AgentService};
use axum::{Extension, Json, extract::State};
use domain::{Draft, DraftId, Placement, PlacementLogEntry};
use http::{HeaderName, header};

use super::{
    AppState,
    problem::{Body, Params, Problem},
};
use crate::services::Agent;

/// `GET /api/placements/{id}`
pub(crate) async fn get(
    Extension(agent): Extension<Arc<Agent>>,
    Params(id): Params<DraftId>,
) -> Result<Json<Placement>, Problem> {
    Ok(Json(agent.placement(id).await?))
}

/// `POST /api/placements/{id}/edit`: a rejected placement becomes a draft again.
pub(crate) async fn edit(
    Extension(agent): Extension<Arc<Agent>>,
    Params(id): Params<DraftId>,
) -> Result<Json<Draft>, Problem> {
    Ok(Json(agent.edit_rejected(id).await?))
}

/// `POST /api/placements/{id}/withdraw`: one that still waits becomes a draft again.
pub(crate) async fn withdraw(
    Extension(agent): Extension<Arc<Agent>>,
    Params(id): Params<DraftId>,
) -> Result<Json<Draft>, Problem> {
    Ok(Json(agent.withdraw(id).await?))
}

/// `POST /api/placements/{id}/accept`: one that differs in the ERP is taken as it is there.
pub(crate) async fn accept(
    Extension(agent): Extension<Arc<Agent>>,
    Params(id): Params<DraftId>,
) -> Result<Json<Placement>, Problem> {
    Ok(Json(agent.accept(id).await?))
}

/// `POST /api/placements/{id}/retry`: does not wait for the next attempt's time; one that differs is read again.
pub(crate) async fn retry(
    Extension(agent): Extension<Arc<Agent>>,
    Params(id): Params<DraftId>,
) -> Result<Json<Placement>, Problem> {
    Ok(Json(agent.retry(id).await?))
}

/// `POST /api/placements/{id}/resolve`: what a person has found out about one that needs attention.
pub(crate) async fn resolve(
    Extension(agent): Extension<Arc<Agent>>,
    Params(id): Params<DraftId>,
    Body(decision): Body<Decision>,
) -> Result<Json<Placement>, Problem> {
    Ok(Json(agent.resolve(id, decision).await?))
}

/// `GET /api/placements/{id}/log`
pub(crate) async fn log(
    Extension(agent): Extension<Arc<Agent>>,
    Params(id): Params<DraftId>,
) -> Result<Json<Vec<PlacementLogEntry>>, Problem> {
    Ok(Json(agent.placement_log(id).await?))
}

/// `GET /api/placements/{id}/screenshot`
pub(crate) async fn screenshot(
    State(state): State<AppState>,
    Extension(agent): Extension<Arc<Agent>>,
    Params(id): Params<DraftId>,
) -> Result<([(HeaderName, &'static str); 1], Vec<u8>), Problem> {
    let picture = agent.screenshot(id, &state.config.screenshots_folder()).await?;
    Ok(([(header::CONTENT_TYPE, "image/png")], picture))
}
