//! Calls the REST paths that have parameters; the rest are server functions in [`crate::api`].

use domain::{
    AskAnswer, Concern, Customer, Draft, DraftId, DraftVersion, ErpId, OrderWithDocuments, Placement,
    PlacementLogEntry, SmartSyncMetrics, SyncType,
};

use crate::{
    answers::{Decision, SaveDraftAnswer},
    error::ApiError,
};

/// `GET /api/customers/{id}`
pub async fn customer(id: &ErpId) -> Result<Customer, ApiError> {
    wire::get(&format!("/api/customers/{id}")).await
}

/// `PUT /api/drafts/{id}`
pub async fn save_draft(draft: &Draft) -> Result<SaveDraftAnswer, ApiError> {
    wire::save_draft(draft).await
}

/// `DELETE /api/drafts/{id}`
pub async fn delete_draft(id: DraftId, based_on: DraftVersion) -> Result<(), ApiError> {
    wire::delete(&format!("/api/drafts/{id}?version={}", based_on.0)).await
}

/// `POST /api/drafts/{id}/place`
pub async fn place(id: DraftId, based_on: DraftVersion) -> Result<Placement, ApiError> {
    wire::post(&format!("/api/drafts/{id}/place"), &crate::answers::BasedOn { version: based_on }).await
}

/// `GET /api/drafts/{id}`
pub async fn draft(id: DraftId) -> Result<Draft, ApiError> {
    wire::get(&format!("/api/drafts/{id}")).await
}

/// `POST /api/drafts/{id}/review`: what to know before it is sent.
pub async fn review(draft: &Draft) -> Result<Vec<Concern>, ApiError> {
    wire::post(&format!("/api/drafts/{}/review", draft.id), draft).await
}

/// `POST /api/placements/{id}/edit`: a rejected placement becomes a draft again.
pub async fn edit_rejected(id: DraftId) -> Result<Draft, ApiError> {
    wire::post(&format!("/api/placements/{id}/edit"), &()).await
}

/// `GET /api/placements/{id}`
pub async fn placement(id: DraftId) -> Result<Placement, ApiError> {
    wire::get(&format!("/api/placements/{id}")).await
}

/// `GET /api/placements/{id}/log`
pub async fn placement_log(id: DraftId) -> Result<Vec<PlacementLogEntry>, ApiError> {
    wire::get(&format!("/api/placements/{id}/log")).await
}

/// `POST /api/placements/{id}/withdraw`: one that still waits becomes a draft again.
pub async fn withdraw(id: DraftId) -> Result<Draft, ApiError> {
    wire::post(&format!("/api/placements/{id}/withdraw"), &()).await
}

/// `POST /api/placements/{id}/accept`: takes one that differs as the ERP holds it.
pub async fn accept(id: DraftId) -> Result<Placement, ApiError> {
    wire::post(&format!("/api/placements/{id}/accept"), &()).await
}

/// `POST /api/placements/{id}/retry`: does not wait for the next attempt's time; one that differs is read again.
pub async fn retry(id: DraftId) -> Result<Placement, ApiError> {
    wire::post(&format!("/api/placements/{id}/retry"), &()).await
}

/// `POST /api/placements/{id}/resolve`: what the agent has found out about one that needs attention.
pub async fn resolve(id: DraftId, decision: &Decision) -> Result<Placement, ApiError> {
    wire::post(&format!("/api/placements/{id}/resolve"), decision).await
}

/// `GET /api/orders/{id}`
pub async fn order(id: &ErpId) -> Result<OrderWithDocuments, ApiError> {
    wire::get(&format!("/api/orders/{id}")).await
}

/// `GET /api/metrics/smart-sync`
pub async fn smart_sync_metrics() -> Result<SmartSyncMetrics, ApiError> {
    wire::get("/api/metrics/smart-sync").await
}

/// `POST /api/sync/{type}`
pub async fn ask_sync(kind: SyncType) -> Result<AskAnswer, ApiError> {
    wire::post(&format!("/api/sync/{kind}"), &()).await
}

