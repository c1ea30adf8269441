//! Shows what became of the orders that were sent, live.

use domain::{DraftId, Placement, PlacementState, Timestamp};
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
    let ids = move || {
        sending
            .placements
            .with(|known| known.iter().flatten().map(|placement| placement.draft_id).collect::<Vec<_>>())
    };
    view! {
        <Show when=none>
            <p class="soft">{move || i18n.get().placement_none()}</p>
        </Show>
        <ul class="draft-list">
            <For each=ids key=|id| *id let:id>
                <PlacementCard id sending/>
            </For>
        </ul>
    }
}

/// A card stays while what it shows changes, so that what was unfolded stays unfolded.
#[component]
fn PlacementCard(
    /// Which placement to show.
    id: DraftId,
    /// Where it is kept.
    sending: Sending,
) -> impl IntoView {
    let i18n = use_i18n();
    let current = Memo::new(move |before: Option<&Option<Placement>>| {
        let now = sending
            .placements
            .with(|known| known.iter().flatten().find(|placement| placement.draft_id == id).cloned());
        // It is gone a moment before its card.
        now.or_else(|| before.cloned().flatten())
    });
    let name_id = heading_id(id);
    let (labelled_by, named) = (name_id.clone(), name_id.clone());
    let body = move || {
        current.get().map(|placement| view! { <PlacementBody placement sending name_id=name_id.clone()/> })
    };
    let customer = move || {
        current.with(|placement| {
            let customer = placement.as_ref().and_then(|placement| placement.order.customer.as_ref());
            customer.map(|customer| customer.name.clone())
        })
    };
    let state = move || {
        current.with(|placement| placement.as_ref().map(|placement| badge_text(i18n.get(), placement)))
    };
    let badge = move || current.with(|placement| placement.as_ref().map(badge_class));
    view! {
        <li class="card draft">
            <article aria-labelledby=labelled_by>
                <div class="draft-head">
                    <h3 id=named tabindex="-1">{customer}</h3>
                    <span class=badge>{state}</span>
                </div>
                {body}
                <History id changed=Signal::derive(move || current.with(|now| changes(now.as_ref())))/>
            </article>
        </li>
    }
    .into_any()
}

/// The heading of a placement's card; it takes the focus when a button has done its work and goes.
pub(super) fn heading_id(id: DraftId) -> String {
    format!("placement-{id}")
}

/// What shows that a placement's log has grown.
fn changes(placement: Option<&Placement>) -> Option<(Timestamp, Option<u32>)> {
    let placement = placement?;
    Some((placement.changed_at, placement.progress.map(|progress| progress.lines_done)))
}

#[component]
fn PlacementBody(
    /// The placement as it stands.
    placement: Placement,
    /// Where it is kept.
    sending: Sending,
    /// The element that names it.
    name_id: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let submitted_at = placement.submitted_at;
    let typing = match placement.state {
        PlacementState::Filling | PlacementState::Armed | PlacementState::Saving => placement.typing_since,
        _ => None,
    };
    let usual = placement.usual;
    let differences = placement.differences.clone();
    let progress = match placement.state {
        PlacementState::Filling => placement.progress,
        _ => None,
    };
    let placement = StoredValue::new(placement);
    let buttons = placement.with_value(|now| match &now.state {
        PlacementState::NeedsAttention { .. } => {
            Some(view! { <Attention placement described_by=name_id/> }.into_any())
        }
        PlacementState::Queued => Some(view! { <WaitingButtons placement described_by=name_id/> }.into_any()),
        PlacementState::Rejected { .. } => {
            Some(view! { <CorrectButton placement described_by=name_id/> }.into_any())
        }
        PlacementState::Placed { .. } if now.waits_for_agent() => {
            Some(view! { <DifferenceButtons placement described_by=name_id/> }.into_any())
        }
        PlacementState::Filling
        | PlacementState::Armed
        | PlacementState::Saving
        | PlacementState::Unknown
        | PlacementState::Placed { .. }
        | PlacementState::Verified { .. }
        | PlacementState::Withdrawn => None,
    });
    view! {
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
        {move || {
            let lines = placement.with_value(|placement| explained(i18n.get(), placement, sending.rests.get()));
            lines.into_iter().map(|line| view! { <p class="explained">{line}</p> }).collect_view()
        }}
        {(!differences.is_empty())
            .then(|| view! { <ul>{differences.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()}</ul> })}
        {buttons}
    }
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
    let toasts = use_toasts();
    let id = placement.with_value(|placement| placement.draft_id);
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
            <WithdrawButton id described_by class="button" label=Language::placement_withdraw/>
            <button type="button" class="button button-quiet" aria-describedby=described_too on:click=retry>
                {move || i18n.get().placement_retry()}
            </button>
        </div>
    }
}

