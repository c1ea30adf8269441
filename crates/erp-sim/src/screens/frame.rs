//! Draws what all pages have around their content: form, hidden fields, navigation, panels (facts/erp.md §1.2, §2.1).

use domain::Locale;
use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::{
    action::view_state,
    assets::{SCRIPT_ADDRESS, STYLE_ADDRESS},
    state::{Asker, say},
    world::Entity,
};

/// What a whole page needs besides its content.
#[derive(Debug)]
pub(crate) struct Document<'a> {
    pub(crate) title: &'a str,
    pub(crate) body_class: &'a str,
    /// Where the form posts to.
    pub(crate) action: &'a str,
    /// The page's number.
    pub(crate) number: u64,
    pub(crate) locale: Locale,
    /// The client id of the page-wide callback control.
    pub(crate) callback_control: &'a str,
}

/// A whole page.
pub(crate) fn document(page: &Document<'_>, content: &Markup) -> Markup {
    let create = format!(
        "ASPx.createControl(ASPxClientCallback,'{id}','{id}',{{}});window.globalCallbackControl=window['{id}'];",
        id = page.callback_control
    );
    html! {
        (DOCTYPE)
        html lang=(say(page.locale, "it", "en")) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1.0, maximum-scale=1.0, user-scalable=no";
                title { (page.title) }
                link rel="stylesheet" type="text/css" href=(STYLE_ADDRESS);
                script src=(SCRIPT_ADDRESS) {}
            }
            body class=(page.body_class) {
                form name="form1" id="form1" method="post" action=(page.action) {
                    (hidden_fields(page))
                    script id="dxss_globalCallback" { (PreEscaped(create)) }
                    (content)
                    (loading_panel())
                }
            }
        }
    }
}

fn hidden_fields(page: &Document<'_>) -> Markup {
    let generator = format!("{:08X}", 0xC2EE_9ABB_u32 ^ page.body_class.len() as u32);
    let validation = format!("/wEdAA{:09}kFhV2WQbXcPZ6xgS2h4aE0l1", page.number);
    let script = page.callback_control.split('_').next().unwrap_or_default();
    html! {
        input type="hidden" name="__EVENTTARGET" id="__EVENTTARGET" value="";
        input type="hidden" name="__EVENTARGUMENT" id="__EVENTARGUMENT" value="";
        input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value=(view_state(page.number));
        input type="hidden" name="__VIEWSTATEGENERATOR" id="__VIEWSTATEGENERATOR" value=(generator);
        input type="hidden" name="__EVENTVALIDATION" id="__EVENTVALIDATION" value=(validation);
        input type="hidden" name="ClientServerParams" id="ClientServerParams" value="";
        input type="hidden" name="Sc$xPos" id="Sc_xPos" value="0";
        input type="hidden" name="Sc$yPos" id="Sc_yPos" value="0";
        input type="hidden" name="DXScript" value="1_304,1_185,1_298,1_211,1_188,1_182,1_290";
        input type="hidden" name="DXCss" value="0_76,1_69,1_70";
        input type="hidden" name={ (script) "$State" } value="";
    }
}

/// The panel shown while a callback is under way, and the layer that takes all clicks meanwhile.
fn loading_panel() -> Markup {
    html! {
        table id="ctl01" class="dxlpLoadingPanel_XafTheme" style="display:none" {
            tbody { tr { td class="dx" { span id="ctl01_TL" { "Loading…" } } } }
        }
        div id="ctl01_LD" class="dxlpLoadingDiv_XafTheme" style="display:none" {}
    }
}

/// A page of the application: navigation on the left, tool bar, messages, the view.
pub(crate) fn application(
    asker: &Asker,
    title: &str,
    address: &str,
    number: u64,
    toolbar: &Markup,
    view: &Markup,
) -> Markup {
    application_saying(asker, title, address, number, toolbar, view, &[])
}

/// The same with something to say about what went wrong.
pub(crate) fn application_saying(
    asker: &Asker,
    title: &str,
    address: &str,
    number: u64,
    toolbar: &Markup,
    view: &Markup,
    lines: &[String],
) -> Markup {
    let page = Document {
        title,
        body_class: "VerticalTemplate BodyBackColor",
        action: address,
        number,
        locale: asker.locale,
        callback_control: "Vertical_PopupWindowCallback",
    };
    document(
        &page,
        &html! {
            div id="Vertical_header" class="header" {
                a id="Vertical_LogoLink" href="/Archibald" class="logo" { "Archibald" }
                span id="Vertical_SH_UserName" class="user" { (asker.account) }
            }
            div class="columns" {
                (navigation(asker))
                div class="main" {
                    div id="Vertical_mainMenu" class="toolbar" { (toolbar) }
                    (messages(lines, false))
                    div id="viewSite" {
                        div id="Vertical_UPVSC" { (view) }
                    }
                }
            }
        },
    )
}

/// The panel with what went wrong; empty when nothing did.
pub(crate) fn messages(lines: &[String], can_be_ignored: bool) -> Markup {
    html! {
        div id="Vertical_UPEI" {
            div id="Vertical_ErrorInfo" class="ErrorMessage" {
                @if !lines.is_empty() {
                    table class="StaticText error" { tbody {
                        @for line in lines { tr { td class="dxeErrorCell" { (line) } } }
                    } }
                    @if can_be_ignored {
                        label { input type="checkbox" id="Vertical_ErrorInfo_Ch_S" name="Vertical$ErrorInfo$Ch" value="C";
                            "Ignore warnings" }
                    }
                }
            }
        }
    }
}

fn navigation(asker: &Asker) -> Markup {
    html! {
        div id="Vertical_NC_NB" class="dxnbControl_XafTheme nav" {
            @for (group, (caption, entities)) in groups(asker).iter().enumerate() {
                div class="dxnb-header" id={ "Vertical_NC_NB_GHE" (group) } { (caption) }
                ul id={ "Vertical_NC_NB_ITC0i" (group) "_TL" } {
                    @for (node, entity) in entities.iter().enumerate() {
                        li id={ "Vertical_NC_NB_ITC0i" (group) "_TL_N" (node) } class="dxtv-nd" {
                            a href={ "/Archibald/" (entity.view_name()) "/" } { (nav_caption(*entity, asker)) }
                        }
                    }
                }
            }
        }
    }
}

fn groups(asker: &Asker) -> [(&'static str, &'static [Entity]); 2] {
    [
        (asker.say("Vendite", "Sales"), &[Entity::Customers, Entity::Orders, Entity::Ddt, Entity::Invoices]),
        (asker.say("Articoli", "Items"), &[Entity::Products, Entity::Prices]),
    ]
}

fn nav_caption(entity: Entity, asker: &Asker) -> &'static str {
    let (italian, english) = entity.captions();
    asker.say(italian, english)
}
