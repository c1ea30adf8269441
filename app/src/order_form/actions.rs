//! Keeps the total and the three things that can be done with the order under the thumb.

use domain::{OrderTotals, format_cents};
use leptos::prelude::*;
use leptos_router::components::A;

use super::state::Form;
use crate::{i18n::use_i18n, routes};

/// The bar at the foot of the page.
#[component]
pub(super) fn ActionBar(
    /// The form.
    form: Form,
    /// What the order comes to.
    totals: Memo<OrderTotals>,
) -> impl IntoView {
    let i18n = use_i18n();
    let send_text = move || {
        let language = i18n.get();
        if form.sending.get() { language.form_sending() } else { language.form_send() }
    };
    view! {
        <div class="action-bar">
            <p class="action-total">
                <span>{move || i18n.get().form_total()}</span>
                <output class="figures">{move || format_cents(totals.get().total)}</output>
            </p>
            <div class="action-buttons">
                <A href=routes::DRAFTS attr:class="button">{move || i18n.get().form_done()}</A>
                <button
                    type="button"
                    class="button button-quiet"
                    aria-disabled=move || form.sending.get().to_string()
                    on:click=move |_| if !form.sending.get_untracked() { form.save() }
                >
                    {move || i18n.get().form_save()}
                </button>
                <button
                    type="button"
                    class="button button-main"
                    aria-disabled=move || form.sending.get().to_string()
                    on:click=move |_| form.send()
                >
                    {send_text}
                </button>
            </div>
        </div>
    }
}
