//! Applies the faults that struck a request, before and after its screen has answered.

use std::{sync::Arc, time::Duration};

use axum::http::StatusCode;
use maud::{PreEscaped, html};

use crate::{
    faults::{STALL_MS_MAX, Trouble},
    reply::Reply,
    session::lock,
    state::Shared,
    visit::Kind,
    world::Entity,
};

/// How much later the request is served.
pub(crate) fn stall(troubles: &[Trouble]) -> Duration {
    let stalls = troubles.iter().filter_map(|trouble| match trouble {
        Trouble::Stall { ms } => Some((*ms).min(STALL_MS_MAX)),
        _ => None,
    });
    Duration::from_millis(stalls.sum())
}

/// How much later than the work the answer comes.
pub(crate) fn answer_delay(troubles: &[Trouble]) -> Duration {
    let delays = troubles.iter().filter_map(|trouble| match trouble {
        Trouble::AnswerLate { ms } => Some((*ms).min(STALL_MS_MAX)),
        _ => None,
    });
    Duration::from_millis(delays.sum())
}

/// The answer given instead of doing anything.
pub(crate) fn instead(troubles: &[Trouble]) -> Option<Reply> {
    troubles.iter().find_map(|trouble| match trouble {
        Trouble::Status { status } => {
            Some(Reply::Status(StatusCode::from_u16(*status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)))
        }
        Trouble::Drop => Some(Reply::Nothing),
        Trouble::BlankPage => Some(Reply::Page(PreEscaped(String::new()))),
        Trouble::ErrorPage => Some(Reply::Redirect("/Archibald/Error.aspx".to_owned())),
        _ => None,
    })
}

/// What another session of the same person did just before.
pub(crate) fn meddle(shared: &Arc<Shared>, account: &str, kind: Kind, troubles: &[Trouble]) {
    let mut all = lock(&shared.preferences);
    let preferences = all.entry(account.to_ascii_lowercase()).or_default();
    let entities: Vec<Entity> = match kind {
        Kind::List(entity) | Kind::Export(entity) => vec![entity],
        _ => Entity::ALL.to_vec(),
    };
    for (entity, trouble) in entities.iter().flat_map(|e| troubles.iter().map(move |t| (*e, t))) {
        let list = preferences.list(entity);
        match trouble {
            Trouble::FilterSet { value } => {
                if let Some(filter) = entity.filters().iter().find(|f| f.value == value) {
                    list.filter = filter.value;
                }
            }
            Trouble::GridFiltered => list.grid_filtered = true,
            Trouble::PageIndex { index } => list.page_index = *index,
            _ => {}
        }
    }
}

/// What becomes of the answer on its way.
pub(crate) fn deface(reply: Reply, troubles: &[Trouble]) -> Reply {
    troubles.iter().fold(reply, |reply, trouble| match (trouble, reply) {
        (Trouble::AnswerLost, _) => Reply::Nothing,
        (Trouble::EmptyPdf, Reply::Attachment { file_name, .. }) => {
            Reply::Attachment { file_name, bytes: Vec::new() }
        }
        (Trouble::TruncatedPdf { percent }, Reply::Attachment { file_name, mut bytes }) => {
            bytes.truncate(bytes.len() * usize::from(*percent).min(100) / 100);
            Reply::Attachment { file_name, bytes }
        }
        (Trouble::Popup { text }, Reply::Page(page)) => Reply::Page(PreEscaped(page.into_string().replacen(
            "</form>",
            &format!("{}</form>", popup(text)),
            1,
        ))),
        (Trouble::Caption { from, to }, Reply::Page(page)) => {
            Reply::Page(PreEscaped(page.into_string().replace(from, to)))
        }
        (Trouble::Caption { from, to }, Reply::Callback(mut callback)) => {
            for (_, html) in &mut callback.updates {
                *html = html.replace(from, to);
            }
            Reply::Callback(callback)
        }
        (_, reply) => reply,
    })
}

/// A window over the page; `PopupWindow.Hide()` or its cross closes it.
fn popup(text: &str) -> String {
    html! {
        div id="UPPopup" {
            div class="dxpcModalBackground_XafTheme" id="PopupWindow_DXPWMB-1" {}
            div class="dxpclW dxpcLite_XafTheme PopupWindow" id="PopupWindow_PW-1" {
                div class="dxpc-header" { span { "Archibald" }
                    a class="dxpc-closeBtn" id="PopupWindow_HCB-1" href="javascript:;" title="Close" { "×" } }
                div class="dxpc-content" { (text) }
            }
            script id="dxss_PopupWindow" { "ASPx.createControl(ASPxClientPopupControl,'PopupWindow','',{});" }
        }
    }
    .into_string()
}
