//! Lists what to accept or to put right before an order is sent.

use domain::{Concern, CustomerGap, Draft, format_cents, format_quantity};
use leptos::prelude::*;

use crate::{
    components::{Icon, Sign},
    i18n::{Language, use_i18n},
};

/// The concerns with one button each, and one to send all the same.
#[component]
pub fn ConcernNotice(
    /// What there is to know.
    concerns: Vec<Concern>,
    /// The order they are about.
    #[prop(into)]
    draft: Signal<Option<Draft>>,
    /// Takes the order that was put right.
    take: impl Fn(Concern, Draft) + Copy + Send + Sync + 'static,
    /// Sends it as it is.
    send: impl Fn() + Copy + Send + Sync + 'static,
    /// Does not send it now.
    keep: impl Fn() + Copy + Send + Sync + 'static,
) -> impl IntoView {
    let i18n = use_i18n();
    let lines = move || {
        let language = i18n.get();
        let line = |concern: &Concern| {
            let concern = concern.clone();
            let text = concern_text(language, &concern);
            let button = remedy_text(language, &concern).map(|remedy| {
                let put_right = move |_| {
                    if let Some(right) = draft.get_untracked().and_then(|draft| concern.put_right(&draft)) {
                        take(concern.clone(), right);
                    }
                };
                view! {
                    <button type="button" class="button suggestion" on:click=put_right>{remedy}</button>
                }
            });
            view! { <li><p>{text}</p> {button}</li> }
        };
        concerns.iter().map(line).collect_view()
    };
    view! {
        <div class="notice notice-warn concerns" role="alert">
            <Icon sign=Sign::Warning/>
            <p>{move || i18n.get().concern_heading()}</p>
            <ul class="plain-list">{lines}</ul>
            <button type="button" class="button" on:click=move |_| send()>
                {move || i18n.get().concern_send()}
            </button>
            <button type="button" class="button button-quiet" on:click=move |_| keep()>
                {move || i18n.get().concern_keep()}
            </button>
        </div>
    }
}

fn concern_text(language: Language, concern: &Concern) -> String {
    let price = |price: &Option<domain::Cents>| price.map_or_else(|| "–".to_owned(), format_cents);
    match concern {
        Concern::ArticleGone { name, .. } => language.concern_article_gone(name),
        Concern::PriceChanged { name, was, now, .. } => {
            language.concern_price_changed(name, price(now), price(was))
        }
        Concern::Quantity { name, .. } => language.concern_quantity(name),
        Concern::Twin { waits: true, .. } => language.concern_twin_waits().to_owned(),
        Concern::Twin { minutes: 0, .. } => language.concern_twin_now().to_owned(),
        Concern::Twin { minutes, .. } => language.concern_twin(minutes),
        Concern::CustomerGone => language.concern_customer_gone().to_owned(),
        Concern::CustomerIncomplete { missing } => {
            let gaps: Vec<_> = missing.iter().map(|gap| gap_text(language, *gap)).collect();
            language.concern_customer_incomplete(gaps.join(", "))
        }
    }
}

fn gap_text(language: Language, gap: CustomerGap) -> &'static str {
    match gap {
        CustomerGap::TaxNumber => language.concern_gap_tax_number(),
        CustomerGap::Address => language.concern_gap_address(),
        CustomerGap::InvoiceAddress => language.concern_gap_invoice_address(),
    }
}

/// What one tap can do about it.
fn remedy_text(language: Language, concern: &Concern) -> Option<String> {
    match concern {
        Concern::ArticleGone { .. } => Some(language.concern_take_out().to_owned()),
        Concern::PriceChanged { now, .. } => now.map(|now| language.concern_use_price(format_cents(now))),
        Concern::Quantity { nearest, .. } => {
            nearest.last().map(|nearest| language.concern_use_quantity(format_quantity(*nearest)))
        }
        Concern::Twin { .. } | Concern::CustomerGone | Concern::CustomerIncomplete { .. } => None,
    }
}
