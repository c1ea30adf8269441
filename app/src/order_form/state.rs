//! Holds what the order form shows, and takes the agent's steps.
//!
//! The form is bound to one draft for its life; saving, sending or leaving it binds the form to a new one, nothing
//! re-points a draft. Each step changes the draft here and hands it to [`Drafts`], which keeps it from being lost.

use domain::{
    Concern, CustomerSummary, DiscountCascade, Draft, DraftId, DraftLine, LineId, Percent, ProductSummary,
    Timestamp, Unready,
};
use leptos::{prelude::*, task::spawn_local};

use super::{
    CONCERNS_ID,
    banner::Banner,
    edits::{Edit, Removed, choice_of},
    entry::{Entry, Part},
    fresh, ids,
    refusal::Refusal,
};
use crate::{
    api, browser, client,
    components::{ToastAction, Toasts, use_toasts},
    drafts::{Drafts, merge::same_content, use_drafts},
    i18n::{I18n, use_i18n},
    session::{Session, use_session},
};

/// Where the tab remembers which draft it was writing, for when it is loaded again.
const WRITING: &str = "archibald.writing";

/// The order form.
#[derive(Clone, Copy)]
pub(super) struct Form {
    /// The order being written.
    pub(super) draft: RwSignal<Draft>,
    /// The line being added.
    pub(super) entry: RwSignal<Option<Entry>>,
    /// The line being changed.
    pub(super) editing: RwSignal<Option<LineId>>,
    /// What it is being changed to.
    pub(super) edited: RwSignal<Option<Entry>>,
    /// The text of the field "Cliente".
    pub(super) customer_text: RwSignal<String>,
    /// The text of the field "Articolo".
    pub(super) article_text: RwSignal<String>,
    /// The text of the discount on the order.
    pub(super) header_discount_text: RwSignal<String>,
    /// What is missing, once the agent has tried to send.
    pub(super) unready: RwSignal<Vec<Unready>>,
    /// What has just become of the order.
    pub(super) banner: RwSignal<Option<Banner>>,
    /// Whether the order is on its way to the server.
    pub(super) sending: RwSignal<bool>,
    /// Whether a customer was typed but not chosen.
    pub(super) customer_not_chosen: RwSignal<bool>,
    /// Orders sent from here whose placement has not ended.
    pub(super) sent: RwSignal<Vec<DraftId>>,
    /// What to know before the order is sent, once the agent has tried.
    pub(super) concerns: RwSignal<Vec<Concern>>,
    /// Why the order came back from the ERP, if it did.
    pub(super) refusal: RwSignal<Option<Refusal>>,
    /// The draft that is being fetched, and why.
    opening: RwSignal<Option<Opening>>,
    drafts: Drafts,
    session: Session,
    toasts: Toasts,
    i18n: I18n,
}

/// A draft the form is to show as soon as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Opening {
    /// The one in the address.
    Asked(DraftId),
    /// The one this tab was writing before it was loaded again.
    Unfinished(DraftId),
}

impl Form {
    /// A form without a draft, as the server renders it.
    pub(super) fn new() -> Self {
        Self {
            draft: RwSignal::new(Draft::new(DraftId(uuid::Uuid::nil()), Timestamp(0))),
            entry: RwSignal::new(None),
            editing: RwSignal::new(None),
            edited: RwSignal::new(None),
            customer_text: RwSignal::new(String::new()),
            article_text: RwSignal::new(String::new()),
            header_discount_text: RwSignal::new(String::new()),
            unready: RwSignal::new(Vec::new()),
            banner: RwSignal::new(None),
            sending: RwSignal::new(false),
            customer_not_chosen: RwSignal::new(false),
            sent: RwSignal::new(Vec::new()),
            concerns: RwSignal::new(Vec::new()),
            refusal: RwSignal::new(None),
            opening: RwSignal::new(None),
            drafts: use_drafts(),
            session: use_session(),
            toasts: use_toasts(),
            i18n: use_i18n(),
        }
    }

