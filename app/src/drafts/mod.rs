//! Keeps drafts where they cannot be lost: in memory at once, on the device within 300 ms, on the server within 2 s.
//!
//! [`Drafts`] outlives the pages, so nothing needs saving when one is left. The form calls [`Drafts::edit`] on every
//! keystroke; the rest happens here: timers, storage, requests, merging, the queue for when the network is back. What
//! to do with each answer is decided in [`shelf`] and [`merge`], which are pure.

mod deletions;
mod device;
pub mod merge;
pub mod shelf;

use std::{collections::BTreeSet, future::Future, rc::Rc};

use domain::{AgentId, Draft, DraftId, Placement};
use leptos::{prelude::*, task::spawn_local};

use self::device::Device;
pub use self::{
    merge::MergeReport,
    shelf::{KeptDraft, KeptState, Shelf, ShelfNews},
};
use crate::{
    api, browser,
    browser::{Pulse, Timer},
    client,
    error::{ApiError, ErrorCode},
    live::Live,
    session::Session,
};

/// From the last keystroke to the device's storage.
const DEVICE_MS: u32 = 200;
/// From the last keystroke to the server.
const SERVER_MS: u32 = 1_500;
/// How often what could not be sent is tried again.
const RETRY_MS: u32 = 10_000;
/// How long a deletion can be taken back before the server is told.
pub const UNDO_MS: u32 = 8_000;

/// The drafts of whoever is signed in.
#[derive(Clone, Copy)]
pub struct Drafts {
    shelf: RwSignal<Shelf>,
    /// What happened without this device's doing, newest last.
    pub news: RwSignal<Vec<ShelfNews>>,
    /// Whether the device's own records have been read, so that an empty list means something.
    pub loaded: RwSignal<bool>,
    session: Session,
    machinery: StoredValue<Machinery, LocalStorage>,
}

/// What turns while the page lives.
#[derive(Default)]
struct Machinery {
    agent: Option<AgentId>,
    device: Option<Rc<Device>>,
    /// Changed since they were last written to the device.
    unwritten: BTreeSet<DraftId>,
    writing: Option<Timer>,
    sending: Option<Timer>,
    /// Deletions that can still be taken back; the server is told when the timer fires.
    undoing: BTreeSet<DraftId>,
    busy: bool,
    asked_again: bool,
}

impl Drafts {
    /// The drafts to show, newest edit first.
    pub fn shown(self) -> Vec<KeptDraft> {
        self.shelf.with(Shelf::shown)
    }

    /// How many drafts there are.
    pub fn count(self) -> usize {
        self.shelf.with_untracked(|shelf| shelf.shown().len())
    }

    /// One draft as it stands; whatever reads it is drawn again when any draft changes.
    pub fn get(self, id: DraftId) -> Option<KeptDraft> {
        self.shelf.with(|shelf| shelf.get(id).cloned())
    }

    /// One draft as it stands, for event handlers.
    pub fn get_untracked(self, id: DraftId) -> Option<KeptDraft> {
        self.shelf.with_untracked(|shelf| shelf.get(id).cloned())
    }

    /// What the latest merge of this draft did, once, for whoever has it in front of them.
    pub fn take_merge_report(self, id: DraftId) -> Option<MergeReport> {
        let of_this = |news: &ShelfNews| matches!(news, ShelfNews::Merged(merged, _) if *merged == id);
        if !self.news.with_untracked(|news| news.iter().any(of_this)) {
            return None;
        }
        let mut report = None;
        self.news.update(|news| {
            news.retain(|news| match news {
                ShelfNews::Merged(merged, latest) if *merged == id => {
                    report = Some(*latest);
                    false
                }
                ShelfNews::Merged(..) | ShelfNews::DeletedElsewhere(_) | ShelfNews::SubmittedElsewhere(_) => {
                    true
                }
            });
        });
        report
    }

    /// Takes what the agent has typed. False when the draft is closed: submitted or deleted, here or elsewhere.
    pub fn edit(self, draft: Draft) -> bool {
        let id = draft.id;
        let mut taken = false;
        self.shelf.update(|shelf| taken = shelf.edit(draft));
        if taken {
            self.changed(id);
        }
        taken
    }

