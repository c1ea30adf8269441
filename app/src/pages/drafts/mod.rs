//! Shows all drafts and what became of those that were sent.

pub mod attention;
pub mod card;
pub mod concerns;
pub mod history;
pub mod placements;
pub mod sending;

use domain::{LoginStatus, Placement};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::A;

use self::{card::DraftCard, placements::Placements, sending::Sending};
use crate::{
    api,
    components::{Icon, Page, Problem, Sign, use_toasts},
    drafts::{ShelfNews, use_drafts},
    error::ErrorCode,
    i18n::{Language, use_i18n},
    live::use_live,
    pages::login_notice::{LoginNotice, rests},
    routes,
    session::{SignIn, use_session},
    shell::use_network,
    wording::{error_text, lines_text, merged_text},
};

/// The page `/drafts`.
#[component]
pub fn DraftsPage() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let live = use_live();
    let network = use_network();
    let sending = Sending::default();
    let problem = RwSignal::new(None::<ErrorCode>);
    let load = move || {
        spawn_local(async move {
            match session.call(api::placements).await {
                Ok(placements) => {
                    sending.placements.try_set(Some(placements));
                    problem.try_set(None);
                }
                Err(error) => {
                    problem.try_set(Some(error.code));
                }
            }
        });
    };
    Effect::new(move || {
        live.placements.track();
        if matches!(session.get(), SignIn::In(_)) {
            load();
        }
    });
    view! {
        <Page title=Language::drafts_heading>
            <Head sending/>
            <News/>
            {move || match problem.get() {
                Some(ErrorCode::Offline) if !network.get() => view! { <OfflineNotice/> }.into_any(),
                Some(code) => view! { <Problem code retry=load/> }.into_any(),
                None => ().into_any(),
            }}
            <WaitingForAgent sending/>
            <DraftList sending/>
            <section class="placements" aria-labelledby="placements-heading">
                <h2 id="placements-heading">{move || i18n.get().placement_heading()}</h2>
                <RestingLogin sending/>
                <Placements sending/>
            </section>
        </Page>
    }
}

/// Without a network drafts are written all the same; that is no failure.
#[component]
fn OfflineNotice() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="notice notice-info" role="status">
            <Icon sign=Sign::Offline/>
            <p>{move || i18n.get().nav_offline_hint()}</p>
        </div>
    }
}

/// Says why orders that are under way do not move on, if their login rests.
#[component]
fn RestingLogin(
    /// Where the placements are kept.
    sending: Sending,
) -> impl IntoView {
    let session = use_session();
    let live = use_live();
    let login = RwSignal::new(None::<LoginStatus>);
    let under_way = Memo::new(move |_| {
        let moves = |placement: &Placement| !placement.state.is_final() && !placement.waits_for_agent();
        sending.placements.with(|known| known.iter().flatten().any(moves))
    });
    Effect::new(move || {
        live.status.track();
        let (true, SignIn::In(me)) = (under_way.get(), session.get()) else {
            login.set(None);
            return;
        };
        spawn_local(async move {
            // Without an answer the orders say what they said before.
            let Ok(status) = session.call(api::sync_status).await else { return };
            if under_way.try_get_untracked() == Some(true) {
                login.try_set(status.logins.into_iter().find(|login| login.login == me.agent));
            }
        });
    });
    Effect::new(move || sending.rests.set(login.with(|login| login.as_ref().is_some_and(rests))));
    move || login.get().map(|login| view! { <LoginNotice login/> })
}

/// Leads to the orders that wait for the agent, which stand below the drafts.
#[component]
fn WaitingForAgent(
    /// Where the placements are kept.
    sending: Sending,
) -> impl IntoView {
    let i18n = use_i18n();
    let drafts = use_drafts();
    let waiting = move || {
        // What is being corrected already stands among the drafts.
        let waits =
            |placement: &&Placement| placement.waits_for_agent() && drafts.get(placement.draft_id).is_none();
        sending.placements.with(|known| known.iter().flatten().filter(waits).count())
    };
    view! {
        <Show when=move || { waiting() > 0 }>
            <p class="notice notice-warn">
                <Icon sign=Sign::Warning/>
                <a href="#placements-heading">
                    {move || match waiting() {
                        1 => i18n.get().placement_waiting_one().to_owned(),
                        many => i18n.get().placement_waiting(many),
                    }}
                </a>
            </p>
        </Show>
    }
}

