//! Shows one draft with what can be done with it.

use domain::{Concern, Draft};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::A;

use super::{Sending, concerns::ConcernNotice, summary_text};
use crate::{
    browser,
    components::{Icon, Sign, ToastAction, use_toasts},
    drafts::{Drafts, KeptDraft, KeptState, use_drafts},
    error::ApiError,
    i18n::use_i18n,
    routes,
    shell::{use_clock, use_network},
    wording::{age_text, error_text},
};

/// One draft.
#[component]
pub fn DraftCard(
    /// The draft as this device keeps it.
    kept: KeptDraft,
    /// What is being sent.
    sending: Sending,
) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let draft = kept.draft;
    let name_id = format!("draft-{}", draft.id);
    let described_by = name_id.clone();
    let (id, edited_at) = (draft.id, draft.edited_at);
    let ready = draft.unready().is_empty();
    let summary = {
        let draft = draft.clone();
        move || summary_text(i18n.get(), &draft)
    };
    let city = draft.customer.as_ref().and_then(|customer| customer.city.clone());
    let customer = draft.customer.as_ref().map(|customer| customer.name.clone());
    let nobody = customer.is_none();
    view! {
        <li class="card draft">
            <article aria-labelledby=name_id.clone()>
                <div class="draft-head">
                    <h2 id=name_id.clone() class:soft=nobody>
                        {move || customer.clone().unwrap_or_else(|| i18n.get().drafts_no_customer().to_owned())}
                    </h2>
                    {(kept.state == KeptState::Unsaved).then(|| view! { <UnsavedBadge/> })}
                </div>
                <p class="draft-facts">
                    {city.map(|city| view! { <span>{city}</span> })}
                    <span class="figures">{summary}</span>
                    <span class="soft">
                        {move || {
                            let age = age_text(i18n.get(), clock.get(), edited_at, browser::local_time);
                            i18n.get().drafts_edited(age)
                        }}
                    </span>
                </p>
                {(!ready).then(|| view! { <p class="soft">{move || i18n.get().drafts_incomplete()}</p> })}
                <Concerns id sending/>
                <div class="actions">
                    <A href=routes::edit_draft(id) attr:class="button" attr:aria-describedby=name_id.clone()>
                        <Icon sign=Sign::Edit/>
                        {move || i18n.get().drafts_edit()}
                    </A>
                    {ready.then(|| view! { <SendButton draft=draft.clone() sending described_by=name_id.clone()/> })}
                    <DeleteButton draft described_by/>
                </div>
            </article>
        </li>
    }
    .into_any()
}

#[component]
fn UnsavedBadge() -> impl IntoView {
    let i18n = use_i18n();
    let network = use_network();
    view! {
        <span class="badge badge-warn" title=move || i18n.get().drafts_kept_local()>
            {move || if network.get() { i18n.get().drafts_unsent() } else { i18n.get().nav_offline() }}
        </span>
    }
}

#[component]
fn SendButton(
    /// The draft to send.
    draft: domain::Draft,
    /// What is being sent.
    sending: Sending,
    /// The element that names it.
    described_by: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let drafts = use_drafts();
    let id = draft.id;
    let tell = use_teller();
    let send = move |_| {
        let draft = draft.clone();
        spawn_local(async move { tell(sending.send(drafts, &draft).await) });
    };
    view! {
        <button
            type="button"
            class="button"
            aria-describedby=described_by
            aria-disabled=move || sending.is_sending(id).to_string()
            on:click=send
        >
            <Icon sign=Sign::Send/>
            {move || i18n.get().drafts_send()}
        </button>
    }
}

/// Says how a sending went.
fn use_teller() -> impl Fn(Result<bool, ApiError>) + Copy {
    let i18n = use_i18n();
    let toasts = use_toasts();
    move |answer| match answer {
        Ok(true) => toasts.say(i18n.now().drafts_sent()),
        Ok(false) => {}
        Err(error) => toasts.say(error_text(i18n.now(), error.code)),
    }
}

/// What to know before this draft is sent.
#[component]
fn Concerns(
    /// The draft.
    id: domain::DraftId,
    /// What is being sent.
    sending: Sending,
) -> impl IntoView {
    let drafts = use_drafts();
    let tell = use_teller();
    let concerns = Memo::new(move |_| sending.concerns.with(|all| all.get(&id).cloned()).unwrap_or_default());
    let take = move |concern: Concern, right: Draft| {
        drafts.edit(Draft { edited_at: browser::now(), ..right });
        sending.concerns.update(|all| {
            if let Some(concerns) = all.get_mut(&id) {
                concerns.retain(|other| *other != concern);
            }
        });
    };
    let send = move || spawn_local(async move { tell(sending.send_anyway(drafts, id).await) });
    let draft = Signal::derive(move || drafts.get_untracked(id).map(|kept| kept.draft));
    move || {
        let concerns = concerns.get();
        (!concerns.is_empty()).then(|| {
            view! { <ConcernNotice concerns draft take send keep=move || sending.decided(id)/> }
        })
    }
}

#[component]
fn DeleteButton(
    /// The draft to delete.
    draft: domain::Draft,
    /// The element that names it.
    described_by: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let drafts: Drafts = use_drafts();
    let toasts = use_toasts();
    let delete = move |_| {
        let id = draft.id;
        drafts.delete(id);
        browser::focus_by_id("drafts-heading");
        let language = i18n.now();
        let text = match &draft.customer {
            Some(customer) => language.drafts_deleted_for(&customer.name),
            None => language.drafts_deleted().to_owned(),
        };
        toasts.offer(
            text,
            ToastAction {
                label: language.list_undo().to_owned(),
                act: Box::new(move || drafts.undelete(id)),
                settle: Box::new(move || drafts.deletion_is_final(id)),
            },
        );
    };
    view! {
        <button type="button" class="button button-danger" aria-describedby=described_by on:click=delete>
            <Icon sign=Sign::Delete/>
            {move || i18n.get().drafts_delete()}
        </button>
    }
}
