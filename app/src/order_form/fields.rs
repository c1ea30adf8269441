//! Asks who orders and what: the two comboboxes.

use domain::{CustomerSummary, ProductSummary, Unready};
use leptos::prelude::*;

use super::{
    doorway::Doorway,
    ids,
    state::Form,
    wording::{article_option, choice_text, customer_option},
};
use crate::{
    api,
    components::combobox::{Combobox, Elsewhere, Search},
    i18n::{Language, use_i18n},
    live::use_live,
    session::use_session,
};

/// Options shown at once; whoever sees more of them than fit a screen types another letter.
const OPTIONS_MAX: u32 = 30;

/// The field "Cliente".
#[component]
pub(super) fn CustomerField(
    /// The form.
    form: Form,
    /// Knows how fresh the customers are.
    doorway: Doorway,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let search = move |text: String| -> Search<CustomerSummary> {
        Box::pin(async move { session.call(|| api::customers(text.clone(), Some(OPTIONS_MAX), None)).await })
    };
    let elsewhere = Elsewhere {
        search: Box::new(move |text: String| -> Search<CustomerSummary> {
            Box::pin(async move { session.call(|| api::look_up_customers(text.clone())).await })
        }),
        offer: |language: Language, text: &str| language.form_look_up(text),
        looking: |language: Language, text: &str| language.form_looking_up(text),
        nothing: |language: Language, text: &str| language.form_look_up_none(text),
    };
    let fault = move || {
        let language = i18n.get();
        if form.customer_not_chosen.get() {
            return Some(language.form_customer_not_chosen().to_owned());
        }
        let missing = form.unready.with(|unready| unready.contains(&Unready::NoCustomer));
        missing.then(|| language.form_customer_missing().to_owned())
    };
    view! {
        <Combobox
            id=ids::CUSTOMER
            label=Signal::derive(move || i18n.get().form_customer())
            placeholder=Signal::derive(move || i18n.get().form_customer_hint())
            text=form.customer_text
            describe=customer_option
            search
            choose=move |customer: CustomerSummary| form.choose_customer(&customer)
            left=move || form.customer_left()
            refresh=doorway.refreshed
            more_coming=Signal::derive(move || doorway.is_syncing())
            fault=Signal::derive(fault)
            hint=Signal::derive(move || form.draft.with(|draft| draft.customer.as_ref().map(choice_text)))
            elsewhere
        />
    }
}

/// The field "Articolo".
#[component]
pub(super) fn ArticleField(
    /// The form.
    form: Form,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let live = use_live();
    let search = move |text: String| -> Search<ProductSummary> {
        Box::pin(async move {
            let mut page = session.call(|| api::products(text.clone(), Some(OPTIONS_MAX), None)).await?;
            // What the ERP no longer sells is found all the same, but never first.
            page.items.sort_by_key(|product| !product.variants.iter().any(|variant| variant.orderable));
            Ok(page)
        })
    };
    let fault = move || {
        let missing = form.unready.with(|unready| unready.contains(&Unready::NoLines));
        missing.then(|| i18n.get().form_lines_missing().to_owned())
    };
    view! {
        <Combobox
            id=ids::ARTICLE
            label=Signal::derive(move || i18n.get().form_article())
            placeholder=Signal::derive(move || i18n.get().form_article_hint())
            text=form.article_text
            describe=article_option
            search
            choose=move |product: ProductSummary| form.choose_article(product)
            left=move || form.article_left()
            refresh=live.articles
            more_coming=Signal::stored(false)
            fault=Signal::derive(fault)
            hint=Signal::derive(move || form.entry.with(|entry| entry.as_ref()?.description.clone()))
        />
    }
}