    /// Deletes a draft; [`Self::undelete`] takes it back for [`UNDO_MS`].
    pub fn delete(self, id: DraftId) {
        self.shelf.update(|shelf| shelf.delete(id));
        self.machinery.update_value(|machinery| {
            machinery.undoing.insert(id);
        });
        self.changed(id);
    }

    /// Takes a deletion back.
    pub fn undelete(self, id: DraftId) {
        self.deletion_is_final(id);
        self.with_agent(|agent| deletions::forget(agent, id));
        self.shelf.update(|shelf| shelf.undelete(id));
        self.changed(id);
    }

    /// Tells the server of a deletion that is no longer to be taken back.
    pub fn deletion_is_final(self, id: DraftId) {
        self.machinery.update_value(|machinery| {
            machinery.undoing.remove(&id);
        });
        self.write();
        self.sync();
    }

    /// Sends a draft on its way into the ERP: saves it first, then submits exactly what was saved.
    pub async fn place(self, id: DraftId) -> Result<Placement, ApiError> {
        self.send_one(id).await?;
        let kept = self.shelf.with_untracked(|shelf| shelf.get(id).cloned());
        let kept = kept.ok_or_else(|| ApiError::new(ErrorCode::NotFound, "the draft is gone"))?;
        if kept.state != KeptState::Saved {
            return Err(ApiError::new(
                ErrorCode::Conflict,
                "the draft was merged with another device's copy",
            ));
        }
        let version = kept.draft.version;
        let placement = self.ask(|| client::place(id, version)).await?;
        self.shelf.update(|shelf| shelf.close(id, version));
        self.changed(id);
        Ok(placement)
    }

    /// Takes a draft that the server has just opened again, because its order was withdrawn or refused.
    pub fn opened_again(self, draft: &Draft) {
        let mut news = None;
        self.shelf.update(|shelf| news = shelf.opened_again(draft));
        self.changed_by_answer(draft.id);
        self.tell(news);
    }

    /// Writes what changed to the device and sends it to the server now: the page may be about to go.
    pub fn flush(self) {
        self.machinery.update_value(|machinery| machinery.writing = None);
        self.write();
        self.sync();
    }

    /// Writes what changed to the device and leaves what the server lacks with the browser, which delivers it even when
    /// the page is gone. Should an answer be missed so, the next save finds the server's copy equal and merges silently.
    fn last_words(self) {
        self.machinery.update_value(|machinery| {
            machinery.writing = None;
            // Nobody is left to take a deletion back.
            machinery.undoing.clear();
        });
        self.with_agent(|agent| deletions::note(agent, self.shelf.with_untracked(Shelf::deleted)));
        self.write();
        for kept in self.shelf.with_untracked(Shelf::waiting) {
            if kept.state == KeptState::Unsaved {
                browser::send_beacon("/api/drafts", &kept.draft);
            }
        }
    }

    /// Sends what waits and fetches what changed elsewhere. While it is at work another call only makes it go round
    /// once more, so requests never overtake each other.
    pub fn sync(self) {
        let mut start = false;
        self.machinery.update_value(|machinery| {
            start = !machinery.busy && machinery.agent.is_some();
            machinery.asked_again = machinery.busy;
            machinery.busy |= start;
        });
        if start {
            spawn_local(self.rounds());
        }
    }

    /// Asks the server. An answer that comes when another agent has taken over is nobody's.
    async fn ask<T, F>(self, request: impl Fn() -> F) -> Result<T, ApiError>
    where
        F: Future<Output = Result<T, ApiError>>,
    {
        let agent = |machinery: &Machinery| machinery.agent.clone();
        let before = self.machinery.with_value(agent);
        let answer = self.session.call(request).await;
        if self.machinery.with_value(agent) == before {
            answer
        } else {
            Err(ApiError::new(ErrorCode::SignedOut, "somebody else has signed in meanwhile"))
        }
    }

    async fn rounds(self) {
        loop {
            // A failure waits for the next pulse, event or keystroke.
            let _ = self.round().await;
            self.loaded.set(true);
            let mut again = false;
            self.machinery.update_value(|machinery| {
                again = std::mem::take(&mut machinery.asked_again);
                machinery.busy = again;
            });
            if !again {
                return;
            }
        }
    }

