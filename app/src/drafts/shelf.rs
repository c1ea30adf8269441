//! Decides what becomes of each draft on this device: pure, without storage, network or clock.
//!
//! A draft lives here from its first keystroke. It is *unsaved* until the server has confirmed exactly what is shown, and
//! *deleted* until the server knows that too. One that was submitted or deleted, here or elsewhere, is *closed*: no
//! later keystroke, answer or event brings it back, except a later version of the server's, which there is only when its
//! order was withdrawn or refused.

use std::collections::{BTreeMap, BTreeSet};

use domain::{Draft, DraftId, DraftVersion};
use serde::{Deserialize, Serialize};

use super::merge::{MergeReport, merge, same_content};
use crate::answers::SaveDraftAnswer;

/// Whether the server has what this device shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum KeptState {
    /// The server has exactly this.
    Saved,
    /// The server is still to be told.
    Unsaved,
    /// Deleted here; the server is still to be told.
    Deleted,
}

/// One draft as this device keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptDraft {
    /// What is shown; its version is the server's version it is based on.
    pub draft: Draft,
    /// The server's copy of that version, for merging; `None` before the first save.
    pub base: Option<Draft>,
    /// Whether the server has what is shown.
    pub state: KeptState,
}

/// Something that happened to a draft without this device's doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShelfNews {
    /// Another device had changed it too.
    Merged(DraftId, MergeReport),
    /// It was deleted on another device.
    DeletedElsewhere(DraftId),
    /// It was submitted from another device.
    SubmittedElsewhere(DraftId),
}

/// All drafts of one agent on this device.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shelf {
    kept: BTreeMap<DraftId, KeptDraft>,
    /// With the version that was submitted or deleted; only a later one, which the server alone makes, opens it again.
    closed: BTreeMap<DraftId, DraftVersion>,
}

impl Shelf {
    /// The drafts to show, newest edit first.
    pub fn shown(&self) -> Vec<KeptDraft> {
        let mut shown: Vec<KeptDraft> =
            self.kept.values().filter(|kept| kept.state != KeptState::Deleted).cloned().collect();
        shown.sort_by_key(|kept| std::cmp::Reverse((kept.draft.edited_at, kept.draft.id)));
        shown
    }

    /// One draft, unless it is deleted or closed.
    pub fn get(&self, id: DraftId) -> Option<&KeptDraft> {
        self.kept.get(&id).filter(|kept| kept.state != KeptState::Deleted)
    }

    /// What has to be kept on the device for this draft; `None` when there is nothing.
    pub fn record(&self, id: DraftId) -> Option<&KeptDraft> {
        self.kept.get(&id)
    }

    /// What the server is still to be told.
    pub fn waiting(&self) -> Vec<KeptDraft> {
        self.kept.values().filter(|kept| kept.state != KeptState::Saved).cloned().collect()
    }

    /// Takes over what an earlier page kept on the device; what this page has is newer.
    pub fn load(&mut self, records: Vec<KeptDraft>) {
        for record in records {
            if !self.closed.contains_key(&record.draft.id) {
                self.kept.entry(record.draft.id).or_insert(record);
            }
        }
    }

    /// Takes what the agent has typed. Whatever version the form believes in, the shelf's counts. Ignored for a draft
    /// that is deleted or closed, and for one that is empty and was never kept.
    pub fn edit(&mut self, draft: Draft) -> bool {
        if self.closed.contains_key(&draft.id) {
            return false;
        }
        match self.kept.get_mut(&draft.id) {
            Some(kept) if kept.state == KeptState::Deleted => false,
            Some(kept) => {
                kept.draft = Draft { version: kept.draft.version, ..draft };
                kept.state = KeptState::Unsaved;
                true
            }
            None if draft.is_empty() => false,
            None => {
                self.kept.insert(draft.id, KeptDraft { draft, base: None, state: KeptState::Unsaved });
                true
            }
        }
    }

    /// Marks a draft as deleted.
    pub fn delete(&mut self, id: DraftId) {
        if let Some(kept) = self.kept.get_mut(&id) {
            kept.state = KeptState::Deleted;
        }
    }

