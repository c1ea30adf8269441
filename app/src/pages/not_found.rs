//! Says that there is no such page.

use leptos::prelude::*;
use leptos_router::components::A;

use crate::{
    components::Page,
    i18n::{Language, use_i18n},
    routes,
};

/// The page for every address that is none; the server sends it with 404.
#[component]
pub fn NotFoundPage() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Page title=Language::missing_heading>
            <div class="page-head"><h1>{move || i18n.get().missing_heading()}</h1></div>
            <div class="empty">
                <p>{move || i18n.get().missing_hint()}</p>
                <A href=routes::NEW_ORDER attr:class="button button-main">{move || i18n.get().missing_back()}</A>
            </div>
        </Page>
    }
}
