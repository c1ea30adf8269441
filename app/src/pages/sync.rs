//! Shows what is fresh, what waits and why, live.

use domain::{DurationMs, FormLeaseStatus, RunningTask, SyncStatus, SyncType, TypeStatus, WorkName};
use leptos::{prelude::*, task::spawn_local};
use leptos_router::components::A;

use crate::{
    api, browser, client,
    components::{Page, Problem, use_toasts},
    error::ErrorCode,
    i18n::{Language, use_i18n},
    live::use_live,
    pages::{login_notice::LoginNotice, readings::Readings},
    routes,
    session::{SignIn, use_session},
    shell::use_clock,
    wording::{age_text, asked_text, due_text, reason_text, state_text, sync_error_text, type_text},
};

/// The page `/sync`.
#[component]
pub fn SyncPage() -> impl IntoView {
    let i18n = use_i18n();
    let live = use_live();
    let session = use_session();
    let status = RwSignal::new(None::<SyncStatus>);
    let problem = RwSignal::new(None::<ErrorCode>);
    let load = move || {
        spawn_local(async move {
            match session.call(api::sync_status).await {
                Ok(fresh) => {
                    status.try_set(Some(fresh));
                    problem.try_set(None);
                }
                Err(error) => {
                    problem.try_set(Some(error.code));
                }
            }
        });
    };
    Effect::new(move || {
        live.status.track();
        if matches!(session.get(), SignIn::In(_)) {
            load();
        }
    });
    view! {
        <Page title=Language::sync_heading>
            <div class="page-head">
                <div>
                    <h1>{move || i18n.get().sync_heading()}</h1>
                    <p class="soft">{move || i18n.get().sync_intro()}</p>
                </div>
                <EverythingButton/>
            </div>
            {move || problem.get().map(|code| view! { <Problem code retry=load/> })}
            {move || match status.get() {
                Some(status) => view! { <Overview status/> }.into_any(),
                None if problem.get().is_some() => ().into_any(),
                None => view! { <Skeleton/> }.into_any(),
            }}
            <Readings/>
            <p class="soft live-mark" class:is-live=move || live.connected.get() role="status">
                {move || if live.connected.get() { i18n.get().sync_live() } else { i18n.get().sync_not_live() }}
            </p>
        </Page>
    }
}

#[component]
fn Skeleton() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <p class="visually-hidden" role="status">{move || i18n.get().list_loading()}</p>
        <ul class="sync-list" aria-hidden="true">
            {SyncType::ALL.map(|_| view! { <li class="card skeleton"></li> }).collect_view()}
        </ul>
    }
}

#[component]
fn EverythingButton() -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let ask = move |_| {
        spawn_local(async move {
            let answer = session.call(api::sync_full).await.map(|_| None);
            toasts.say(asked_text(i18n.now(), answer));
        });
    };
    view! {
        <button type="button" class="button button-quiet" on:click=ask>
            {move || i18n.get().sync_everything_now()}
        </button>
    }
}

#[component]
fn Overview(
    /// What the server says.
    status: SyncStatus,
) -> impl IntoView {
    let i18n = use_i18n();
    let healthy = status.health.all_healthy;
    let running = status.current_sync.clone();
    let rows = status
        .statuses
        .into_iter()
        .map(|kind| {
            let task = running.iter().find(|task| task.work == WorkName::Sync(kind.kind)).cloned();
            view! { <TypeRow kind task/> }
        })
        .collect_view();
    let placing = status.current_sync.iter().find(|task| task.work == WorkName::Placement).cloned();
    view! {
        <p class="health" class:is-healthy=healthy>
            {move || if healthy { i18n.get().sync_all_healthy() } else { i18n.get().sync_not_healthy() }}
        </p>
        {status.logins.into_iter().map(|login| view! { <LoginNotice login/> }).collect_view()}
        {status
            .smart_sync
            .syncs_paused
            .then(|| view! { <p class="notice notice-info">{move || i18n.get().sync_paused()}</p> })}
        {placing
            .map(|task| {
                view! {
                    <p class="notice notice-info">
                        {move || i18n.get().sync_placement()} " · " {move || progress_text(i18n.get(), &task)}
                    </p>
                }
            })}
        <ul class="sync-list">{rows}</ul>
        <p class="catalog-link">
            <A href=routes::CATALOG>{move || i18n.get().catalog_link()}</A>
        </p>
        <Forms sessions=status.smart_sync.sessions/>
    }
    .into_any()
}

fn progress_text(language: Language, task: &RunningTask) -> String {
    match task.total {
        Some(total) => language.sync_progress(task.done, total),
        None => language.sync_progress_open(task.done),
    }
}