    /// The drafts whose deletion the server does not know yet.
    pub fn deleted(&self) -> Vec<DraftId> {
        let deleted = self.kept.values().filter(|kept| kept.state == KeptState::Deleted);
        deleted.map(|kept| kept.draft.id).collect()
    }

    /// Takes a deletion back that the server has not been told.
    pub fn undelete(&mut self, id: DraftId) {
        if let Some(kept) = self.kept.get_mut(&id).filter(|kept| kept.state == KeptState::Deleted) {
            kept.state = KeptState::Unsaved;
        }
    }

    /// Forgets a draft whose version was submitted, or whose deletion reached the server. It stays so unless the server
    /// opens it again, because its order was withdrawn or refused.
    pub fn close(&mut self, id: DraftId, version: DraftVersion) {
        self.kept.remove(&id);
        self.closed.insert(id, version);
    }

    /// Lets go of a draft whose deletion the server has refused: its list says next what the draft is now.
    pub fn let_go(&mut self, id: DraftId) {
        self.kept.remove(&id);
    }

    /// Takes the server's answer to a save of `sent`; typing may have gone on meanwhile.
    pub fn answered(&mut self, sent: &Draft, answer: SaveDraftAnswer) -> Option<ShelfNews> {
        match answer {
            SaveDraftAnswer::Saved(version) => {
                self.confirmed(sent, version);
                None
            }
            SaveDraftAnswer::Stale(theirs) => self.merge_with(&theirs),
            SaveDraftAnswer::Deleted => {
                self.close(sent.id, sent.version);
                Some(ShelfNews::DeletedElsewhere(sent.id))
            }
            SaveDraftAnswer::Submitted => {
                self.close(sent.id, sent.version);
                Some(ShelfNews::SubmittedElsewhere(sent.id))
            }
        }
    }

    /// What the server is known to have. To be taken before its list is asked for: see [`Self::pulled`].
    pub fn saved(&self) -> BTreeSet<DraftId> {
        let saved = self.kept.iter().filter(|(_, kept)| kept.state == KeptState::Saved);
        saved.map(|(id, _)| *id).collect()
    }

    /// Takes the server's list of all drafts. What the server had when the list was asked for and no longer lists is
    /// gone there, and goes here too; what was saved in the meantime may be too young for the list.
    pub fn pulled(&mut self, theirs: &[Draft], saved_before: &BTreeSet<DraftId>) -> Vec<ShelfNews> {
        let listed: BTreeSet<DraftId> = theirs.iter().map(|draft| draft.id).collect();
        self.kept.retain(|id, kept| {
            kept.state != KeptState::Saved || listed.contains(id) || !saved_before.contains(id)
        });
        theirs.iter().filter_map(|draft| self.merge_with(draft)).collect()
    }

    /// Takes a draft that the server has just opened again.
    pub fn opened_again(&mut self, draft: &Draft) -> Option<ShelfNews> {
        self.merge_with(draft)
    }

    /// The drafts whose records differ from those of an earlier state, gone ones included.
    pub fn changed_since(&self, earlier: &Self) -> Vec<DraftId> {
        let ids: BTreeSet<DraftId> = self.kept.keys().chain(earlier.kept.keys()).copied().collect();
        ids.into_iter().filter(|id| self.kept.get(id) != earlier.kept.get(id)).collect()
    }

    fn confirmed(&mut self, sent: &Draft, version: DraftVersion) {
        let Some(kept) = self.kept.get_mut(&sent.id) else { return };
        kept.base = Some(Draft { version, ..sent.clone() });
        kept.draft.version = version;
        if kept.state == KeptState::Unsaved && same_content(&kept.draft, sent) {
            kept.state = KeptState::Saved;
        }
    }

