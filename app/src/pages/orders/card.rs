//! Shows one order: folded its customer, number, day and total; unfolded what is known of it.

use domain::{Cents, ErpId, Order, OrderState, SentOrder, format_cents, format_date};
use leptos::prelude::*;
use leptos_router::components::A;

use super::documents::Documents;
use crate::{
    browser,
    components::{Icon, Sign},
    i18n::{Language, use_i18n},
    routes,
    shell::use_clock,
    wording::{age_text, lines_text},
};

/// Where an order stands, in one or two words.
pub(super) fn order_state_text(language: Language, state: OrderState) -> &'static str {
    match state {
        OrderState::Pending => language.orders_state_pending(),
        OrderState::Open => language.orders_state_open(),
        OrderState::Delivered => language.orders_state_delivered(),
        OrderState::Invoiced => language.orders_state_invoiced(),
        OrderState::Cancelled => language.orders_state_cancelled(),
    }
}

const fn badge(state: OrderState) -> &'static str {
    match state {
        OrderState::Pending => "badge badge-warn",
        OrderState::Open => "badge badge-info",
        OrderState::Delivered | OrderState::Invoiced => "badge badge-ok",
        OrderState::Cancelled => "badge badge-danger",
    }
}

/// One order of the ERP's list.
#[component]
pub fn OrderCard(
    /// The order, as it was listed last.
    order: Memo<Order>,
) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    let id = order.with_untracked(|order| order.id.clone());
    let panel = format!("order-{id}");
    let controls = panel.clone();
    let customer = move || order.with(|order| order.customer_name.clone());
    let facts = move || order.with(|order| head_facts(i18n.get(), order));
    let total = move || order.with(|order| order.total.or(order.gross)).map(format_cents);
    let status = move || match order.with(Order::state) {
        Some(state) => {
            view! { <span class=badge(state)>{move || order_state_text(i18n.get(), state)}</span> }.into_any()
        }
        None => {
            view! { <span class="badge">{order.with(|order| order.sales_status.clone())}</span> }.into_any()
        }
    };
    view! {
        <li class="card order" class:is-open=move || open.get()>
            <h2>
                <button
                    type="button"
                    id=head_id(&id)
                    class="order-head"
                    aria-expanded=move || open.get().to_string()
                    aria-controls=controls
                    on:click=move |_| open.update(|open| *open = !*open)
                >
                    <span class="order-customer">{customer}</span>
                    {status}
                    <span class="order-facts soft figures">{facts}</span>
                    <span class="order-total figures">{total}</span>
                </button>
            </h2>
            <div id=panel hidden=move || !open.get()>
                <Show when=move || open.get()>
                    <OrderFacts order/>
                    <Documents id=id.clone()/>
                </Show>
            </div>
        </li>
    }
    .into_any()
}

/// The id of the button that unfolds an order.
pub(super) fn head_id(order: &ErpId) -> String {
    format!("order-{order}-head")
}

/// `ORD/26000123 · 20/01/2026`
fn head_facts(language: Language, order: &Order) -> String {
    let number = order.number.clone().unwrap_or_else(|| language.orders_number_none(&order.id));
    match order.created_at {
        Some(created) => format!("{number} · {}", format_date(created.date())),
        None => number,
    }
}

#[component]
fn OrderFacts(
    /// The order.
    order: Memo<Order>,
) -> impl IntoView {
    let i18n = use_i18n();
    let facts = move || order.with(|order| known_facts(i18n.get(), order));
    view! {
        <dl class="facts">
            {move || {
                facts()
                    .into_iter()
                    .map(|(name, value)| view! { <div><dt>{name}</dt><dd>{value}</dd></div> })
                    .collect_view()
            }}
        </dl>
    }
}

