//! Shows what became of the orders that were sent, live.

use domain::{Placement, PlacementState};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::{NavigateOptions, hooks::use_navigate};

use super::{
    Sending,
    attention::Attention,
    history::{History, TypingTime},
    summary_text,
};
use crate::{
    browser, client,
    components::{Icon, Sign, use_toasts},
    drafts::use_drafts,
    i18n::{Language, use_i18n},
    routes,
    session::use_session,
    shell::use_clock,
    wording::{age_text, error_text},
};

/// All placements, newest first.
#[component]
pub fn Placements(
    /// Where they are kept.
    sending: Sending,
) -> impl IntoView {
    let i18n = use_i18n();
    let none = move || sending.placements.with(|known| known.as_ref().is_some_and(Vec::is_empty));
    view! {
        <Show when=none>
            <p class="soft">{move || i18n.get().placement_none()}</p>
        </Show>
        <ul class="draft-list">
            <For
                each=move || sending.placements.get().unwrap_or_default()
                key=|placement| (
                    placement.draft_id,
                    placement.changed_at,
                    placement.state.as_str(),
                    placement.progress.map(|progress| progress.lines_done),
                )
                let:placement
            >
                <PlacementCard placement/>
            </For>
        </ul>
    }
}

#[component]
fn PlacementCard(
    /// The placement to show.
    placement: Placement,
) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let customer =
        placement.order.customer.as_ref().map(|customer| customer.name.clone()).unwrap_or_default();
    let name_id = format!("placement-{}", placement.draft_id);
    let badge = badge_class(&placement.state);
    let submitted_at = placement.submitted_at;
    let rejected = matches!(placement.state, PlacementState::Rejected { .. });
    let queued = placement.state == PlacementState::Queued;
    let doubtful = matches!(placement.state, PlacementState::NeedsAttention { .. });
    let typing = match placement.state {
        PlacementState::Filling | PlacementState::Armed | PlacementState::Saving => placement.typing_since,
        _ => None,
    };
    let usual = placement.usual;
    let described_by = name_id.clone();
    let placement = StoredValue::new(placement);
    let differences = placement.with_value(|placement| placement.differences.clone());
    let progress = placement.with_value(|placement| match placement.state {
        PlacementState::Filling => placement.progress,
        _ => None,
    });
    view! {
        <li class="card draft">
            <article aria-labelledby=name_id.clone()>
                <div class="draft-head">
                    <h3 id=name_id.clone()>{customer}</h3>
                    <span class=badge>
                        {move || placement.with_value(|placement| state_text(i18n.get(), &placement.state))}
                    </span>
                </div>
                <p class="draft-facts">
                    <span class="figures">
                        {move || placement.with_value(|placement| summary_text(i18n.get(), &placement.order))}
                    </span>
                    <span>
                        {move || placement.with_value(|placement| i18n.get().placement_marker(&placement.marker))}
                    </span>
                    <span class="soft">
                        {move || {
                            let age = age_text(i18n.get(), clock.get(), submitted_at, browser::local_time);
                            i18n.get().placement_sent_at(age)
                        }}
                    </span>
                </p>
                {progress
                    .map(|progress| {
                        let text = move || i18n.get().placement_filling_line(progress.lines_done, progress.lines_total);
                        view! {
                            <p class="sync-progress">
                                <progress
                                    max=progress.lines_total.max(1).to_string()
                                    value=progress.lines_done.to_string()
                                    aria-label=text
                                ></progress>
                                <span>{text}</span>
                            </p>
                        }
                    })}
                {typing.map(|since| view! { <TypingTime since usual/> })}
                {move || placement.with_value(|placement| explained(i18n.get(), placement)).into_iter().map(|line| view! { <p class="explained">{line}</p> }).collect_view()}
                {(!differences.is_empty())
                    .then(|| {
                        view! {
                            <p>{move || i18n.get().placement_different()}</p>
                            <ul>{differences.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul>
                        }
                    })}
                {doubtful.then(|| view! { <Attention placement described_by=described_by.clone()/> })}
                {queued.then(|| view! { <WaitingButtons placement described_by=described_by.clone()/> })}
                {rejected.then(|| view! { <CorrectButton placement described_by/> })}
                <History placement/>
            </article>
        </li>
    }
    .into_any()
}