    async fn round(self) -> Result<(), ApiError> {
        for kept in self.shelf.with_untracked(Shelf::waiting) {
            match kept.state {
                KeptState::Saved => {}
                KeptState::Unsaved => self.send(&kept.draft).await?,
                KeptState::Deleted => self.send_deletion(&kept.draft).await?,
            }
        }
        let earlier = self.shelf.get_untracked();
        let theirs = self.ask(api::drafts).await?;
        let mut news = Vec::new();
        self.shelf.update(|shelf| news = shelf.pulled(&theirs, &earlier.saved()));
        for id in self.shelf.with_untracked(|shelf| shelf.changed_since(&earlier)) {
            self.changed_by_answer(id);
        }
        self.tell(news);
        Ok(())
    }

    async fn send(self, draft: &Draft) -> Result<(), ApiError> {
        let answer = self.ask(|| client::save_draft(draft)).await?;
        let mut news = None;
        self.shelf.update(|shelf| news = shelf.answered(draft, answer));
        self.changed_by_answer(draft.id);
        self.tell(news);
        Ok(())
    }

    async fn send_deletion(self, draft: &Draft) -> Result<(), ApiError> {
        let id = draft.id;
        if self.machinery.with_value(|machinery| machinery.undoing.contains(&id)) {
            return Ok(());
        }
        let mut version = draft.version;
        let mut answer = self.ask(|| client::delete_draft(id, version)).await;
        if answer.as_ref().is_err_and(|error| error.code == ErrorCode::Conflict)
            && let Ok(there) = self.ask(|| client::draft(id)).await
            && (Draft { version, ..there.clone() }) == *draft
        {
            // The server holds this very copy: only its answer to the saving was lost.
            version = there.version;
            answer = self.ask(|| client::delete_draft(id, version)).await;
        }
        match answer {
            Ok(()) => self.shelf.update(|shelf| shelf.close(id, version)),
            Err(error) if error.code == ErrorCode::NotFound => {
                self.shelf.update(|shelf| shelf.close(id, version));
            }
            // Saved later on another device, or on its way into the ERP.
            Err(error) if error.code == ErrorCode::Conflict => self.shelf.update(|shelf| shelf.let_go(id)),
            Err(error) => return Err(error),
        }
        self.with_agent(|agent| deletions::forget(agent, id));
        self.changed_by_answer(id);
        Ok(())
    }

    fn with_agent(self, act: impl FnOnce(&AgentId)) {
        if let Some(agent) = self.machinery.with_value(|machinery| machinery.agent.clone()) {
            act(&agent);
        }
    }

    /// Saves one draft until the server has exactly what is shown, or has said why not.
    async fn send_one(self, id: DraftId) -> Result<(), ApiError> {
        const ATTEMPTS_MAX: u8 = 3;
        for _ in 0..ATTEMPTS_MAX {
            let Some(kept) = self.shelf.with_untracked(|shelf| shelf.get(id).cloned()) else { return Ok(()) };
            if kept.state == KeptState::Saved {
                return Ok(());
            }
            self.send(&kept.draft).await?;
        }
        Ok(())
    }

    fn tell(self, news: impl IntoIterator<Item = ShelfNews>) {
        let mut news = news.into_iter().peekable();
        if news.peek().is_some() {
            self.news.update(|told| told.extend(news));
        }
    }

    fn changed(self, id: DraftId) {
        self.changed_by_answer(id);
        let timer = Timer::after(SERVER_MS, move || self.sync());
        self.machinery.update_value(|machinery| machinery.sending = Some(timer));
    }

    fn changed_by_answer(self, id: DraftId) {
        let timer = Timer::after(DEVICE_MS, move || self.write());
        self.machinery.update_value(|machinery| {
            machinery.unwritten.insert(id);
            machinery.writing = Some(timer);
        });
    }