/// What is known of an order beyond its head, as name and value.
fn known_facts(language: Language, order: &Order) -> Vec<(&'static str, String)> {
    let discounted = order.gross.filter(|gross| order.total.is_some_and(|total| total != *gross));
    let facts = [
        (language.orders_reference(), order.customer_reference.clone()),
        (language.orders_description(), order.description.clone()),
        (language.orders_delivery(), order.delivery_date.map(format_date)),
        (language.orders_address(), address(order)),
        (language.orders_transfer(), order.transfer_status.clone()),
        (language.orders_document(), order.document_status.as_deref().map(without_colon)),
        (language.orders_gross(), discounted.map(format_cents)),
        (language.orders_total(), order.total.map(format_cents)),
    ];
    let told = |(name, value): (&'static str, Option<String>)| {
        Some((name, value.filter(|value| !value.trim().is_empty())?))
    };
    facts.into_iter().filter_map(told).collect()
}

/// The ERP closes some of its words with a colon (facts/erp.md §2.8).
fn without_colon(text: &str) -> String {
    text.trim().trim_end_matches(':').to_owned()
}

/// The place of delivery on one line, with its name where it is not the customer's.
fn address(order: &Order) -> Option<String> {
    let lines = order.delivery_address.as_deref()?.lines().map(str::trim).filter(|line| !line.is_empty());
    let name = order.delivery_name.as_deref().filter(|name| *name != order.customer_name);
    Some(name.into_iter().chain(lines).collect::<Vec<_>>().join(", "))
}

/// An order that was just sent and that the ERP's list does not have yet.
#[component]
pub fn SentCard(
    /// The order.
    order: SentOrder,
) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let (lines, total, sent_at) = (order.lines as usize, order.total, order.sent_at);
    let number = order.number.clone();
    let facts = move || sent_facts(i18n.get(), &number, lines);
    view! {
        <li class="card order order-sent">
            <h2 class="order-head">
                <span class="order-customer">{order.customer_name}</span>
                <span class="badge badge-warn">{move || i18n.get().orders_sent()}</span>
                <span class="order-facts soft figures">{facts}</span>
                <span class="order-total figures">{(total != Cents(0)).then(|| format_cents(total))}</span>
            </h2>
            <p class="soft">
                {move || i18n.get().orders_sent_hint(age_text(i18n.get(), clock.get(), sent_at, browser::local_time))}
                " "
                <A href=routes::DRAFTS>{move || i18n.get().orders_sent_link()}</A>
            </p>
        </li>
    }
    .into_any()
}

/// `n. 51123 · 3 righe`
fn sent_facts(language: Language, number: &str, lines: usize) -> String {
    format!("{} · {}", language.orders_number(number), lines_text(language, lines))
}

/// Says that something is on its way, or is not there.
#[component]
pub(super) fn Remark(
    /// What it is about.
    sign: Sign,
    /// What to say.
    text: fn(Language) -> &'static str,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <p class="order-remark soft">
            <Icon sign/>
            {move || text(i18n.get())}
        </p>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(fields: serde_json::Value) -> Order {
        serde_json::from_value(fields).unwrap()
    }

    #[test]
    fn an_order_without_a_number_is_told_by_its_id() {
        let pending = order(serde_json::json!({ "id": "51123", "customerName": "x" }));
        assert_eq!(head_facts(Language::Italian, &pending), "n. 51123");
        let listed = order(serde_json::json!({
            "id": "51123", "customerName": "x", "number": "ORD/26000123", "createdAt": "2026-01-20 12:04:22.0"
        }));
        assert_eq!(head_facts(Language::Italian, &listed), "ORD/26000123 · 20/01/2026");
    }

    #[test]
    fn an_address_stands_on_one_line() {
        let order = order(serde_json::json!({
            "id": "1", "customerName": "Rossi", "deliveryName": "Magazzino", "deliveryAddress": "Via Roma 1\n47121 Forlì"
        }));
        assert_eq!(address(&order).as_deref(), Some("Magazzino, Via Roma 1, 47121 Forlì"));
    }
}
