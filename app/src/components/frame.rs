//! Frames a signed-in page: header, navigation, main, messages.

use leptos::{ev::SubmitEvent, prelude::*, task::spawn_local};
use leptos_meta::Title;
use leptos_router::components::A;
use server_fn::ServerFn;

use super::{Icon, Sign, ToastHost, use_intent};
use crate::{
    api, browser,
    drafts::use_drafts,
    i18n::{I18n, Language, use_i18n},
    routes,
    session::use_session,
    shell::{use_network, use_visits},
};

/// Where the page itself begins; the skip link leads here.
const MAIN_ID: &str = "main";

/// A signed-in page.
#[component]
pub fn Page(
    /// What the browser's tab says.
    title: fn(Language) -> &'static str,
    /// Whether the phone's tab bar is shown; the order form needs its room.
    #[prop(default = true)]
    tabs: bool,
    /// The page itself.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let visits = use_visits();
    // A new page begins at its beginning for keyboards and screen readers too; a page load does so by itself.
    Effect::new(move || {
        if visits.is_first() {
            visits.another();
        } else {
            browser::after_drawing(|| browser::focus_if_lost(MAIN_ID));
        }
    });
    view! {
        <Title text=move || title(i18n.get()).to_owned()/>
        <a class="skip" href="#main">{move || i18n.get().nav_skip()}</a>
        <Header/>
        <main id=MAIN_ID tabindex="-1" class:has-tabs=tabs>
            {children()}
        </main>
        {tabs.then(|| view! { <nav class="tab-bar" aria-label=move || i18n.get().nav_label()><NavLinks/></nav> })}
        <ToastHost/>
    }
}

#[component]
fn Header() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let network = use_network();
    view! {
        <header class="header">
            <span class="brand">
                <BrandMark/>
                <span class="brand-name">{move || i18n.get().app_name()}</span>
            </span>
            <nav class="header-nav" aria-label=move || i18n.get().nav_label()>
                <NavLinks/>
            </nav>
            <span class="header-end">
                <Show when=move || !network.get()>
                    <span class="badge badge-warn" title=move || i18n.get().nav_offline_hint()>
                        <Icon sign=Sign::Offline/>
                        {move || i18n.get().nav_offline()}
                    </span>
                </Show>
                <span class="agent">{move || session.me().map(|me| me.agent.to_string())}</span>
                <LanguageSwitch/>
                <SignOut/>
            </span>
        </header>
    }
}

/// The mark of the product: an A whose bar is a check mark.
#[component]
pub fn BrandMark() -> impl IntoView {
    view! {
        <svg class="brand-mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false">
            <rect width="32" height="32" rx="8"/>
            <path d="M7.500 25L16 6.500 24.500 25M10.720 18l3.900 3.600 7-7.200"/>
        </svg>
    }
}

#[component]
fn NavLinks() -> impl IntoView {
    let i18n = use_i18n();
    let intends = use_intent();
    view! {
        <A href=routes::NEW_ORDER on:pointerenter=move |_| intends() on:focus=move |_| intends()>
            <Icon sign=Sign::Order/>
            <span>{move || i18n.get().nav_new_order()}</span>
        </A>
        <A href=routes::DRAFTS>
            <Icon sign=Sign::Drafts/>
            <span>{move || i18n.get().nav_drafts()}</span>
        </A>
        // `/orders/new` lies below it and is another page.
        <A href=routes::ORDERS exact=true>
            <Icon sign=Sign::List/>
            <span>{move || i18n.get().nav_orders()}</span>
        </A>
        <A href=routes::SYNC>
            <Icon sign=Sign::Sync/>
            <span>{move || i18n.get().nav_sync()}</span>
        </A>
    }
}

/// Switches between Italian and English.
#[component]
pub fn LanguageSwitch() -> impl IntoView {
    let i18n = use_i18n();
    let other = move || i18n.get().other();
    view! {
        <button
            type="button"
            class="button button-bare"
            lang=move || other().code()
            title=move || i18n.get().nav_language_hint()
            on:click=move |_| switch(i18n)
        >
            {move || i18n.get().nav_language()}
        </button>
    }
}

fn switch(i18n: I18n) {
    i18n.choose(i18n.now().other());
}

/// Signs out: a plain form, so that it works before the page has woken up.
#[component]
fn SignOut() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let drafts = use_drafts();
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        drafts.flush();
        spawn_local(async move {
            // Offline the cookies stay, but this page forgets who it was.
            let _ = api::logout().await;
            drafts.forget().await;
            session.leave();
        });
    };
    view! {
        <form method="post" action=api::Logout::PATH on:submit=submit>
            <button type="submit" class="button button-bare">
                <Icon sign=Sign::Leave/>
                <span class="wide-only">{move || i18n.get().nav_sign_out()}</span>
                <span class="narrow-only visually-hidden">{move || i18n.get().nav_sign_out()}</span>
            </button>
        </form>
    }
}