    fn merge_with(&mut self, theirs: &Draft) -> Option<ShelfNews> {
        if self.closed.get(&theirs.id).is_some_and(|closed| theirs.version <= *closed) {
            return None;
        }
        self.closed.remove(&theirs.id);
        let Some(kept) = self.kept.get_mut(&theirs.id) else {
            let kept =
                KeptDraft { draft: theirs.clone(), base: Some(theirs.clone()), state: KeptState::Saved };
            self.kept.insert(theirs.id, kept);
            return None;
        };
        if theirs.version <= kept.draft.version {
            return None;
        }
        let (merged, report) = merge(kept.base.as_ref(), &kept.draft, theirs);
        let was = kept.state;
        kept.base = Some(theirs.clone());
        kept.draft = merged;
        if was == KeptState::Unsaved && same_content(&kept.draft, theirs) {
            kept.state = KeptState::Saved;
        }
        // A copy nobody was typing into simply follows the other device.
        (was == KeptState::Unsaved && !report.is_silent()).then_some(ShelfNews::Merged(theirs.id, report))
    }
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;

    fn draft(id: u128, version: u32, notes: &str) -> Draft {
        Draft {
            version: DraftVersion(version),
            notes: (!notes.is_empty()).then(|| notes.to_owned()),
            ..Draft::new(DraftId(uuid::Uuid::from_u128(id)), Timestamp(0))
        }
    }

    fn pull(shelf: &mut Shelf, theirs: &[Draft]) -> Vec<ShelfNews> {
        let saved = shelf.saved();
        shelf.pulled(theirs, &saved)
    }

    fn picture(shelf: &Shelf) -> Vec<(String, u32, KeptState)> {
        shelf
            .kept
            .values()
            .map(|kept| (kept.draft.notes.clone().unwrap_or_default(), kept.draft.version.0, kept.state))
            .collect()
    }

    #[test]
    fn an_untouched_form_leaves_nothing_behind() {
        let mut shelf = Shelf::default();
        assert!(!shelf.edit(draft(1, 0, "")));
        assert!(shelf.shown().is_empty());
    }

    #[test]
    fn typing_that_goes_on_during_a_save_stays_unsaved() {
        let mut shelf = Shelf::default();
        shelf.edit(draft(1, 0, "a"));
        let sent = shelf.waiting()[0].draft.clone();
        shelf.edit(draft(1, 0, "ab"));
        shelf.answered(&sent, SaveDraftAnswer::Saved(DraftVersion(1)));
        assert_eq!(picture(&shelf), [("ab".into(), 1, KeptState::Unsaved)]);
        let sent = shelf.waiting()[0].draft.clone();
        shelf.answered(&sent, SaveDraftAnswer::Saved(DraftVersion(2)));
        assert_eq!(picture(&shelf), [("ab".into(), 2, KeptState::Saved)]);
    }

    #[test]
    fn a_deleted_draft_stays_deleted_whatever_comes_late() {
        let mut shelf = Shelf::default();
        shelf.edit(draft(1, 0, "a"));
        let sent = shelf.waiting()[0].draft.clone();
        shelf.delete(sent.id);
        shelf.answered(&sent, SaveDraftAnswer::Saved(DraftVersion(1)));
        assert_eq!(picture(&shelf), [("a".into(), 1, KeptState::Deleted)]);
        assert!(!shelf.edit(draft(1, 1, "b")));
        shelf.close(sent.id, DraftVersion(1));
        pull(&mut shelf, &[draft(1, 1, "a")]);
        assert!(!shelf.edit(draft(1, 1, "c")));
        assert!(shelf.shown().is_empty());
    }

    #[test]
    fn a_draft_that_another_device_saved_later_survives_its_deletion_here() {
        let mut shelf = Shelf::default();
        shelf.load(vec![KeptDraft { draft: draft(1, 1, "a"), base: None, state: KeptState::Deleted }]);
        let id = shelf.waiting()[0].draft.id;
        shelf.let_go(id);
        let earlier = shelf.saved();
        shelf.pulled(&[draft(1, 2, "b")], &earlier);
        assert_eq!(picture(&shelf), [("b".into(), 2, KeptState::Saved)]);
    }

    #[test]
    fn a_deletion_can_be_taken_back_until_the_server_knows() {
        let mut shelf = Shelf::default();
        pull(&mut shelf, &[draft(1, 3, "a")]);
        let id = shelf.shown()[0].draft.id;
        shelf.delete(id);
        assert!(shelf.shown().is_empty());
        shelf.undelete(id);
        assert_eq!(shelf.shown().len(), 1);
        shelf.close(id, DraftVersion(3));
        shelf.undelete(id);
        assert!(shelf.shown().is_empty());
    }