#[component]
fn Head(
    /// What is being sent.
    sending: Sending,
) -> impl IntoView {
    let i18n = use_i18n();
    let drafts = use_drafts();
    let toasts = use_toasts();
    let count = move || drafts.shown().len();
    let ready =
        Memo::new(move |_| drafts.shown().iter().filter(|kept| kept.draft.unready().is_empty()).count());
    let send_all = move |_| {
        spawn_local(async move {
            let (sent, failure) = sending.send_all(drafts).await;
            let language = i18n.now();
            match failure {
                Some(code) => toasts.say(error_text(language, code)),
                None if sending.held(drafts) > 0 => toasts.say(language.concern_held(sending.held(drafts))),
                None if sent == 1 => toasts.say(language.drafts_sent()),
                None => toasts.say(language.drafts_sent_all(sent)),
            }
        });
    };
    view! {
        <div class="page-head">
            <div>
                <h1 id="drafts-heading" tabindex="-1">{move || i18n.get().drafts_heading()}</h1>
                <p class="soft">
                    {move || match count() {
                        0 => String::new(),
                        1 => i18n.get().drafts_count_one().to_owned(),
                        many => i18n.get().drafts_count(many),
                    }}
                </p>
            </div>
            <Show when=move || { ready.get() > 0 }>
                <button
                    type="button"
                    class="button button-main"
                    aria-disabled=move || sending.is_busy().to_string()
                    on:click=send_all
                >
                    <Icon sign=Sign::Send/>
                    {move || i18n.get().drafts_send_all()}
                </button>
            </Show>
        </div>
    }
}

/// What happened to drafts without this device's doing.
#[component]
fn News() -> impl IntoView {
    let i18n = use_i18n();
    let drafts = use_drafts();
    let text = move |news: &ShelfNews| match news {
        ShelfNews::Merged(_, report) => merged_text(i18n.get(), *report),
        ShelfNews::DeletedElsewhere(_) => i18n.get().drafts_removed_elsewhere().to_owned(),
        ShelfNews::SubmittedElsewhere(_) => i18n.get().drafts_submitted_elsewhere().to_owned(),
    };
    view! {
        <div role="status">
            <Show when=move || drafts.news.with(|news| !news.is_empty())>
                <div class="notice notice-info">
                    <ul class="plain-list">
                        {move || drafts.news.get().iter().map(|news| view! { <li>{text(news)}</li> }).collect_view()}
                    </ul>
                    <button type="button" class="button button-quiet" on:click=move |_| drafts.news.set(Vec::new())>
                        {move || i18n.get().list_close()}
                    </button>
                </div>
            </Show>
        </div>
    }
}

#[component]
fn DraftList(
    /// What is being sent.
    sending: Sending,
) -> impl IntoView {
    let i18n = use_i18n();
    let drafts = use_drafts();
    let empty = move || drafts.shown().is_empty();
    view! {
        {move || match (empty(), drafts.loaded.get()) {
            (true, true) => view! { <NoDrafts/> }.into_any(),
            (true, false) => {
                view! {
                    <p class="visually-hidden" role="status">{move || i18n.get().list_loading()}</p>
                    <div class="card skeleton" aria-hidden="true"></div>
                }
                    .into_any()
            }
            (false, _) => ().into_any(),
        }}
        <ul class="draft-list">
            <For
                each=move || drafts.shown()
                key=|kept| (kept.draft.id, kept.draft.edited_at, kept.draft.version, kept.state)
                let:kept
            >
                <DraftCard kept sending/>
            </For>
        </ul>
    }
}

#[component]
fn NoDrafts() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="empty">
            <Icon sign=Sign::Drafts/>
            <p class="empty-title">{move || i18n.get().drafts_none()}</p>
            <p class="soft">{move || i18n.get().drafts_none_hint()}</p>
            <A href=routes::NEW_ORDER attr:class="button button-main">{move || i18n.get().drafts_new()}</A>
        </div>
    }
}

/// `Senza righe`, or `3 righe` with the total.
fn summary_text(language: Language, draft: &domain::Draft) -> String {
    if draft.lines.is_empty() {
        return lines_text(language, 0);
    }
    let total = domain::format_cents(domain::order_totals(draft).total);
    format!("{} · {total}", lines_text(language, draft.lines.len()))
}
