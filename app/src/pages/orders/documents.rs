//! Shows what was delivered and billed for an order, with a way to follow each parcel.

use domain::{
    Ddt, ErpId, Invoice, OrderWithDocuments, format_cents, format_date, format_quantity, tracking_link,
};
use leptos::{prelude::*, task::spawn_local};

use super::card::Remark;
use crate::{
    client,
    components::{Icon, Problem, Sign},
    error::ErrorCode,
    i18n::{Language, use_i18n},
    live::use_live,
    session::use_session,
};

/// The transport documents, invoices and credit notes of an order, asked for when it is unfolded.
#[component]
pub(super) fn Documents(
    /// The order.
    id: ErpId,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let live = use_live();
    let found = RwSignal::new(None::<Result<OrderWithDocuments, ErrorCode>>);
    let id = StoredValue::new(id);
    // Counts questions; only the newest one's answer is taken.
    let question = StoredValue::new(0_u64);
    let load = move || {
        question.update_value(|number| *number += 1);
        let (number, id) = (question.get_value(), id.get_value());
        spawn_local(async move {
            let answer = session.call(|| client::order(&id)).await;
            if question.try_get_value() != Some(number) {
                return;
            }
            found.update(|found| match answer {
                Ok(order) => *found = Some(Ok(order)),
                // What is being read stays; it is asked for again at the next change.
                Err(_) if matches!(found, Some(Ok(_))) => {}
                Err(error) => *found = Some(Err(error.code)),
            });
        });
    };
    Effect::new(move || {
        live.orders.track();
        load();
    });
    move || match found.get() {
        None => view! { <p class="soft" role="status">{move || i18n.get().list_loading()}</p> }.into_any(),
        Some(Err(code)) => view! { <Problem code retry=load/> }.into_any(),
        Some(Ok(order)) => view! { <Found order/> }.into_any(),
    }
}

#[component]
fn Found(
    /// The order with its documents.
    order: OrderWithDocuments,
) -> impl IntoView {
    let (credits, invoices): (Vec<_>, Vec<_>) = order.invoices.into_iter().partition(Invoice::is_credit_note);
    let nothing = order.ddt.is_empty() && invoices.is_empty() && credits.is_empty();
    let ddt: Vec<_> = order.ddt.iter().map(ddt_row).collect();
    let [invoices, credits] =
        [invoices, credits].map(|rows| rows.into_iter().map(invoice_row).collect::<Vec<_>>());
    view! {
        {nothing.then(|| view! { <Remark sign=Sign::Parcel text=Language::orders_no_documents/> })}
        <Group title=Language::orders_ddt rows=ddt/>
        <Group title=Language::orders_invoices rows=invoices/>
        <Group title=Language::orders_credit_notes rows=credits/>
    }
    .into_any()
}

/// Documents of one kind; nothing when there are none.
#[component]
fn Group(
    /// What they are.
    title: fn(Language) -> &'static str,
    /// One element each.
    rows: Vec<AnyView>,
) -> impl IntoView {
    let i18n = use_i18n();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="order-documents">
                <h3>{move || title(i18n.get())}</h3>
                <ul class="plain-list">{rows}</ul>
            </section>
        }
    })
}

fn ddt_row(ddt: &Ddt) -> AnyView {
    let i18n = use_i18n();
    let (day, pieces, mode) = (ddt.delivery_date, ddt.quantity, ddt.delivery_mode.clone());
    let facts = move || {
        let pieces = pieces.map(|pieces| i18n.get().form_pieces(format_quantity(pieces)));
        join([day.map(format_date), pieces, mode.clone()])
    };
    view! {
        <li class="order-document">
            <strong class="figures">{ddt.number.clone()}</strong>
            <span class="soft figures">{facts}</span>
            {follow(ddt)}
        </li>
    }
    .into_any()
}

/// A link to the parcel's page at its carrier; the bare number when no carrier is known.
fn follow(ddt: &Ddt) -> Option<AnyView> {
    let i18n = use_i18n();
    let number = ddt.tracking_number.clone()?;
    let link = tracking_link(ddt.carrier.as_deref(), ddt.delivery_mode.as_deref(), &number);
    let Some(link) = link else {
        let parcel = move || i18n.get().orders_parcel(&number);
        return Some(view! { <span class="soft figures">{parcel}</span> }.into_any());
    };
    let name = link.carrier.name();
    Some(
        view! {
            <a class="follow" href=link.url target="_blank" rel="noopener noreferrer">
                <Icon sign=Sign::Parcel/>
                <span>
                    {move || i18n.get().orders_follow(name)} " "
                    <span class="figures">{link.number}</span>
                    <span class="visually-hidden">{move || i18n.get().orders_new_tab()}</span>
                </span>
            </a>
        }
        .into_any(),
    )
}

fn invoice_row(invoice: Invoice) -> AnyView {
    let i18n = use_i18n();
    let (day, due) = (invoice.date, invoice.due_date);
    let standing = Standing::of(&invoice);
    let facts = move || {
        let due = due.map(|due| i18n.get().orders_due(format_date(due)));
        join([day.map(format_date), due.filter(|_| standing != Some(Standing::Paid))])
    };
    view! {
        <li class="order-document">
            <strong class="figures">{invoice.number}</strong>
            <span class="soft figures">{facts}</span>
            <span class="figures">{invoice.amount.map(format_cents)}</span>
            {standing.map(|standing| view! {
                <span class=standing.badge()>{move || standing.text(i18n.get())}</span>
            })}
        </li>
    }
    .into_any()
}

/// Whether an invoice was paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Paid,
    Open,
    Overdue,
}

impl Standing {
    /// Credit notes are not paid; neither is an invoice without an amount.
    fn of(invoice: &Invoice) -> Option<Self> {
        if invoice.is_credit_note() || invoice.amount.is_none() {
            return None;
        }
        if invoice.closed_date.is_some() || invoice.remaining.is_some_and(|remaining| remaining.0 == 0) {
            return Some(Self::Paid);
        }
        let late = invoice.days_past_due.is_some_and(|days| days > 0);
        Some(if late { Self::Overdue } else { Self::Open })
    }

    const fn badge(self) -> &'static str {
        match self {
            Self::Paid => "badge badge-ok",
            Self::Open => "badge",
            Self::Overdue => "badge badge-danger",
        }
    }

    fn text(self, language: Language) -> &'static str {
        match self {
            Self::Paid => language.orders_paid(),
            Self::Open => language.orders_unpaid(),
            Self::Overdue => language.orders_overdue(),
        }
    }
}

fn join<const N: usize>(parts: [Option<String>; N]) -> String {
    parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(fields: serde_json::Value) -> Option<Standing> {
        Standing::of(&serde_json::from_value(fields).unwrap())
    }

    #[test]
    fn an_invoice_is_paid_open_or_late() {
        let (open, late) = (serde_json::json!({ "number": "CF1/1", "amount": 5, "remaining": 5 }), 3);
        assert_eq!(standing(open), Some(Standing::Open));
        let late = serde_json::json!({ "number": "CF1/1", "amount": 5, "remaining": 5, "daysPastDue": late });
        assert_eq!(standing(late), Some(Standing::Overdue));
        let closed = serde_json::json!({ "number": "CF1/1", "amount": 5, "closedDate": "2026-01-20" });
        assert_eq!(standing(closed), Some(Standing::Paid));
        assert_eq!(standing(serde_json::json!({ "number": "NC/1", "amount": -5 })), None);
    }
}
