//! Sends drafts one after another, and asks before sending what looks sent already or will probably be refused.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Concern, Draft, DraftId, Placement};
use leptos::prelude::*;

use crate::{
    client,
    drafts::Drafts,
    error::{ApiError, ErrorCode},
};

/// What is being sent from this page.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sending {
    /// What was sent before, newest first; `None` until the server has said.
    pub placements: RwSignal<Option<Vec<Placement>>>,
    /// Drafts on their way to the server.
    busy: RwSignal<BTreeSet<DraftId>>,
    /// What the agent should know of drafts before they are sent, until they have decided.
    pub concerns: RwSignal<BTreeMap<DraftId, Vec<Concern>>>,
    /// Whether nothing begins in the agent's ERP login for now.
    pub rests: RwSignal<bool>,
}

impl Sending {
    /// Whether anything is on its way to the server.
    pub fn is_busy(self) -> bool {
        self.busy.with(|busy| !busy.is_empty())
    }

    /// Whether this draft is on its way to the server.
    pub fn is_sending(self, id: DraftId) -> bool {
        self.busy.with(|busy| busy.contains(&id))
    }

    /// Sends one draft, unless it is already being sent or the agent should know something first. Answers whether it went.
    pub async fn send(self, drafts: Drafts, draft: &Draft) -> Result<bool, ApiError> {
        if !self.begin(draft.id) {
            return Ok(false);
        }
        // Without an answer nothing is lost but a warning; the ERP has the last word.
        let concerns = client::review(draft).await.unwrap_or_default();
        if !concerns.is_empty() {
            self.concerns.try_update(|all| all.insert(draft.id, concerns));
            self.end(draft.id);
            return Ok(false);
        }
        self.place(drafts, draft.id).await
    }

    /// Sends one draft, unless it is already being sent. Answers whether it went.
    pub async fn send_anyway(self, drafts: Drafts, id: DraftId) -> Result<bool, ApiError> {
        if self.begin(id) { self.place(drafts, id).await } else { Ok(false) }
    }

    /// Whether this draft was not on its way already. What was begun goes on when the page is left.
    fn begin(self, id: DraftId) -> bool {
        self.busy.try_update(|busy| busy.insert(id)).unwrap_or(true)
    }

    fn end(self, id: DraftId) {
        self.busy.try_update(|busy| busy.remove(&id));
    }

    async fn place(self, drafts: Drafts, id: DraftId) -> Result<bool, ApiError> {
        let answer = drafts.place(id).await;
        self.end(id);
        let placement = answer?;
        self.decided(id);
        self.placements.try_update(|known| {
            let known = known.get_or_insert_default();
            known.retain(|other| other.draft_id != placement.draft_id);
            known.insert(0, placement);
        });
        Ok(true)
    }

    /// Sends every draft that is complete, oldest first. Answers how many went, and why the last one did not.
    pub async fn send_all(self, drafts: Drafts) -> (u32, Option<ErrorCode>) {
        let mut ready: Vec<Draft> = untrack(|| drafts.shown()).into_iter().map(|kept| kept.draft).collect();
        ready.retain(|draft| draft.unready().is_empty());
        ready.reverse();
        let (mut sent, mut failure) = (0, None);
        for draft in ready {
            match self.send(drafts, &draft).await {
                Ok(went) => sent += u32::from(went),
                // One bad order does not hold up the next; without a network none would go.
                Err(error) => failure = Some(error.code),
            }
            if failure == Some(ErrorCode::Offline) {
                break;
            }
        }
        (sent, failure)
    }

    /// How many drafts wait for the agent's decision.
    pub fn held(self, drafts: Drafts) -> usize {
        let shown = untrack(|| drafts.shown());
        let held =
            |all: &BTreeMap<DraftId, _>| shown.iter().filter(|kept| all.contains_key(&kept.draft.id)).count();
        // The page may have been left meanwhile.
        self.concerns.try_with_untracked(held).unwrap_or(0)
    }

    /// The agent has decided about a draft.
    pub fn decided(self, id: DraftId) {
        self.concerns.try_update(|concerns| concerns.remove(&id));
    }
}
