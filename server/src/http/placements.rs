//! Answers the paths of single placements.

use std::sync::Arc;

use app::service::AgentService;
use axum::{Extension, Json};
use domain::{Draft, DraftId, Placement};

use super::problem::{Params, Problem};
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
