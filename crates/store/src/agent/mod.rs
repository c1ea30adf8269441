//! Holds what belongs to one agent: customers, drafts, placements.

mod customers;
mod documents;
mod drafts;
mod placement_rows;
mod placements;
mod restore;
mod submit;
mod typing;

use std::sync::Arc;

use domain::{AgentId, SyncType};

use crate::{Config, LastPass, Result, sqlite::Database, sync};

pub use drafts::{DeleteOutcome, SaveOutcome};
pub(crate) use placements::unfinished;
pub use placements::{Attention, Resolution, UnfinishedPlacement};
pub(crate) use restore::{is_a_copy, remember_file, restored};
pub use submit::SubmitOutcome;
pub use typing::TypingStep;

/// One agent's data. It comes only from a verified session or a claimed task (`Store::agent`, `Store::agent_for_task`).
#[derive(Debug, Clone)]
pub struct AgentStore {
    agent: AgentId,
    database: Database,
    config: Arc<Config>,
}

impl AgentStore {
    pub(crate) fn new(agent: AgentId, database: Database, config: Arc<Config>) -> Self {
        Self { agent, database, config }
    }

    /// Whose data this is.
    pub fn agent(&self) -> &AgentId {
        &self.agent
    }

    /// The last complete pass over one of the agent's kinds; `None` before the first.
    pub async fn last_pass(&self, kind: SyncType) -> Result<Option<LastPass>> {
        sync::last_pass(&self.database, kind).await
    }
}
