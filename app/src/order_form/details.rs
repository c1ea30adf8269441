//! Asks for what few orders need, folded away until it is wanted.

use domain::Draft;
use leptos::prelude::*;
use time::{Date, Month};

use super::{
    edits::Edit,
    state::{Form, header_discount},
};
use crate::i18n::use_i18n;

/// The disclosure "Altri dati".
#[component]
pub(super) fn Details(
    /// The form.
    form: Form,
) -> impl IntoView {
    let i18n = use_i18n();
    let id = Memo::new(move |_| form.draft.with(|draft| draft.id));
    let wrong = move || header_discount(&form.header_discount_text.get()).is_none();
    let text = move |of: fn(&Draft) -> Option<String>| move || form.draft.with(of).unwrap_or_default();
    let disclosure = move || {
        // Unfolded where there is something to see; after that the agent decides.
        let unfolded = form.draft.with_untracked(has_details);
        view! {
            <details class="details" open=unfolded>
            <summary>
                <span class="details-name">{move || i18n.get().form_details()}</span>
                <span class="details-hint">{move || i18n.get().form_optional_none()}</span>
            </summary>
            <div class="details-fields">
                <div class="field">
                    <label for="customer-reference">{move || i18n.get().form_customer_reference()}</label>
                    <input
                        id="customer-reference"
                        type="text"
                        maxlength=Draft::REFERENCE_LETTERS_MAX.to_string()
                        autocomplete="off"
                        prop:value=text(|draft| draft.customer_reference.clone())
                        on:input:target=move |event| form.take(Edit::CustomerReference(event.target().value()))
                    />
                </div>
                <div class="field">
                    <label for="delivery">{move || i18n.get().form_delivery()}</label>
                    <input
                        id="delivery"
                        type="date"
                        prop:value=text(|draft| draft.requested_delivery.map(date_value))
                        on:change:target=move |event| form.take(Edit::RequestedDelivery(read_date(&event.target().value())))
                    />
                </div>
                <div class="field">
                    <label for="header-discount">{move || i18n.get().form_header_discount()}</label>
                    <input
                        id="header-discount"
                        type="text"
                        class="figures"
                        autocomplete="off"
                        aria-invalid=move || wrong().then_some("true")
                        aria-describedby="header-discount-problem"
                        prop:value=form.header_discount_text
                        on:input:target=move |event| form.type_header_discount(event.target().value())
                    />
                    <p class="field-problem" id="header-discount-problem">
                        {move || wrong().then(|| i18n.get().form_discount_wrong())}
                    </p>
                </div>
                <div class="field details-wide">
                    <label for="delivery-address">{move || i18n.get().form_delivery_address()}</label>
                    <input
                        id="delivery-address"
                        type="text"
                        autocomplete="off"
                        aria-describedby="delivery-address-hint"
                        prop:value=text(|draft| draft.delivery_address.clone())
                        on:input:target=move |event| form.take(Edit::DeliveryAddress(event.target().value()))
                    />
                    <p class="field-hint" id="delivery-address-hint">
                        {move || i18n.get().form_delivery_address_hint()}
                    </p>
                </div>
                <div class="field details-wide">
                    <label for="notes">{move || i18n.get().form_notes()}</label>
                    <textarea
                        id="notes"
                        rows="3"
                        maxlength=Draft::TEXT_LETTERS_MAX.to_string()
                        prop:value=text(|draft| draft.notes.clone())
                        on:input:target=move |event| form.take(Edit::Notes(event.target().value()))
                    ></textarea>
                </div>
            </div>
        </details>
        }
    };
    // Drawn anew for each draft, so that the next order begins folded again.
    view! { <For each=move || [id.get()] key=|id| *id children=move |_| disclosure()/> }
}

fn has_details(draft: &Draft) -> bool {
    draft.customer_reference.is_some()
        || draft.requested_delivery.is_some()
        || draft.delivery_address.is_some()
        || draft.notes.is_some()
        || draft.header_discount.0 != 0
}

/// A day as date fields hold it, `2026-01-20`, whatever they show.
fn date_value(day: Date) -> String {
    format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day())
}

fn read_date(value: &str) -> Option<Date> {
    let mut parts = value.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let month = Month::try_from(month.parse::<u8>().ok()?).ok()?;
    Date::from_calendar_date(year.parse().ok()?, month, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;

    #[test]
    fn a_date_field_is_read_as_it_is_written() {
        let day = date!(2026 - 01 - 20);
        assert_eq!(date_value(day), "2026-01-20");
        assert_eq!(read_date(&date_value(day)), Some(day));
        assert_eq!(read_date(""), None);
    }
}
