//! Shows what the order comes to, as the ERP will compute it.

use domain::{OrderTotals, format_cents};
use leptos::prelude::*;

use super::wording::short_percent;
use crate::i18n::use_i18n;

/// The totals, with VAT per rate.
#[component]
pub(super) fn Totals(
    /// What the order comes to.
    totals: Memo<OrderTotals>,
) -> impl IntoView {
    let i18n = use_i18n();
    let row = |label: String, amount: String| view! { <div><dt>{label}</dt><dd class="figures">{amount}</dd></div> };
    let discount = move || {
        let totals = totals.get();
        (totals.header_discount.0 != 0).then(|| {
            let language = i18n.get();
            view! {
                {row(language.form_sum_of_lines().to_owned(), format_cents(totals.lines))}
                {row(language.form_header_discount().to_owned(), format!("− {}", format_cents(totals.header_discount)))}
            }
        })
    };
    let net = move || row(i18n.get().form_net().to_owned(), format_cents(totals.get().net));
    let vat = move || {
        let language = i18n.get();
        let groups = totals.get().vat.into_iter();
        groups
            .map(|group| {
                row(
                    language.form_vat(format_cents(group.net), short_percent(group.rate.0)),
                    format_cents(group.vat),
                )
            })
            .collect_view()
    };
    let unpriced = move || match totals.get().unpriced_lines {
        0 => None,
        1 => Some(i18n.get().form_unpriced_one().to_owned()),
        count => Some(i18n.get().form_unpriced(count)),
    };
    view! {
        <section class="totals" aria-labelledby="totals-heading">
            <h2 id="totals-heading">{move || i18n.get().form_totals()}</h2>
            <dl>
                {discount}
                {net}
                {vat}
                <div class="totals-total">
                    <dt>{move || i18n.get().form_total()}</dt>
                    <dd class="figures">{move || format_cents(totals.get().total)}</dd>
                </div>
            </dl>
            <p class="totals-unpriced">{unpriced}</p>
        </section>
    }
}
