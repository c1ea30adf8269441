//! Shows what was seen in Archibald of an order nobody but its agent can decide about, and takes the decision.

use domain::{Placement, SeenOrder, format_cents};
use leptos::{prelude::*, task::spawn_local};

use super::placements::{WithdrawButton, heading_id};
use crate::{
    answers::Decision,
    browser, client,
    components::{Icon, Sign, use_toasts},
    i18n::{Language, use_i18n},
    session::use_session,
    wording::error_text,
};

/// The orders in question, the picture, and the buttons.
#[component]
pub fn Attention(
    /// The placement.
    placement: StoredValue<Placement>,
    /// The element that names it.
    described_by: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let id = placement.with_value(|placement| placement.draft_id);
    let seen = placement.with_value(|placement| placement.seen.clone());
    let pictured = placement.with_value(|placement| placement.screenshot.is_some());
    // One order that was seen is the likely answer; of two, a person says which.
    let likely = match seen.as_slice() {
        [one] => one.number.clone().unwrap_or_else(|| one.id.clone()),
        _ => String::new(),
    };
    let number = RwSignal::new(likely);
    let decide = use_decision(placement);
    let field = format!("number-{id}");
    let (there, again, back) = (described_by.clone(), described_by.clone(), described_by);
    view! {
        {(!seen.is_empty())
            .then(|| {
                let seen = seen.clone();
                view! {
                    <p class="explained">{move || i18n.get().placement_seen()}</p>
                    <ul>
                        {move || seen.iter().map(|order| view! { <li>{seen_text(i18n.get(), order)}</li> }).collect_view()}
                    </ul>
                }
            })}
        {pictured
            .then(|| {
                let address = format!("/api/placements/{id}/screenshot");
                let opened = address.clone();
                view! {
                    <details class="picture">
                        <summary>{move || i18n.get().placement_picture()}</summary>
                        <a href=opened target="_blank">
                            <img src=address alt=move || i18n.get().placement_picture() loading="lazy"/>
                        </a>
                    </details>
                }
            })}
        <div class="field">
            <label for=field.clone()>{move || i18n.get().placement_number_label()}</label>
            <input
                id=field
                type="text"
                class="figures"
                autocomplete="off"
                prop:value=number
                on:input:target=move |event| number.set(event.target().value())
            />
        </div>
        <div class="actions">
            <button
                type="button"
                class="button"
                aria-describedby=there
                aria-disabled=move || number.with(|number| number.trim().is_empty()).to_string()
                on:click=move |_| {
                    let number = number.get_untracked().trim().to_owned();
                    if !number.is_empty() {
                        decide(Decision::AlreadyPlaced { number });
                    }
                }
            >
                <Icon sign=Sign::Done/>
                {move || match number.get().trim() {
                    "" => i18n.get().placement_already_no_number().to_owned(),
                    number => i18n.get().placement_already(number),
                }}
            </button>
            <button type="button" class="button" aria-describedby=again on:click=move |_| decide(Decision::Repeat)>
                <Icon sign=Sign::Send/>
                {move || i18n.get().placement_repeat()}
            </button>
            <WithdrawButton id described_by=back class="button button-quiet" label=Language::placement_take_back/>
        </div>
    }
}

/// Sends the decision and says how that went; the placement itself comes back as an event.
fn use_decision(placement: StoredValue<Placement>) -> impl Fn(Decision) + Copy {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let busy = StoredValue::new(false);
    move |decision: Decision| {
        if busy.get_value() {
            return;
        }
        busy.set_value(true);
        let id = placement.with_value(|placement| placement.draft_id);
        spawn_local(async move {
            let answer = session.call(|| client::resolve(id, &decision)).await;
            let language = i18n.now();
            if answer.is_ok() {
                browser::focus_by_id(&heading_id(id));
            }
            match answer {
                Ok(_) if decision == Decision::Repeat => toasts.say(language.placement_repeated()),
                Ok(_) => toasts.say(language.placement_decided()),
                Err(error) => toasts.say(error_text(language, error.code)),
            }
            busy.try_set_value(false);
        });
    }
}

fn seen_text(language: Language, order: &SeenOrder) -> String {
    let number = order.number.as_ref().unwrap_or(&order.id);
    let total = order.total.map_or_else(|| "–".to_owned(), format_cents);
    let text = language.placement_seen_order(&order.created, &order.customer_name, number, total);
    let reference = if order.reference.is_empty() {
        language.placement_seen_no_reference().to_owned()
    } else {
        language.placement_seen_reference(&order.reference)
    };
    format!("{text} · {reference}")
}
