//! Shows the start page and the error page.

use std::sync::Arc;

use maud::html;

use super::{Answer, frame};
use crate::{
    reply::Reply,
    session::{Session, View},
    state::{Asker, Shared},
};

/// `Default.aspx`.
pub(crate) fn home(shared: &Arc<Shared>, session: &mut Session, asker: &Asker) -> Answer {
    let number = shared.render_number();
    session.remember(number, View::Plain);
    let view = html! {
        div id={ "Vertical_v1_" (number) "_VSP" } class="StaticText" { (asker.say("Benvenuto in Archibald", "Welcome to Archibald")) }
    };
    let page = frame::application(asker, "Archibald", "/Archibald/Default.aspx", number, &html! {}, &view);
    Answer::from(Reply::Page(page))
}

/// `Error.aspx`, where a broken record leads.
pub(crate) fn error(shared: &Arc<Shared>, session: &mut Session, asker: &Asker) -> Answer {
    let number = shared.render_number();
    session.remember(number, View::Plain);
    let view = html! {
        div id="ErrorPanel" class="ErrorMessage error" {
            h2 { "Application Error" }
            p { (asker.say(
                "Si è verificato un errore durante l'elaborazione della richiesta.",
                "The application encountered an error while processing your request.",
            )) }
        }
    };
    let page =
        frame::application(asker, "Archibald - Error", "/Archibald/Error.aspx", number, &html! {}, &view);
    Answer::from(Reply::Page(page))
}