#[component]
fn CorrectButton(
    /// The rejected placement.
    placement: StoredValue<Placement>,
    /// The element that names it.
    described_by: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let drafts = use_drafts();
    let toasts = use_toasts();
    let navigate = use_navigate();
    let correct = move |_| {
        let id = placement.with_value(|placement| placement.draft_id);
        let navigate = navigate.clone();
        spawn_local(async move {
            match session.call(|| client::edit_rejected(id)).await {
                Ok(draft) => {
                    drafts.opened_again(&draft);
                    navigate(&routes::edit_draft(draft.id), NavigateOptions::default());
                }
                Err(error) => toasts.say(error_text(i18n.now(), error.code)),
            }
        });
    };
    view! {
        <div class="actions">
            <button type="button" class="button" aria-describedby=described_by on:click=correct>
                <Icon sign=Sign::Edit/>
                {move || i18n.get().placement_correct()}
            </button>
        </div>
    }
}

/// For an order that waits: take it back, or do not wait for its next attempt.
#[component]
fn WaitingButtons(
    /// The placement that waits.
    placement: StoredValue<Placement>,
    /// The element that names it.
    described_by: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let drafts = use_drafts();
    let toasts = use_toasts();
    let id = placement.with_value(|placement| placement.draft_id);
    let withdraw = move |_| {
        spawn_local(async move {
            let answer = session.call(|| client::withdraw(id)).await;
            match answer {
                Ok(draft) => {
                    drafts.opened_again(&draft);
                    toasts.say(i18n.now().placement_withdrawn_toast());
                }
                Err(error) => toasts.say(error_text(i18n.now(), error.code)),
            }
        });
    };
    let retry = move |_| {
        spawn_local(async move {
            if let Err(error) = session.call(|| client::retry(id)).await {
                toasts.say(error_text(i18n.now(), error.code));
            }
        });
    };
    let described_too = described_by.clone();
    view! {
        <div class="actions">
            <button type="button" class="button" aria-describedby=described_by on:click=withdraw>
                {move || i18n.get().placement_withdraw()}
            </button>
            <button type="button" class="button button-quiet" aria-describedby=described_too on:click=retry>
                {move || i18n.get().placement_retry()}
            </button>
        </div>
    }
}

fn badge_class(state: &PlacementState) -> &'static str {
    match state {
        PlacementState::Queued | PlacementState::Withdrawn => "badge",
        PlacementState::Filling | PlacementState::Armed | PlacementState::Saving => "badge badge-info",
        PlacementState::Unknown | PlacementState::NeedsAttention { .. } => "badge badge-warn",
        PlacementState::Placed { .. } | PlacementState::Verified { .. } => "badge badge-ok",
        PlacementState::Rejected { .. } => "badge badge-danger",
    }
}

/// The state in two or three words.
pub(super) fn state_text(language: Language, state: &PlacementState) -> String {
    match state {
        PlacementState::Queued => language.placement_queued().to_owned(),
        PlacementState::Filling => language.placement_filling().to_owned(),
        PlacementState::Armed => language.placement_armed().to_owned(),
        PlacementState::Saving => language.placement_saving().to_owned(),
        PlacementState::Unknown => language.placement_unknown().to_owned(),
        PlacementState::Placed { number } => language.placement_placed(number),
        PlacementState::Verified { number } => language.placement_verified(number),
        PlacementState::Rejected { .. } => language.placement_rejected().to_owned(),
        PlacementState::NeedsAttention { .. } => language.placement_needs_attention().to_owned(),
        PlacementState::Withdrawn => language.placement_withdrawn().to_owned(),
    }
}

/// What the state means and what to do next, one sentence or two.
fn explained(language: Language, placement: &Placement) -> Vec<String> {
    match &placement.state {
        PlacementState::Queued => vec![language.placement_queued_hint().to_owned()],
        PlacementState::Withdrawn => vec![language.placement_withdrawn_hint().to_owned()],
        PlacementState::Unknown => vec![language.placement_unknown_hint().to_owned()],
        PlacementState::Placed { .. } => vec![language.placement_placed_hint().to_owned()],
        PlacementState::Verified { .. } if placement.differences.is_empty() => {
            vec![language.placement_verified_hint().to_owned()]
        }
        PlacementState::Filling
        | PlacementState::Armed
        | PlacementState::Saving
        | PlacementState::Verified { .. } => Vec::new(),
        PlacementState::Rejected { reason } => {
            vec![language.placement_rejected_hint(reason), language.placement_rejected_next().to_owned()]
        }
        PlacementState::NeedsAttention { reason } => vec![
            language.placement_needs_attention_hint(reason),
            language.placement_needs_attention_next(&placement.marker),
        ],
    }
}
