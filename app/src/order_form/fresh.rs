//! Makes ids that nobody else has.

use domain::{DraftId, FormSessionId, LineId};
use uuid::Uuid;

/// The id of a draft that begins now.
pub(super) fn draft_id() -> DraftId {
    DraftId(uuid())
}

/// The id of a line that is added now.
pub(super) fn line_id() -> LineId {
    LineId(uuid())
}

/// The id of a form that opens now: kept in memory only, so that a duplicated tab gets its own.
pub(super) fn session_id() -> FormSessionId {
    FormSessionId(uuid())
}

/// Ordered by time. The server, which renders the form without a draft, needs none.
fn uuid() -> Uuid {
    #[cfg(feature = "hydrate")]
    return Uuid::now_v7();
    #[cfg(not(feature = "hydrate"))]
    Uuid::nil()
}