    #[test]
    fn what_vanished_on_the_server_vanishes_here_unless_it_is_unsaved() {
        let mut shelf = Shelf::default();
        pull(&mut shelf, &[draft(1, 1, "a"), draft(2, 1, "b")]);
        shelf.edit(draft(3, 0, "c"));
        pull(&mut shelf, &[draft(2, 1, "b")]);
        assert_eq!(picture(&shelf), [("b".into(), 1, KeptState::Saved), ("c".into(), 0, KeptState::Unsaved)]);
    }

    #[test]
    fn what_was_saved_while_the_list_was_on_its_way_stays() {
        let mut shelf = Shelf::default();
        let saved_before = shelf.saved();
        shelf.edit(draft(1, 0, "a"));
        let sent = shelf.waiting()[0].draft.clone();
        shelf.answered(&sent, SaveDraftAnswer::Saved(DraftVersion(1)));
        shelf.pulled(&[], &saved_before);
        assert_eq!(picture(&shelf), [("a".into(), 1, KeptState::Saved)]);
    }

    #[test]
    fn what_came_changed_and_went_is_to_be_written_to_the_device() {
        let mut shelf = Shelf::default();
        pull(&mut shelf, &[draft(1, 1, "a"), draft(2, 1, "b"), draft(3, 1, "c")]);
        let earlier = shelf.clone();
        pull(&mut shelf, &[draft(2, 2, "b2"), draft(3, 1, "c"), draft(4, 1, "d")]);
        let changed: Vec<u128> = shelf.changed_since(&earlier).iter().map(|id| id.0.as_u128()).collect();
        assert_eq!(changed, [1, 2, 4]);
        assert_eq!(shelf.record(DraftId(uuid::Uuid::from_u128(1))), None);
    }

    #[test]
    fn a_newer_copy_of_another_device_is_taken_or_merged() {
        let mut shelf = Shelf::default();
        pull(&mut shelf, &[draft(1, 1, "a"), draft(2, 1, "b")]);
        shelf.edit(draft(2, 1, "mine"));
        let news = pull(&mut shelf, &[draft(1, 2, "a2"), draft(2, 2, "theirs")]);
        assert_eq!(
            picture(&shelf),
            [("a2".into(), 2, KeptState::Saved), ("mine".into(), 2, KeptState::Unsaved)]
        );
        assert!(matches!(news[..], [ShelfNews::Merged(_, MergeReport { conflicts: 1, .. })]));
    }

    #[test]
    fn an_answer_that_was_lost_on_the_way_merges_silently_with_itself() {
        let mut shelf = Shelf::default();
        shelf.edit(draft(1, 0, "a"));
        let sent = shelf.waiting()[0].draft.clone();
        let news = shelf.answered(&sent, SaveDraftAnswer::Stale(Box::new(draft(1, 1, "a"))));
        assert_eq!(news, None);
        assert_eq!(picture(&shelf), [("a".into(), 1, KeptState::Saved)]);
    }

    #[test]
    fn a_submitted_draft_comes_back_only_as_a_later_version_of_the_server() {
        let mut shelf = Shelf::default();
        pull(&mut shelf, &[draft(1, 2, "a")]);
        let id = shelf.shown()[0].draft.id;
        shelf.close(id, DraftVersion(2));
        pull(&mut shelf, &[draft(1, 2, "a")]);
        assert!(shelf.shown().is_empty(), "a late list");
        pull(&mut shelf, &[draft(1, 3, "a")]);
        assert_eq!(
            picture(&shelf),
            [("a".into(), 3, KeptState::Saved)],
            "its order was withdrawn or refused"
        );
        assert!(shelf.edit(draft(1, 3, "b")));
    }

    #[test]
    fn a_draft_submitted_elsewhere_is_closed() {
        let mut shelf = Shelf::default();
        shelf.edit(draft(1, 0, "a"));
        let sent = shelf.waiting()[0].draft.clone();
        let news = shelf.answered(&sent, SaveDraftAnswer::Submitted);
        assert_eq!(news, Some(ShelfNews::SubmittedElsewhere(sent.id)));
        assert!(!shelf.edit(draft(1, 0, "b")));
    }
}