    /// Whether a draft of the address is still being fetched.
    pub(super) fn is_opening(self) -> bool {
        matches!(self.opening.get(), Some(Opening::Asked(_)))
    }

    /// Takes a step.
    pub(super) fn take(self, edit: Edit) {
        self.draft.update(|draft| edit.apply(draft, browser::now()));
        let draft = self.draft.get_untracked();
        self.unready.update(|unready| {
            if !unready.is_empty() {
                *unready = draft.unready();
            }
        });
        browser::remember_in_tab(WRITING, Some(&draft.id.to_string()));
        self.drafts.edit(draft);
    }

    /// Takes the choice of a customer, and goes on to the article.
    pub(super) fn choose_customer(self, customer: &CustomerSummary) {
        self.customer_text.set(customer.name.clone());
        self.customer_not_chosen.set(false);
        self.take(Edit::Customer(Some(choice_of(customer))));
        browser::focus_by_id(ids::ARTICLE);
    }

    /// The field "Cliente" was left: emptied means nobody, anything else but a choice goes back to the choice.
    pub(super) fn customer_left(self) {
        let chosen =
            self.draft.with_untracked(|draft| draft.customer.as_ref().map(|customer| customer.name.clone()));
        let text = self.customer_text.get_untracked();
        match chosen {
            Some(_) if text.trim().is_empty() => self.take(Edit::Customer(None)),
            Some(name) => self.customer_text.set(name),
            None => self.customer_not_chosen.set(!text.trim().is_empty()),
        }
    }

    /// Takes the choice of an article, and goes on to the quantity.
    pub(super) fn choose_article(self, product: ProductSummary) {
        self.article_text.set(product.name.clone());
        self.entry.set(Entry::new(product));
        // The fields appear with the next frame.
        browser::after_drawing(|| browser::focus_and_select_by_id(ids::QUANTITY));
    }

    /// The field "Articolo" was left: emptied means none, anything else goes back to the choice.
    pub(super) fn article_left(self) {
        let text = self.article_text.get_untracked();
        let chosen = self.entry.with_untracked(|entry| entry.as_ref().map(|entry| entry.name.clone()));
        match chosen {
            Some(_) if text.trim().is_empty() => self.entry.set(None),
            Some(name) => self.article_text.set(name),
            None => {}
        }
    }

    /// Adds the line that was written, if it is right, and goes back to the article; otherwise says what is wrong.
    pub(super) fn add_line(self) {
        let line =
            self.entry.with_untracked(|entry| entry.as_ref().map(|entry| entry.line(fresh::line_id())));
        match line {
            None => browser::focus_by_id(ids::ARTICLE),
            Some(Some(line)) => self.add(vec![line]),
            Some(None) => self.criticise_entry(),
        }
    }

    /// Adds one line per package of a split.
    pub(super) fn add_parts(self, parts: &[Part]) {
        let lines = self.entry.with_untracked(|entry| entry.as_ref()?.lines(parts, fresh::line_id));
        match lines {
            Some(lines) => self.add(lines),
            None => self.criticise_entry(),
        }
    }

    fn add(self, lines: Vec<DraftLine>) {
        self.take(Edit::Add(lines));
        self.entry.set(None);
        self.article_text.set(String::new());
        browser::focus_by_id(ids::ARTICLE);
    }

    fn criticise_entry(self) {
        self.entry.update(|entry| entry.iter_mut().for_each(Entry::criticise));
        let quantity_is_right =
            self.entry.with_untracked(|entry| entry.as_ref().is_some_and(Entry::is_quantity_right));
        browser::focus_and_select_by_id(if quantity_is_right { ids::DISCOUNT } else { ids::QUANTITY });
    }

