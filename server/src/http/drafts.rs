//! Answers the paths of single drafts.

use std::sync::Arc;

use app::{
    answers::{BasedOn, DraftConflict, DraftKept, SaveDraftAnswer},
    error::{ApiError, ErrorCode},
    service::AgentService,
};
use axum::{
    Extension, Json,
    response::{IntoResponse, Response},
};
use domain::{Concern, Draft, DraftId, ErrorBody};
use http::StatusCode;

use super::problem::{Asked, Body, Params, Problem};
use crate::services::Agent;

/// `GET /api/drafts/{id}`
pub(crate) async fn get(
    Extension(agent): Extension<Arc<Agent>>,
    Params(id): Params<DraftId>,
) -> Result<Json<Draft>, Problem> {
    Ok(Json(agent.draft(id).await?))
}

/// `POST /api/drafts`: the same as `PUT` to the address of the draft's id, for programs that expect to create things so.
pub(crate) async fn post(
    Extension(agent): Extension<Arc<Agent>>,
    Body(draft): Body<Draft>,
) -> Result<Response, Problem> {
    save(&agent, draft, StatusCode::CREATED).await
}

/// `PUT /api/drafts/{id}`
pub(crate) async fn put(
    Extension(agent): Extension<Arc<Agent>>,
    Params(id): Params<DraftId>,
    Body(draft): Body<Draft>,
) -> Result<Response, Problem> {
    if draft.id != id {
        return Err(Problem::new(ErrorCode::BadRequest, "the draft's id is not the one of the address"));
    }
    save(&agent, draft, StatusCode::OK).await
}

/// `DELETE /api/drafts/{id}?version=`
pub(crate) async fn delete(
    Extension(agent): Extension<Arc<Agent>>,
    Params(id): Params<DraftId>,
    Asked(based_on): Asked<BasedOn>,
) -> Result<StatusCode, Problem> {
    agent.delete_draft(id, based_on.version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// `POST /api/drafts/{id}/review`: what to know before this draft is sent, as it stands in the request.
pub(crate) async fn review(
    Extension(agent): Extension<Arc<Agent>>,
    Params(_): Params<DraftId>,
    Body(draft): Body<Draft>,
) -> Result<Json<Vec<Concern>>, Problem> {
    Ok(Json(agent.review(&draft).await?))
}

/// `POST /api/drafts/{id}/place`
pub(crate) async fn place(
    Extension(agent): Extension<Arc<Agent>>,
    Params(id): Params<DraftId>,
    Body(based_on): Body<BasedOn>,
) -> Result<Response, Problem> {
    let placement = agent.place(id, based_on.version).await?;
    Ok((StatusCode::ACCEPTED, Json(placement)).into_response())
}

async fn save(agent: &Agent, draft: Draft, kept: StatusCode) -> Result<Response, Problem> {
    Ok(match agent.save_draft(draft).await? {
        SaveDraftAnswer::Saved(version) => (kept, Json(DraftKept { version })).into_response(),
        SaveDraftAnswer::Stale(current) => {
            not_kept(StatusCode::CONFLICT, ErrorCode::Conflict, "another device saved first", Some(current))
        }
        SaveDraftAnswer::Deleted => {
            not_kept(StatusCode::GONE, ErrorCode::NotFound, "the draft was deleted", None)
        }
        SaveDraftAnswer::Submitted => {
            not_kept(StatusCode::CONFLICT, ErrorCode::Conflict, "the draft was submitted", None)
        }
    })
}

fn not_kept(status: StatusCode, code: ErrorCode, message: &str, current: Option<Box<Draft>>) -> Response {
    let error = ErrorBody::from(ApiError::new(code, message)).error;
    (status, Json(DraftConflict { error, current })).into_response()
}