/// Makes a draft of an order again.
#[component]
pub(super) fn WithdrawButton(
    /// Which.
    id: DraftId,
    /// The element that names it.
    described_by: String,
    /// How much the button stands out.
    class: &'static str,
    /// What is on it.
    label: fn(Language) -> &'static str,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let drafts = use_drafts();
    let toasts = use_toasts();
    let withdraw = move |_| {
        spawn_local(async move {
            let answer = session.call(|| client::withdraw(id)).await;
            match answer {
                Ok(draft) => {
                    browser::focus_by_id(&heading_id(id));
                    drafts.opened_again(&draft);
                    toasts.say(i18n.now().placement_withdrawn_toast());
                }
                Err(error) => toasts.say(error_text(i18n.now(), error.code)),
            }
        });
    };
    view! {
        <button type="button" class=class aria-describedby=described_by on:click=withdraw>
            {move || label(i18n.get())}
        </button>
    }
}

/// For an order that the ERP holds otherwise than it was sent: read it again, once it is put right there, or take it so.
#[component]
fn DifferenceButtons(
    /// The placement that differs.
    placement: StoredValue<Placement>,
    /// The element that names it.
    described_by: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let id = placement.with_value(|placement| placement.draft_id);
    let read_again = move |_| {
        spawn_local(async move {
            match session.call(|| client::retry(id)).await {
                Ok(_) => {
                    browser::focus_by_id(&heading_id(id));
                    toasts.say(i18n.now().placement_decided());
                }
                Err(error) => toasts.say(error_text(i18n.now(), error.code)),
            }
        });
    };
    let accept = move |_| {
        spawn_local(async move {
            match session.call(|| client::accept(id)).await {
                Ok(_) => browser::focus_by_id(&heading_id(id)),
                Err(error) => toasts.say(error_text(i18n.now(), error.code)),
            }
        });
    };
    let described_too = described_by.clone();
    view! {
        <div class="actions">
            <button type="button" class="button" aria-describedby=described_by on:click=read_again>
                <Icon sign=Sign::Sync/>
                {move || i18n.get().placement_read_again()}
            </button>
            <button type="button" class="button button-quiet" aria-describedby=described_too on:click=accept>
                {move || i18n.get().placement_accept()}
            </button>
        </div>
    }
}

fn badge_class(placement: &Placement) -> &'static str {
    match &placement.state {
        PlacementState::Queued | PlacementState::Withdrawn => "badge",
        PlacementState::Filling | PlacementState::Armed | PlacementState::Saving => "badge badge-info",
        PlacementState::Unknown | PlacementState::NeedsAttention { .. } => "badge badge-warn",
        PlacementState::Placed { .. } if placement.waits_for_agent() => "badge badge-warn",
        PlacementState::Placed { .. } | PlacementState::Verified { .. } => "badge badge-ok",
        PlacementState::Rejected { .. } => "badge badge-danger",
    }
}

/// The state in two or three words, and whether it is not what was sent.
fn badge_text(language: Language, placement: &Placement) -> String {
    let state = state_text(language, &placement.state);
    if placement.waits_for_agent() && !placement.differences.is_empty() {
        return language.placement_differs(state);
    }
    state
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

/// What the state means and what to do next, one sentence or two. A login that `rests` is told of above.
fn explained(language: Language, placement: &Placement, rests: bool) -> Vec<String> {
    match &placement.state {
        PlacementState::Queued => {
            let last = placement.note.iter().map(|note| language.placement_queued_after(note));
            let next = match (&placement.note, rests) {
                (_, true) => language.placement_queued_rests(),
                (Some(_), false) => language.placement_queued_again(),
                (None, false) => language.placement_queued_hint(),
            };
            last.chain([next.to_owned()]).collect()
        }
        PlacementState::Withdrawn => vec![language.placement_withdrawn_hint().to_owned()],
        PlacementState::Unknown => {
            let after = placement.note.iter().map(|note| language.placement_unknown_after(note));
            after.chain([language.placement_unknown_hint().to_owned()]).collect()
        }
        PlacementState::Placed { .. } if placement.waits_for_agent() => {
            vec![language.placement_different().to_owned()]
        }
        PlacementState::Placed { .. } => vec![language.placement_placed_hint().to_owned()],
        PlacementState::Verified { .. } if placement.differences.is_empty() => {
            vec![language.placement_verified_hint().to_owned()]
        }
        PlacementState::Verified { .. } => vec![language.placement_accepted_hint().to_owned()],
        PlacementState::Filling | PlacementState::Armed | PlacementState::Saving => Vec::new(),
        PlacementState::Rejected { reason } => {
            vec![language.placement_rejected_hint(reason), language.placement_rejected_next().to_owned()]
        }
        PlacementState::NeedsAttention { reason } => vec![
            language.placement_needs_attention_hint(reason),
            language.placement_needs_attention_next(&placement.marker),
        ],
    }
}