    fn write(self) {
        let mut unwritten = BTreeSet::new();
        let mut device = None;
        self.machinery.update_value(|machinery| {
            device.clone_from(&machinery.device);
            if device.is_some() {
                // A deletion that can still be taken back must not outlive a page that has no time to write any more.
                let undoing = &machinery.undoing;
                unwritten = machinery.unwritten.extract_if(.., |id| !undoing.contains(id)).collect();
            }
        });
        let Some(device) = device else { return };
        spawn_local(async move {
            for id in unwritten {
                let record = self.shelf.with_untracked(|shelf| shelf.record(id).cloned());
                if let Err(error) = device.keep(id, record.as_ref()).await {
                    leptos::logging::warn!("a draft could not be kept on this device: {error}");
                }
            }
        });
    }

    /// Forgets what the server has too, here and on the device: the next person at it may be another one. What only this
    /// device has stays on it, for when its agent comes back.
    pub async fn forget(self) {
        let mut machinery = Machinery::default();
        self.machinery.update_value(|current| std::mem::swap(current, &mut machinery));
        self.shelf.set(Shelf::default());
        self.loaded.set(false);
        let Some(device) = machinery.device else { return };
        let records = match device.all().await {
            Ok(records) => records,
            Err(error) => return leptos::logging::warn!("this device's drafts cannot be read: {error}"),
        };
        for saved in records.iter().filter(|kept| kept.state == KeptState::Saved) {
            // A record that stays is only read by the same agent again.
            let _ = device.keep(saved.draft.id, None).await;
        }
    }

    /// Opens the agent's records. Another agent's drafts in memory are forgotten; what was typed before the agent was
    /// known is this one's.
    async fn open(self, agent: AgentId) {
        let before = self.machinery.with_value(|machinery| machinery.agent.clone());
        if before.as_ref() == Some(&agent) {
            return;
        }
        if before.is_some() {
            self.machinery.set_value(Machinery::default());
            self.shelf.set(Shelf::default());
        }
        self.machinery.update_value(|machinery| machinery.agent = Some(agent.clone()));
        if let Some(device) = Device::open(&agent).await {
            match device.all().await {
                Ok(records) => self.shelf.update(|shelf| shelf.load(records)),
                Err(error) => leptos::logging::warn!("this device's drafts cannot be read: {error}"),
            }
            let deleted = deletions::take(&agent);
            self.shelf.update(|shelf| deleted.iter().for_each(|id| shelf.delete(*id)));
            self.machinery.update_value(|machinery| {
                machinery.device = Some(Rc::new(device));
                machinery.unwritten.extend(deleted);
            });
            self.loaded.set(!browser::is_online() || self.count() > 0);
        }
        self.flush();
    }
}

/// Provides the drafts of whoever is signed in, and keeps them going: sent when the network is back, fetched when
/// another device changed one, flushed when the page is hidden.
pub fn provide_drafts(session: Session, live: Live) -> Drafts {
    let drafts = Drafts {
        shelf: RwSignal::new(Shelf::default()),
        news: RwSignal::new(Vec::new()),
        loaded: RwSignal::new(false),
        session,
        machinery: StoredValue::new_local(Machinery::default()),
    };
    provide_context(drafts);
    Effect::new(move || {
        if let Some(me) = session.me() {
            spawn_local(drafts.open(me.agent));
        }
    });
    Effect::new(move || {
        live.drafts.track();
        drafts.sync();
    });
    Effect::new(move || {
        let retry = Pulse::every(RETRY_MS, move || {
            if drafts.shelf.with_untracked(|shelf| !shelf.waiting().is_empty()) {
                drafts.sync();
            }
        });
        let retry = StoredValue::new_local(Some(retry));
        let listeners = [
            window_event_listener_untyped("online", move |_| drafts.sync()),
            window_event_listener_untyped("pagehide", move |_| drafts.last_words()),
            window_event_listener_untyped("visibilitychange", move |_| drafts.flush()),
        ];
        let listeners = StoredValue::new_local(Some(listeners));
        on_cleanup(move || {
            retry.set_value(None);
            if let Some(listeners) = listeners.try_update_value(Option::take).flatten() {
                listeners.into_iter().for_each(WindowListenerHandle::remove);
            }
        });
    });
    drafts
}

/// The drafts, from context.
pub fn use_drafts() -> Drafts {
    expect_context()
}
