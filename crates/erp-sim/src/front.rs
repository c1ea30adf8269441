//! Receives every request of the ERP's pages: session lock, faults, login check, screens, latency, journal.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{extract::Request, http::StatusCode, response::Response};
use domain::Timestamp;

use crate::{
    action::Action,
    assets,
    faults::Trouble,
    journal::{Deed, Entry, now},
    reply::Reply,
    screens::{self, Answer},
    session::{Session, language, lock},
    state::{Asker, Shared},
    trouble,
    visit::{Kind, Visit},
};

/// The name of the session cookie.
const SESSION_COOKIE: &str = "ASP.NET_SessionId";
/// The name of the login cookie.
const LOGIN_COOKIE: &str = ".ASPXAUTH";

/// Answers one request. The work goes on when the client hangs up, as on the real server: it runs as a task of its own
/// and keeps the session's lock to the end.
pub(crate) async fn serve(shared: Arc<Shared>, request: Request) -> Response {
    let visit = Visit::read(request).await;
    if shared.is_down() {
        return Reply::Nothing.into_response(&[]);
    }
    if let Some(asset) = assets::find(&visit) {
        return asset.into_response(&[]);
    }
    match tokio::spawn(work(shared, visit)).await {
        Ok(response) => response,
        Err(failed) => {
            tracing::error!(%failed, "a request failed inside the simulator");
            Reply::Status(StatusCode::INTERNAL_SERVER_ERROR).into_response(&[])
        }
    }
}

/// One request in its session, from first to last.
async fn work(shared: Arc<Shared>, visit: Visit) -> Response {
    let received_at = now();
    let (session, new_session) = shared.sessions.open(visit.cookies.get(SESSION_COOKIE));
    let mut session = session.lock_owned().await;
    let (started, started_at) = (Instant::now(), now());
    let mut cookies: Vec<String> = new_session.map(|id| cookie(SESSION_COOKIE, &id)).into_iter().collect();

    let mut account = shared.sessions.account(visit.cookies.get(LOGIN_COOKIE), shared.options.idle_expiry);
    let action = Action::read(&visit, &session);
    let kind = action.kind(&session);
    let typed_account = screens::login::typed_account(&visit);
    let troubles = shared.faults.strike(kind, account.as_deref().or(typed_account.as_deref()));
    if troubles.contains(&Trouble::LogOut)
        && let Some(account) = account.take()
    {
        shared.sessions.log_out(&account);
    }
    tokio::time::sleep(trouble::stall(&troubles)).await;

    let answer = if let Some(reply) = trouble::instead(&troubles) {
        Answer::from(reply)
    } else {
        if let Some(account) = &account {
            trouble::meddle(&shared, account, kind, &troubles);
        }
        answer(&shared, &mut session, &visit, &action, account.as_deref(), &troubles).await
    };
    let minimum = shared.options.pace.minimum(kind, shared.turn()).max(answer.freeze);
    let rest = minimum.saturating_sub(started.elapsed());
    tokio::time::sleep(rest + trouble::answer_delay(&troubles)).await;

    let reply = trouble::deface(answer.reply, &troubles);
    let outcome = answer.outcome.unwrap_or_else(|| outcome(&reply));
    cookies.extend(answer.login.as_deref().map(|value| cookie(LOGIN_COOKIE, value)));
    let account = answer.account.or(account).or(typed_account);
    let subject = answer.subject.unwrap_or_else(|| action.subject(&visit));
    journal(&shared, kind, account, subject, outcome, [received_at, started_at]);
    drop(session);
    reply.into_response(&cookies)
}

/// What the screens say to a request that no fault answers.
async fn answer(
    shared: &Arc<Shared>,
    session: &mut Session,
    visit: &Visit,
    action: &Action,
    account: Option<&str>,
    troubles: &[Trouble],
) -> Answer {
    let asked_for = language(&visit.accept_language, session.navigator_language.as_deref());
    let locale = if troubles.contains(&Trouble::English) { domain::Locale::English } else { asked_for };
    match (action, account) {
        (Action::LoginPage, _) => screens::login::page(shared, session, visit, locale),
        (Action::LogIn(number), _) => screens::login::log_in(shared, session, visit, *number, troubles),
        (_, None) => Answer::from(Reply::Redirect(screens::login::address_for(visit))),
        (_, Some(account)) => {
            let asker = Asker { account: account.to_ascii_lowercase(), locale };
            screens::answer(shared, session, visit, action, &asker, troubles).await
        }
    }
}

fn cookie(name: &str, value: &str) -> String {
    format!("{name}={value}; path=/; HttpOnly; SameSite=Lax")
}

fn outcome(reply: &Reply) -> String {
    match reply {
        Reply::Redirect(_) => "redirected".to_owned(),
        Reply::Status(status) => status.as_u16().to_string(),
        Reply::Nothing => "cut".to_owned(),
        Reply::Page(_) | Reply::Callback(_) | Reply::Attachment { .. } | Reply::Asset { .. } => {
            "ok".to_owned()
        }
    }
}

fn journal(
    shared: &Shared,
    kind: Kind,
    account: Option<String>,
    subject: String,
    outcome: String,
    [received_at, started_at]: [Timestamp; 2],
) {
    let what = match kind {
        Kind::LogIn => Deed::Login,
        Kind::Export(_) => Deed::Export,
        Kind::Save => Deed::Save,
        Kind::LineUpdate => Deed::LineUpdate,
        Kind::Api => Deed::Api,
        Kind::LoginPage | Kind::Page | Kind::List(_) | Kind::NewForm | Kind::Detail | Kind::Asset => {
            Deed::Page
        }
        Kind::Filter
        | Kind::Grid
        | Kind::Columns
        | Kind::CustomerLookup
        | Kind::ArticleLookup
        | Kind::Line => Deed::Callback,
    };
    let entry =
        Entry { number: 0, what, account, subject, outcome, received_at, started_at, ended_at: now() };
    shared.journal.write(entry);
}

impl Shared {
    /// Whether the simulator has been stopped; connections that outlive it are cut.
    fn is_down(&self) -> bool {
        *lock(&self.down)
    }
}

/// Nothing takes longer than the pace says, unless the screen says so.
pub(crate) const NO_FREEZE: Duration = Duration::ZERO;
