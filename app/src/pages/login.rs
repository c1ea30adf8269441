//! Signs an agent in. Works without JavaScript: the form posts to the same address that the page calls.

use leptos::{ev::SubmitEvent, prelude::*};
use leptos_meta::Title;
use leptos_router::{
    NavigateOptions,
    hooks::{use_navigate, use_query_map},
};
use server_fn::ServerFn;

use crate::{
    api::Login,
    components::{BrandMark, Icon, LanguageSwitch, Sign},
    i18n::use_i18n,
    routes,
    session::{SignIn, use_session},
    wording::error_text,
};

/// The sign-in page.
#[component]
pub fn LoginPage() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Title text=move || i18n.get().login_heading().to_owned()/>
        <main id="main" class="login">
            <div class="login-card">
                <p class="brand brand-large">
                    <BrandMark/>
                    <span class="brand-name">{move || i18n.get().app_name()}</span>
                </p>
                <h1>{move || i18n.get().login_heading()}</h1>
                <p class="soft">{move || i18n.get().login_intro()}</p>
                <LoginForm/>
                <LanguageSwitch/>
            </div>
        </main>
    }
    .into_any()
}

#[component]
fn LoginForm() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let navigate = use_navigate();
    let query = use_query_map();
    let next =
        Memo::new(move |_| query.with(|query| routes::after_login(query.get("next").as_deref()).to_owned()));
    let login = ServerAction::<Login>::new();
    let failure =
        move || login.value().get().and_then(Result::err).map(|error| error_text(i18n.get(), error.code));
    Effect::new(move || {
        if let Some(Ok(opened)) = login.value().get() {
            session.entered(opened.me);
        }
    });
    Effect::new(move || {
        if matches!(session.get(), SignIn::In(_)) {
            navigate(&next.get(), NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        if let Ok(input) = Login::from_event(&event)
            && !login.pending().get_untracked()
        {
            login.dispatch(input);
        }
    };
    view! {
        <form method="post" action=Login::PATH on:submit=submit class="stack">
            <input type="hidden" name="next" value=move || next.get()/>
            <div class="field">
                <label for="account">{move || i18n.get().login_account()}</label>
                <input
                    id="account"
                    name="account"
                    type="text"
                    autocomplete="username"
                    autocapitalize="none"
                    spellcheck="false"
                    required
                    aria-describedby="login-problem"
                />
            </div>
            <div class="field">
                <label for="password">{move || i18n.get().login_password()}</label>
                <input
                    id="password"
                    name="password"
                    type="password"
                    autocomplete="current-password"
                    required
                    aria-describedby="login-problem"
                />
            </div>
            <div id="login-problem" role="alert">
                {move || {
                    failure()
                        .map(|text| {
                            view! {
                                <div class="notice notice-danger">
                                    <Icon sign=Sign::Warning/>
                                    <p>{text}</p>
                                </div>
                            }
                        })
                }}
            </div>
            <button type="submit" class="button button-main" aria-disabled=move || login.pending().get().to_string()>
                {move || if login.pending().get() { i18n.get().login_checking() } else { i18n.get().login_submit() }}
            </button>
            <p class="soft" role="status">
                {move || login.pending().get().then(|| i18n.get().login_checking_hint())}
            </p>
        </form>
    }
    .into_any()
}
