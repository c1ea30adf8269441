//! Shows the ERP's pages, one file per screen.

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;

use crate::{
    action::Action,
    faults::Trouble,
    front::NO_FREEZE,
    order_form,
    reply::{Callback, Reply},
    session::{Session, View},
    state::{Asker, Shared},
    visit::Visit,
};

pub(crate) mod customer;
pub(crate) mod frame;
pub(crate) mod grid;
pub(crate) mod list;
pub(crate) mod list_events;
pub(crate) mod login;
pub(crate) mod pager;
pub(crate) mod plain;
pub(crate) mod toolbar;

/// What a screen answers, and what the front should know about it.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) reply: Reply,
    /// The value of the login cookie to set.
    pub(crate) login: Option<String>,
    /// Who it was, when only the screen knows.
    pub(crate) account: Option<String>,
    /// For the journal, when the reply does not say it.
    pub(crate) outcome: Option<String>,
    /// For the journal, when the address does not say it.
    pub(crate) subject: Option<String>,
    /// How long the session stays locked at least.
    pub(crate) freeze: Duration,
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Self { reply, login: None, account: None, outcome: None, subject: None, freeze: NO_FREEZE }
    }
}

impl From<Callback> for Answer {
    fn from(callback: Callback) -> Self {
        Self::from(Reply::Callback(callback))
    }
}

/// Answers a request of somebody who is logged in.
pub(crate) async fn answer(
    shared: &Arc<Shared>,
    session: &mut Session,
    visit: &Visit,
    action: &Action,
    asker: &Asker,
    troubles: &[Trouble],
) -> Answer {
    match action {
        Action::ToHome | Action::LoginPage | Action::LogIn(_) => {
            Answer::from(Reply::Redirect("/Archibald/Default.aspx".to_owned()))
        }
        Action::Home => plain::home(shared, session, asker),
        Action::ErrorPage => plain::error(shared, session, asker),
        Action::NotFound => Answer::from(Reply::Status(StatusCode::NOT_FOUND)),
        Action::List(entity) => list::page(shared, session, *entity, asker),
        Action::Customer(id) => customer::page(shared, session, *id, asker),
        Action::NewOrder => order_form::new(shared, session, visit, asker),
        Action::Order(id, mode) => order_form::open(shared, session, visit, *id, *mode, asker),
        Action::Stale => stale(visit),
        Action::Event(number, event) => match session.views.get(number) {
            Some(View::List(_)) => {
                list_events::answer(shared, session, *number, event, visit, asker, troubles).await
            }
            Some(View::Order(_)) => {
                order_form::event(shared, session, *number, event, visit, asker, troubles)
            }
            Some(View::Plain | View::Login) | None => stale(visit),
        },
    }
}

/// The page is no longer known: it is fetched afresh.
fn stale(visit: &Visit) -> Answer {
    if visit.callback().is_some() {
        Answer::from(Callback::redirect(visit.path_and_query()))
    } else {
        Answer::from(Reply::Redirect(visit.path_and_query()))
    }
}