    /// Takes a line up again.
    pub(super) fn edit_line(self, id: LineId) {
        let line = self.draft.with_untracked(|draft| draft.lines.iter().find(|line| line.id == id).cloned());
        let Some(line) = line else { return };
        self.edited.set(Some(Entry::of_line(&line)));
        self.editing.set(Some(id));
        browser::after_drawing(|| browser::focus_and_select_by_id(ids::EDIT_QUANTITY));
        let session = self.session;
        let name = line.name.clone();
        spawn_local(async move {
            // Without an answer the line can be changed all the same, only its packages' rules are not known.
            if let Ok(page) = session.call(|| api::products(name.clone(), None, None)).await
                && let Some(product) = page.items.into_iter().find(|product| product.name == name)
                && self.editing.try_get_untracked() == Some(Some(id))
            {
                self.edited.update(|entry| entry.iter_mut().for_each(|entry| entry.learn(product.clone())));
            }
        });
    }

    /// Puts the changed line in its place, if it is right.
    pub(super) fn update_line(self) {
        let Some(id) = self.editing.get_untracked() else { return };
        if let Some(line) = self.edited.with_untracked(|entry| entry.as_ref()?.line(id)) {
            self.take(Edit::Replace(line));
            self.stop_editing();
        } else {
            self.edited.update(|entry| entry.iter_mut().for_each(Entry::criticise));
            browser::focus_by_id(ids::EDIT_QUANTITY);
        }
    }

    /// Leaves a line as it was.
    pub(super) fn stop_editing(self) {
        let was = self.editing.get_untracked();
        self.editing.set(None);
        self.edited.set(None);
        if let Some(id) = was {
            browser::after_drawing(move || browser::focus_by_id(&ids::edit_button(id)));
        }
    }

    /// Takes a line out, with a way back.
    pub(super) fn delete_line(self, id: LineId) {
        let Some(removed) = self.draft.with_untracked(|draft| Removed::of(draft, id)) else { return };
        let of = self.draft.with_untracked(|draft| draft.id);
        if self.editing.get_untracked() == Some(id) {
            self.editing.set(None);
            self.edited.set(None);
        }
        self.take(Edit::Remove(id));
        browser::focus_by_id(ids::LINES);
        let language = self.i18n.now();
        self.toasts.offer(
            language.form_line_deleted(removed.name()),
            ToastAction {
                label: language.list_undo().to_owned(),
                act: Box::new(move || {
                    // Another order may be on the form by now.
                    if self.draft.try_with_untracked(|draft| draft.id) == Some(of) {
                        self.take(Edit::PutBack(removed));
                    }
                }),
                settle: Box::new(|| {}),
            },
        );
    }

    /// Takes what was typed as discount on the whole order: one percentage, because the ERP holds one.
    pub(super) fn type_header_discount(self, text: String) {
        if let Some(percent) = header_discount(&text) {
            self.take(Edit::HeaderDiscount(percent));
        }
        self.header_discount_text.set(text);
    }

    /// Keeps the order as a draft and clears the form for the next one.
    pub(super) fn save(self) {
        if !self.include_pending_line() {
            return;
        }
        if self.draft.with_untracked(Draft::is_empty) {
            self.customer_left();
            self.banner.set(Some(Banner::NothingToSave));
            browser::focus_by_id(ids::CUSTOMER);
            return;
        }
        self.drafts.flush();
        self.banner.set(Some(Banner::Saved(self.drafts.count())));
        self.begin_next();
        browser::focus_by_id(ids::CUSTOMER);
    }

    /// A line that is complete but not added belongs to the order when it is saved; one that is not complete must be
    /// finished first, or it would be lost.
    fn include_pending_line(self) -> bool {
        if self.entry.with_untracked(Option::is_some) {
            self.add_line();
        }
        if self.editing.with_untracked(Option::is_some) {
            self.update_line();
        }
        let unfinished = match (
            self.entry.with_untracked(Option::is_some),
            self.editing.with_untracked(Option::is_some),
        ) {
            (true, _) => Some(Banner::FinishLine),
            (false, true) => Some(Banner::FinishEdit),
            (false, false) => None,
        };
        if unfinished.is_some() {
            self.banner.set(unfinished);
        }
        unfinished.is_none()
    }

