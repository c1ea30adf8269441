//! Decides what a request asks for, before anything is done about it.

use axum::http::Method;

use crate::{
    session::{Session, View},
    visit::{Kind, Visit},
    world::Entity,
};

/// What a request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Action {
    /// Show the login page.
    LoginPage,
    /// Check account and password typed into a rendered login page.
    LogIn(u64),
    /// Show the start page.
    Home,
    /// Go to the start page.
    ToHome,
    /// Show a list.
    List(Entity),
    /// Show an empty order form.
    NewOrder,
    /// Show an order.
    Order(u64, Mode),
    /// Show a customer.
    Customer(u64),
    /// Show the error page.
    ErrorPage,
    /// There is no such page.
    NotFound,
    /// Something happened on a rendered page.
    Event(u64, Event),
    /// Something happened on a page that is no longer known.
    Stale,
}

/// How an order is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    View,
    Edit,
}

/// What a page's script or form reports.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    /// The control concerned: a unique name such as `Vertical$mainMenu`.
    pub(crate) control: String,
    /// What it wants: the argument up to the first `|`.
    pub(crate) command: String,
    /// The rest of the argument.
    pub(crate) rest: String,
    /// A full post-back; its answer is a page or a file, not an update.
    pub(crate) whole_page: bool,
}

impl Action {
    /// Reads a request in the light of the pages its session has open.
    pub(crate) fn read(visit: &Visit, session: &Session) -> Self {
        let path = visit.path.to_ascii_lowercase();
        if visit.method == Method::POST {
            return Self::of_post(visit, session);
        }
        match path.as_str() {
            "/" | "/archibald" | "/archibald/" => Self::ToHome,
            "/archibald/login.aspx" => Self::LoginPage,
            "/archibald/default.aspx" => Self::Home,
            "/archibald/error.aspx" => Self::ErrorPage,
            _ => Self::of_view(visit),
        }
    }

    fn of_view(visit: &Visit) -> Self {
        if let Some(entity) = Entity::of_path(&visit.path) {
            return Self::List(entity);
        }
        let mut parts = visit.path.trim_start_matches('/').split('/').skip(1);
        let (view, id) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let new = visit.query_value("NewObject").is_some_and(|value| value.eq_ignore_ascii_case("true"));
        let mode = match visit.query_value("mode") {
            Some(mode) if mode.eq_ignore_ascii_case("edit") => Mode::Edit,
            _ => Mode::View,
        };
        match (view, id.parse::<u64>()) {
            ("SALESTABLE_DetailViewAgent", Err(_)) if id.is_empty() && new => Self::NewOrder,
            ("SALESTABLE_DetailViewAgent", Ok(id)) => Self::Order(id, mode),
            ("CUSTTABLE_DetailView", Ok(id)) => Self::Customer(id),
            _ => Self::NotFound,
        }
    }

    fn of_post(visit: &Visit, session: &Session) -> Self {
        let Some(number) = visit.field("__VIEWSTATE").and_then(view_number) else { return Self::Stale };
        let (target, argument, whole_page) = match (visit.callback(), visit.post_back()) {
            (Some((id, argument)), _) => (id, argument, false),
            (None, Some((target, argument))) => (target, argument, true),
            (None, None) => return Self::Stale,
        };
        // The page-wide callback control only passes on what another control wants: `<control>|<argument>`.
        let passed_on = target.ends_with("PopupWindowCallback") || target == "globalCallbackControl";
        let (control, argument) =
            if passed_on { argument.split_once('|').unwrap_or((argument, "")) } else { (target, argument) };
        let (command, rest) = argument.split_once('|').unwrap_or((argument, ""));
        let event = Event {
            control: control.to_owned(),
            command: command.to_owned(),
            rest: rest.to_owned(),
            whole_page,
        };
        match session.views.get(&number) {
            Some(View::Login) => Self::LogIn(number),
            Some(View::Plain | View::List(_) | View::Order(_)) => Self::Event(number, event),
            None => Self::Stale,
        }
    }

    /// What faults and latencies call it.
    pub(crate) fn kind(&self, session: &Session) -> Kind {
        match self {
            Self::LoginPage => Kind::LoginPage,
            Self::LogIn(_) => Kind::LogIn,
            Self::Home | Self::ToHome | Self::ErrorPage | Self::NotFound | Self::Stale => Kind::Page,
            Self::List(entity) => Kind::List(*entity),
            Self::NewOrder => Kind::NewForm,
            Self::Order(..) | Self::Customer(_) => Kind::Detail,
            Self::Event(number, event) => match session.views.get(number) {
                Some(View::List(list)) => list.kind_of(event),
                Some(View::Order(form)) => form.kind_of(event),
                Some(View::Login | View::Plain) | None => Kind::Page,
            },
        }
    }

    /// What the journal calls it.
    pub(crate) fn subject(&self, visit: &Visit) -> String {
        match self {
            Self::Event(_, event) => format!("{} {}|{}", visit.path, event.command, event.rest),
            _ => visit.path.clone(),
        }
    }
}

/// The hidden `__VIEWSTATE` of a rendered page: opaque to the browser, the page's number to the server.
pub(crate) fn view_state(number: u64) -> String {
    format!("/wEPDwUK{number:010}D2QWAgIBD2QWBGYPZBYCZg9kFgICAQ9kFgJmD2QWAmYPZBYCZg9kFgRkZGQ=")
}

fn view_number(state: &str) -> Option<u64> {
    state.strip_prefix("/wEPDwUK")?.get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_view_state_names_its_page() {
        assert_eq!(view_number(&view_state(12_345_678)), Some(12_345_678));
        assert_eq!(view_number("nonsense"), None);
    }
}
