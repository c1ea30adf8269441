//! Frames every page: the document, the router and what all pages share.

use domain::Timestamp;
use leptos::prelude::*;
use leptos_meta::{HashedStylesheet, MetaTags, Title, provide_meta_context};
use leptos_router::{
    NavigateOptions,
    components::{Redirect, Route, Router, Routes},
    hooks::{use_location, use_navigate},
    path,
};

use crate::{
    browser::{self, Pulse},
    components::provide_toasts,
    drafts::provide_drafts,
    i18n::{initial_language, provide_i18n},
    live::provide_live,
    order_form::OrderFormPage,
    pages::{CatalogPage, DraftsPage, LoginPage, NotFoundPage, OrdersPage, SyncPage},
    routes,
    session::{Session, SignIn, provide_session},
};

/// How often ages such as "5 min fa" are drawn again.
const CLOCK_MS: u32 = 20_000;

/// The document around the app; rendered on the server only.
pub fn shell(options: LeptosOptions) -> impl IntoView {
    let language = initial_language();
    view! {
        <!DOCTYPE html>
        <html lang=language.code()>
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <meta name="theme-color" media="(prefers-color-scheme: light)" content="#f5f3ee"/>
                <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#14191c"/>
                <meta name="description" content=language.app_description()/>
                <link rel="manifest" href="/manifest.webmanifest"/>
                <link rel="icon" href="/icon.svg" type="image/svg+xml"/>
                <link rel="apple-touch-icon" href="/icon-192.png"/>
                <HashedStylesheet options=options.clone() id="leptos"/>
                <HydrationScripts options/>
                <MetaTags/>
            </head>
            <body>
                <App/>
            </body>
        </html>
    }
}

/// The app: what is inside `<body>`, on the server and in the browser.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    let i18n = provide_i18n();
    provide_clock();
    provide_network();
    provide_context(Visits(StoredValue::new(true)));
    provide_toasts();
    let session = provide_session();
    let live = provide_live(session);
    provide_drafts(session, live);
    mark_hydrated();
    view! {
        <Title formatter=move |page: String| {
            let name = i18n.get().app_name();
            if page.is_empty() { name.to_owned() } else { format!("{page} · {name}") }
        }/>
        <Router>
            <SignInGuard session/>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/") view=|| view! { <Redirect path=routes::NEW_ORDER/> }/>
                <Route path=path!("/login") view=LoginPage/>
                <Route path=path!("/orders/new") view=OrderFormPage/>
                <Route path=path!("/drafts") view=DraftsPage/>
                <Route path=path!("/orders") view=OrdersPage/>
                <Route path=path!("/sync") view=SyncPage/>
                <Route path=path!("/catalog") view=CatalogPage/>
            </Routes>
        </Router>
    }
}

/// Sends whoever is not signed in to the sign-in page, and back afterwards.
#[component]
fn SignInGuard(
    /// The session to watch.
    session: Session,
) -> impl IntoView {
    let navigate = use_navigate();
    let location = use_location();
    Effect::new(move || {
        if session.get() == SignIn::Out && location.pathname.get() != routes::LOGIN {
            let address = routes::login_before(&browser::path_and_query());
            navigate(&address, NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
}

/// Effects never run on the server: the mark says that buttons work now.
fn mark_hydrated() {
    Effect::new(move || {
        if let Some(body) = document().body() {
            // A valid attribute name cannot fail.
            let _ = body.set_attribute("data-hydrated", "");
        }
    });
}

#[derive(Clone, Copy)]
struct Clock(RwSignal<Timestamp>);

/// The device's time, a few times a minute; 0 before the page has woken up.
pub fn use_clock() -> Signal<Timestamp> {
    expect_context::<Clock>().0.into()
}

fn provide_clock() {
    let clock = RwSignal::new(Timestamp(0));
    provide_context(Clock(clock));
    Effect::new(move || {
        clock.set(browser::now());
        let pulse = StoredValue::new_local(Some(Pulse::every(CLOCK_MS, move || clock.set(browser::now()))));
        on_cleanup(move || pulse.set_value(None));
    });
}

/// Whether a page was reached by a page load or from another page.
#[derive(Debug, Clone, Copy)]
pub struct Visits(StoredValue<bool>);

impl Visits {
    /// Whether this is the page that was loaded.
    pub fn is_first(self) -> bool {
        self.0.get_value()
    }

    /// The next page is another one.
    pub fn another(self) {
        self.0.set_value(false);
    }
}

/// How the page was reached, from context.
pub fn use_visits() -> Visits {
    expect_context()
}

#[derive(Clone, Copy)]
struct Network(RwSignal<bool>);

/// Whether the browser believes that it has a network.
pub fn use_network() -> Signal<bool> {
    expect_context::<Network>().0.into()
}

fn provide_network() {
    let network = RwSignal::new(true);
    provide_context(Network(network));
    Effect::new(move || {
        network.set(browser::is_online());
        let listeners = ["online", "offline"]
            .map(|change| window_event_listener_untyped(change, move |_| network.set(browser::is_online())));
        let listeners = StoredValue::new_local(Some(listeners));
        on_cleanup(move || {
            if let Some(listeners) = listeners.try_update_value(Option::take).flatten() {
                listeners.into_iter().for_each(WindowListenerHandle::remove);
            }
        });
    });
}