    /// Sends the order, if nothing is missing. A line nobody has confirmed is not sent along silently.
    pub(super) fn send(self) {
        let unfinished = match (
            self.entry.with_untracked(Option::is_some),
            self.editing.with_untracked(Option::is_some),
        ) {
            (true, _) => Some((Banner::FinishLine, ids::QUANTITY)),
            (false, true) => Some((Banner::FinishEdit, ids::EDIT_QUANTITY)),
            (false, false) => None,
        };
        if let Some((banner, place)) = unfinished {
            self.banner.set(Some(banner));
            browser::focus_by_id(place);
            return;
        }
        let unready = self.draft.with_untracked(Draft::unready);
        if let Some(first) = unready.first() {
            match first {
                Unready::NoCustomer => browser::focus_by_id(ids::CUSTOMER),
                Unready::NoLines => browser::focus_by_id(ids::ARTICLE),
                Unready::QuantityNotPositive { line } => browser::focus_by_id(&ids::edit_button(*line)),
            }
            self.unready.set(unready);
            return;
        }
        self.start_sending(true);
    }

    /// Sends an order in spite of what there is to know about it.
    pub(super) fn send_anyway(self) {
        self.start_sending(false);
    }

    /// Takes the order with one concern put right.
    pub(super) fn put_right(self, concern: &Concern, right: Draft) {
        self.concerns.update(|concerns| concerns.retain(|other| other != concern));
        self.take(Edit::Lines(right.lines));
    }

    fn start_sending(self, ask_first: bool) {
        if self.sending.get_untracked() {
            return;
        }
        self.sending.set(true);
        self.banner.set(None);
        self.concerns.set(Vec::new());
        let draft = self.draft.get_untracked();
        spawn_local(async move {
            // Without an answer nothing is lost but a warning; the ERP has the last word.
            let concerns = if ask_first {
                self.session.call(|| client::review(&draft)).await.unwrap_or_default()
            } else {
                Vec::new()
            };
            if !concerns.is_empty() {
                self.sending.try_set(false);
                self.concerns.try_set(concerns);
                browser::after_drawing(|| browser::focus_by_id(CONCERNS_ID));
                return;
            }
            let answer = self.drafts.place(draft.id).await;
            self.sending.try_set(false);
            match answer {
                Ok(_) => {
                    self.sent.try_update(|sent| sent.push(draft.id));
                    self.banner.try_set(Some(Banner::Sent));
                    self.begin_next();
                    browser::after_drawing(|| browser::focus_by_id(ids::CUSTOMER));
                }
                Err(error) => {
                    self.banner.try_set(Some(Banner::NotSent(error.code)));
                }
            }
        });
    }

    /// Puts the order that came back aside, as the draft it is, and starts a new one.
    pub(super) fn set_aside(self) {
        self.banner.set(None);
        self.begin_next();
        browser::focus_by_id(ids::CUSTOMER);
    }

    /// Goes on to the next order; a line deleted from the last one cannot come back to it.
    fn begin_next(self) {
        self.toasts.settle();
        self.begin();
    }

    /// Binds the form to a new draft.
    pub(super) fn begin(self) {
        if self.draft.try_get_untracked().is_none() {
            return;
        }
        self.forget_if_empty();
        browser::remember_in_tab(WRITING, None);
        self.opening.set(None);
        self.show(Draft::new(fresh::draft_id(), browser::now()));
    }

    /// A draft from which everything was taken out again is not worth keeping.
    pub(super) fn forget_if_empty(self) {
        let draft = self.draft.get_untracked();
        if draft.is_empty() && self.drafts.get_untracked(draft.id).is_some() {
            self.drafts.delete(draft.id);
            self.drafts.deletion_is_final(draft.id);
        }
    }

    /// The page is left: the draft stays among the drafts, and this tab no longer comes back to it.
    pub(super) fn leave(self) {
        self.toasts.settle();
        self.forget_if_empty();
        browser::remember_in_tab(WRITING, None);
    }

