//! Says why an ERP login rests, wherever somebody waits for it.

use domain::{CircuitName, LoginStatus, Timestamp};
use leptos::prelude::*;

use crate::{
    browser,
    i18n::{Language, use_i18n},
    shell::use_clock,
    wording::due_text,
};

/// A notice while nothing can be done in this login; empty otherwise.
#[component]
pub fn LoginNotice(
    /// One ERP login.
    login: LoginStatus,
) -> impl IntoView {
    let i18n = use_i18n();
    let clock = use_clock();
    let broken = login.auth_needed || login.circuit == CircuitName::Open;
    let class = if broken { "notice notice-danger" } else { "notice notice-warn" };
    rests(&login).then(|| {
        view! { <p class=class>{move || why(i18n.get(), &login, clock.get())}</p> }
    })
}

/// Whether no work at all begins in this login.
pub fn rests(login: &LoginStatus) -> bool {
    let all = login.budget.logins_today >= login.budget.logins_per_day_max;
    // What has begun may end.
    let spent = all && login.busy_with.is_none();
    login.auth_needed || login.held.is_some() || login.circuit == CircuitName::Open || spent
}

/// What its owner can do comes first.
fn why(language: Language, login: &LoginStatus, now: Timestamp) -> String {
    let due = |due| due_text(language, now, due, browser::local_time);
    if login.auth_needed {
        language.sync_login_auth_needed(&login.login)
    } else if let Some(hold) = &login.held {
        language.sync_login_held(&login.login, &hold.reason, due(hold.until))
    } else if login.circuit == CircuitName::Open {
        let when = login.open_until.map_or_else(|| language.time_due_now().to_owned(), due);
        language.sync_login_circuit_open(&login.login, when)
    } else {
        language.sync_login_spent(login.budget.logins_per_day_max, &login.login)
    }
}