#[component]
fn TypeRow(
    /// The type's state.
    kind: TypeStatus,
    /// Its task, if one runs.
    task: Option<RunningTask>,
) -> impl IntoView {
    let i18n = use_i18n();
    let name_id = format!("sync-{}", kind.kind);
    let badge = match kind.state {
        domain::TypeState::Running => "badge badge-info",
        domain::TypeState::Queued => "badge badge-warn",
        domain::TypeState::Error => "badge badge-danger",
        domain::TypeState::Completed => "badge badge-ok",
        domain::TypeState::Idle => "badge",
    };
    let (available, state, which) = (kind.available, kind.state, kind.kind);
    view! {
        <li class="card sync-row" class:is-unavailable=!available>
            <div class="sync-row-head">
                <h2 id=name_id.clone()>{move || type_text(i18n.get(), which)}</h2>
                {if available {
                    view! { <span class=badge>{move || state_text(i18n.get(), state)}</span> }.into_any()
                } else {
                    view! { <span class="badge">{move || i18n.get().sync_not_available()}</span> }.into_any()
                }}
            </div>
            {available.then(|| view! { <TypeFacts kind=kind.clone() task/> })}
            {available.then(|| view! { <AskButton kind=which described_by=name_id/> })}
        </li>
    }
    .into_any()
}

#[component]
fn TypeFacts(
    /// The type's state.
    kind: TypeStatus,
    /// Its task, if one runs.
    task: Option<RunningTask>,
) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let last = kind.last_success;
    let due = kind.next_due;
    let (rows, minutes) = (kind.rows, kind.interval.0 / DurationMs::minutes(1).0);
    let error = kind.last_error.map(|failure| failure.kind);
    let reason = kind.waiting_because;
    view! {
        <dl class="facts">
            <div>
                <dt>{move || i18n.get().sync_last_success()}</dt>
                <dd>
                    {move || last.map_or_else(
                        || i18n.get().time_never().to_owned(),
                        |last| age_text(i18n.get(), clock.get(), last, browser::local_time),
                    )}
                    {move || rows.map(|rows| format!(" · {}", i18n.get().sync_rows(rows)))}
                </dd>
            </div>
            <div>
                <dt>{move || i18n.get().sync_next_due()}</dt>
                <dd>
                    {move || due.map(|due| format!("{} · ", due_text(i18n.get(), clock.get(), due, browser::local_time)))}
                    {move || i18n.get().sync_every(minutes)}
                </dd>
            </div>
        </dl>
        {task.map(|task| view! { <Progress task/> })}
        {reason.map(|reason| {
            view! {
                <p class="sync-reason">
                    {move || i18n.get().sync_waiting(reason_text(i18n.get(), reason))}
                </p>
            }
        })}
        {error.map(|kind| view! { <p class="sync-error">{move || sync_error_text(i18n.get(), kind)}</p> })}
    }
    .into_any()
}

#[component]
fn Progress(
    /// The running task.
    task: RunningTask,
) -> impl IntoView {
    let i18n = use_i18n();
    let bar = task.total.filter(|total| *total > 0);
    let done = task.done;
    view! {
        <p class="sync-progress">
            {bar.map(|total| {
                view! {
                    <progress
                        max=total.to_string()
                        value=done.to_string()
                        aria-label=move || i18n.get().sync_state_running()
                    ></progress>
                }
            })}
            <span>{move || progress_text(i18n.get(), &task)}</span>
        </p>
    }
}

#[component]
fn AskButton(
    /// Which sync.
    kind: SyncType,
    /// The element that names it.
    described_by: String,
) -> impl IntoView {
    let i18n = use_i18n();
    let session = use_session();
    let toasts = use_toasts();
    let ask = move |_| {
        spawn_local(async move {
            let answer = session.call(|| client::ask_sync(kind)).await.map(|answer| answer.waiting_because);
            toasts.say(asked_text(i18n.now(), answer));
        });
    };
    view! {
        <button type="button" class="button button-quiet" aria-describedby=described_by on:click=ask>
            {move || i18n.get().sync_now()}
        </button>
    }
}

#[component]
fn Forms(
    /// The live form leases.
    sessions: Vec<FormLeaseStatus>,
) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let none = sessions.is_empty();
    let age = move |then| age_text(i18n.get(), clock.get(), then, browser::local_time);
    view! {
        <section class="forms" aria-labelledby="forms-heading">
            <h2 id="forms-heading">{move || i18n.get().sync_forms()}</h2>
            {none.then(|| view! { <p class="soft">{move || i18n.get().sync_no_forms()}</p> })}
            <ul class="plain-list">
                {sessions
                    .into_iter()
                    .map(|form| {
                        view! {
                            <li class="card form-lease">
                                <strong>{form.agent.to_string()}</strong>
                                <span>{move || i18n.get().sync_form_opened(age(form.opened_at))}</span>
                                <span class="soft">{move || i18n.get().sync_form_input(age(form.last_input))}</span>
                                {form.pausing.then(|| {
                                    view! { <span class="badge badge-warn">{move || i18n.get().sync_form_pausing()}</span> }
                                })}
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </section>
    }
}
