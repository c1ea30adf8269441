//! Notes deletions while a page goes: it may have no time for the database, and a draft must not come back.
//!
//! A note is written at once and taken once, by the next page that opens the drafts; it is no record of what is deleted.

use std::collections::BTreeSet;

use domain::{AgentId, DraftId};

use crate::browser;

/// Notes these, beside what other pages have noted.
pub(super) fn note(agent: &AgentId, deleted: Vec<DraftId>) {
    if !deleted.is_empty() {
        let mut noted = noted(agent);
        noted.extend(deleted);
        keep(agent, &noted);
    }
}

/// Forgets one: it was taken back, or the server has answered.
pub(super) fn forget(agent: &AgentId, id: DraftId) {
    let mut noted = noted(agent);
    if noted.remove(&id) {
        keep(agent, &noted);
    }
}

/// Takes all.
pub(super) fn take(agent: &AgentId) -> BTreeSet<DraftId> {
    let noted = noted(agent);
    if !noted.is_empty() {
        keep(agent, &BTreeSet::new());
    }
    noted
}

fn noted(agent: &AgentId) -> BTreeSet<DraftId> {
    browser::remembered(&name(agent)).and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default()
}

fn keep(agent: &AgentId, noted: &BTreeSet<DraftId>) {
    let text = serde_json::to_string(noted).ok().filter(|_| !noted.is_empty());
    browser::remember(&name(agent), text.as_deref());
}

fn name(agent: &AgentId) -> String {
    format!("archibald-deleted-{agent}")
}