#[cfg(feature = "hydrate")]
mod wire {
    //! Sends requests with the browser's fetch.

    use domain::{Draft, ErrorBody};
    use gloo_net::http::{Request, RequestBuilder, Response};
    use serde::{Serialize, de::DeserializeOwned};

    use crate::{
        answers::{DraftConflict, DraftKept, SaveDraftAnswer},
        error::{ApiError, ErrorCode},
    };

    pub(super) async fn get<T: DeserializeOwned>(path: &str) -> Result<T, ApiError> {
        json(send(Request::get(path)).await?).await
    }

    pub(super) async fn post<T: DeserializeOwned>(path: &str, body: &impl Serialize) -> Result<T, ApiError> {
        json(send_json(Request::post(path), body).await?).await
    }

    pub(super) async fn delete(path: &str) -> Result<(), ApiError> {
        let answer = send(Request::delete(path)).await?;
        if answer.ok() { Ok(()) } else { Err(error(answer).await) }
    }

    pub(super) async fn save_draft(draft: &Draft) -> Result<SaveDraftAnswer, ApiError> {
        let answer = send_json(Request::put(&format!("/api/drafts/{}", draft.id)), draft).await?;
        match answer.status() {
            409 => {
                let conflict: DraftConflict = read(answer).await?;
                Ok(conflict.current.map_or(SaveDraftAnswer::Submitted, SaveDraftAnswer::Stale))
            }
            410 => Ok(SaveDraftAnswer::Deleted),
            _ => json::<DraftKept>(answer).await.map(|kept| SaveDraftAnswer::Saved(kept.version)),
        }
    }

    async fn send(request: RequestBuilder) -> Result<Response, ApiError> {
        request.send().await.map_err(|error| offline(&error))
    }

    async fn send_json(request: RequestBuilder, body: &impl Serialize) -> Result<Response, ApiError> {
        let request =
            request.json(body).map_err(|error| ApiError::new(ErrorCode::Internal, error.to_string()))?;
        request.send().await.map_err(|error| offline(&error))
    }

    async fn json<T: DeserializeOwned>(answer: Response) -> Result<T, ApiError> {
        if answer.ok() { read(answer).await } else { Err(error(answer).await) }
    }

    async fn read<T: DeserializeOwned>(answer: Response) -> Result<T, ApiError> {
        answer.json().await.map_err(|error| ApiError::new(ErrorCode::Internal, error.to_string()))
    }

    async fn error(answer: Response) -> ApiError {
        let status = answer.status();
        answer
            .json::<ErrorBody>()
            .await
            .map_or_else(|_| ApiError::new(ErrorCode::Internal, format!("status {status}")), ApiError::from)
    }

    fn offline(error: &gloo_net::Error) -> ApiError {
        ApiError::new(ErrorCode::Offline, error.to_string())
    }
}

#[cfg(not(feature = "hydrate"))]
#[allow(clippy::unused_async, reason = "the ones in the browser wait")]
mod wire {
    //! Stands where the browser's fetch is: the server renders no private data, so it never calls itself.

    use domain::Draft;
    use serde::Serialize;

    use crate::{
        answers::SaveDraftAnswer,
        error::{ApiError, ErrorCode},
    };

    fn nowhere<T>() -> Result<T, ApiError> {
        Err(ApiError::new(ErrorCode::Offline, "only a browser calls the REST paths"))
    }

    pub(super) async fn get<T>(_path: &str) -> Result<T, ApiError> {
        nowhere()
    }

    pub(super) async fn post<T>(_path: &str, _body: &impl Serialize) -> Result<T, ApiError> {
        nowhere()
    }

    pub(super) async fn delete(_path: &str) -> Result<(), ApiError> {
        nowhere()
    }

    pub(super) async fn save_draft(_draft: &Draft) -> Result<SaveDraftAnswer, ApiError> {
        nowhere()
    }
}
