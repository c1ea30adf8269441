//! Shows the login page and checks who logs in (facts/erp.md §1).

use std::sync::Arc;

use domain::Locale;
use maud::{Markup, PreEscaped, html};

use super::{Answer, frame};
use crate::{
    faults::Trouble,
    reply::{Callback, Reply},
    session::{Session, View},
    state::{Shared, say},
    visit::{Visit, encode},
};

/// What the page says to a wrong account or password. The real words are unknown.
const REFUSED: (&str, &str) = (
    "Accesso non riuscito. Verificare il nome utente e la password e riprovare.",
    "Login failed for the account. Make sure your user name and password are correct.",
);

/// Where somebody without login is sent: the address wanted, and its query once more behind it.
pub(crate) fn address_for(visit: &Visit) -> String {
    let wanted = encode(&visit.path_and_query());
    let query = if visit.raw_query.is_empty() { String::new() } else { format!("&{}", visit.raw_query) };
    format!("/Archibald/Login.aspx?ReturnUrl={wanted}{query}")
}

/// The account somebody types into the login page, in lower case.
pub(crate) fn typed_account(visit: &Visit) -> Option<String> {
    let (_, account) = visit.form.iter().find(|(name, _)| name.ends_with("dviUserName_Edit"))?;
    Some(account.trim().to_ascii_lowercase())
}

/// The login page.
pub(crate) fn page(shared: &Arc<Shared>, session: &mut Session, visit: &Visit, locale: Locale) -> Answer {
    let number = shared.render_number();
    session.remember(number, View::Login);
    let action = format!("./Login.aspx?{}", visit.raw_query);
    let document = frame::Document {
        title: "Log In",
        body_class: "Dialog",
        action: action.trim_end_matches('?'),
        number,
        locale,
        callback_control: "Logon_PopupWindowCallback",
    };
    Answer::from(Reply::Page(frame::document(&document, &content(number, locale))))
}

fn content(number: u64, locale: Locale) -> Markup {
    let press = "RaiseXafCallback(globalCallbackControl,'Logon$PopupActions','0','',false)";
    let button = say(locale, "Accedi", "Log In");
    html! {
        div class="LogonTemplate" {
            a id="Logon_LogoLink" href="/Archibald" { "Archibald" }
            p class="StaticText" {
                (say(
                    locale,
                    "Benvenuto! Inserisci il tuo nome utente e password qui sotto.",
                    "Welcome! Please enter your user name and password below.",
                ))
            }
            (error_panel(""))
            div id={ "Logon_v0_" (number) "_MainLayoutEdit" } {
                (text_box(number, "30", "UserName", say(locale, "NOME ACCOUNT:", "USER NAME:"), "text"))
                (text_box(number, "35", "Password", "PASSWORD:", "password"))
            }
            div id="Logon_PopupActions_Menu" class="dxmLite_XafTheme" {
                ul class="dx dxm-main" {
                    li title=(button) id="Logon_PopupActions_Menu_DXI0_" class="dxm-item" data-name="Logon" data-run=(press) {
                        a id="Logon_PopupActions_Menu_DXI0_T" class="dxm-content" href="javascript:;" {
                            span { (button) } span class="dx-vam dxm-double" { (button) }
                        }
                    }
                }
            }
            script id="dxss_Logon" { (PreEscaped("ASPx.submitByEnter('Logon_PopupActions_Menu_DXI0_');")) }
        }
    }
}

fn error_panel(text: &str) -> Markup {
    html! {
        div id="Logon_UPEI" {
            div id="Logon_ErrorInfo" class="ErrorMessage" {
                @if !text.is_empty() {
                    table class="StaticText error" { tbody { tr { td class="dxeErrorCell" { (text) } } } }
                }
            }
        }
    }
}

fn text_box(number: u64, layout: &str, field: &str, caption: &str, kind: &str) -> Markup {
    let id = format!("Logon_v0_{number}_MainLayoutEdit_xaf_l12_xaf_l{layout}_xaf_dvi{field}_Edit");
    let name = field_name(number, layout, field);
    let info = format!(
        "Logon$v0_{number}$MainLayoutEdit$xaf_l12$xaf_l{layout}$xaf_dvi{field}_Edit_EditorClientInfo"
    );
    html! {
        table id=(id) class="dxeTextBoxSys dxeTextBox_XafTheme" { tbody { tr {
            td class="Caption" { label for={ (id) "_I" } { (caption) } }
            td class="dxic" {
                input type="hidden" name=(info) value="";
                input class="dxeEditArea_XafTheme dxeEditAreaSys" id={ (id) "_I" } name=(name) type=(kind)
                    autocomplete="off" onchange={ "ASPx.EValueChanged('" (id) "')" };
            }
        } } }
        script id={ "dxss_" (id) } {
            (PreEscaped(format!("ASPx.createControl(ASPxClientTextBox,'{id}','{name}',{{}});")))
        }
    }
}

fn field_name(number: u64, layout: &str, field: &str) -> String {
    format!("Logon$v0_{number}$MainLayoutEdit$xaf_l12$xaf_l{layout}$xaf_dvi{field}_Edit")
}

/// Checks what was typed; success is a redirect by script, failure a text on the same page.
pub(crate) fn log_in(
    shared: &Arc<Shared>,
    session: &mut Session,
    visit: &Visit,
    number: u64,
    troubles: &[Trouble],
) -> Answer {
    // The names contain the page's number, so that a bot that remembers an old one types into the void.
    let typed =
        |layout, field| visit.field(&field_name(number, layout, field)).unwrap_or_default().to_owned();
    let (account, password) = (typed("30", "UserName").trim().to_ascii_lowercase(), typed("35", "Password"));
    session.navigator_language =
        visit.field("ClientServerParams").and_then(|params| params.strip_prefix("lang=")).map(str::to_owned);
    let refused = troubles.iter().find_map(|trouble| match trouble {
        Trouble::LoginRefused { text } => Some(text.clone()),
        _ => None,
    });
    let known = shared.options.agents.iter().any(|agent| agent.eq_ignore_ascii_case(&account));
    let right = known && password == shared.options.password;
    let mut answer = match refused.or_else(|| (!right).then(|| refusal(visit, session))) {
        Some(text) => Answer {
            outcome: Some("refused".to_owned()),
            ..Answer::from(Callback::update("Logon_UPEI", error_panel(&text)))
        },
        None => Answer {
            login: Some(shared.sessions.log_in(&account)),
            ..Answer::from(Callback::redirect(return_address(visit)))
        },
    };
    answer.account = Some(account);
    answer
}

fn refusal(visit: &Visit, session: &Session) -> String {
    let locale = crate::session::language(&visit.accept_language, session.navigator_language.as_deref());
    say(locale, REFUSED.0, REFUSED.1).to_owned()
}

/// The page wanted before the login; only addresses of this application are followed.
fn return_address(visit: &Visit) -> String {
    let wanted = visit.query_value("ReturnUrl").filter(|address| address.starts_with("/Archibald/"));
    wanted.unwrap_or("/Archibald/Default.aspx").to_owned()
}