    fn show(self, draft: Draft) {
        self.entry.set(None);
        self.editing.set(None);
        self.edited.set(None);
        self.article_text.set(String::new());
        self.unready.set(Vec::new());
        self.concerns.set(Vec::new());
        self.customer_not_chosen.set(false);
        self.show_fields(&draft);
        self.draft.set(draft);
    }

    fn show_fields(self, draft: &Draft) {
        let name = draft.customer.as_ref().map(|customer| customer.name.clone());
        self.customer_text.set(name.unwrap_or_default());
        let discount = DiscountCascade(vec![draft.header_discount]);
        self.header_discount_text.set(if discount.is_empty() { String::new() } else { discount.to_string() });
    }

    /// Turns to the draft of the address, or away from the one it named `before`; `None` when the page has just appeared.
    #[allow(clippy::option_option, reason = "what the address named before, if there was a before")]
    pub(super) fn turn_to(self, asked: Option<DraftId>, before: Option<Option<DraftId>>) {
        let shown = self.draft.with_untracked(|draft| draft.id);
        match (asked, before) {
            (Some(id), _) if id == shown => {}
            (Some(id), _) => {
                self.begin();
                self.opening.set(Some(Opening::Asked(id)));
            }
            (None, None) => {
                let unfinished = browser::remembered_in_tab(WRITING).and_then(|id| id.parse().ok());
                self.begin();
                self.opening.set(unfinished.map(Opening::Unfinished));
            }
            // A draft that was saved or sent has made room already.
            (None, Some(before)) => {
                if before == Some(shown) || self.opening.get_untracked().is_some() {
                    self.begin();
                }
            }
        }
    }

    /// Shows the draft that was asked for as soon as it is known, or says that there is none.
    fn open(self) {
        let Some(opening) = self.opening.get() else { return };
        let (Opening::Asked(id) | Opening::Unfinished(id)) = opening;
        let (kept, loaded) = (self.drafts.get(id), self.drafts.loaded.get());
        // Who has begun to write in the meantime is not interrupted.
        let writing = self.draft.with_untracked(|draft| !draft.is_empty());
        match (opening, kept) {
            (Opening::Unfinished(_), _) if writing => self.opening.set(None),
            (_, Some(kept)) => {
                self.show(kept.draft);
                self.opening.set(None);
                browser::remember_in_tab(WRITING, Some(&id.to_string()));
                if opening == Opening::Unfinished(id) {
                    self.banner.set(Some(Banner::Restored));
                }
            }
            (_, None) if !loaded => {}
            (Opening::Asked(_), None) => {
                self.opening.set(None);
                self.banner.set(Some(Banner::NotFound));
            }
            (Opening::Unfinished(_), None) => self.opening.set(None),
        }
    }

    /// Follows what other devices do to the draft; `was_kept` names the draft when the keeper had it the last time.
    fn follow(self, was_kept: Option<DraftId>) -> Option<DraftId> {
        let id = self.draft.with(|draft| draft.id);
        let kept = self.drafts.get(id);
        match &kept {
            Some(kept) => {
                let other = self.draft.with_untracked(|draft| !same_content(draft, &kept.draft));
                if other {
                    self.show_fields(&kept.draft);
                    self.draft.set(kept.draft.clone());
                }
                if let Some(report) = self.drafts.take_merge_report(id) {
                    self.banner.set(Some(Banner::Merged(report)));
                }
            }
            None if was_kept == Some(id) && !self.sending.get_untracked() => {
                self.begin();
                self.banner.set(Some(Banner::Gone));
            }
            None => {}
        }
        kept.map(|_| id)
    }

    /// Starts to follow the keeper; in the browser only.
    pub(super) fn connect(self) {
        Effect::new(move || self.open());
        Effect::new(move |was_kept: Option<Option<DraftId>>| self.follow(was_kept.flatten()));
    }
}

/// A discount on the whole order; a cascade is folded into one percentage.
pub(super) fn header_discount(text: &str) -> Option<Percent> {
    text.parse::<DiscountCascade>().ok().map(|cascade| cascade.effective())
}
