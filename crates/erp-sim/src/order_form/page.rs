//! Draws the order form: tool bar, tabs, editors (facts/erp.md §4.1.8–12).

use maud::{Markup, PreEscaped, html};

use super::{OrderForm, lines_grid, lookup_grid, lookups, names::Control};
use crate::{
    action::Mode,
    screens::toolbar::{Item, Needs, menu},
    state::{Asker, Shared},
    text,
    world::{LineDiscountGroup, order_total},
};

/// The value of the discount group that adds 20 % to every line.
pub(super) const STREET_PRICE: &str = "streetprice";

/// The tool bar: "Salvare" has "Salva e chiudi" behind its arrow.
pub(super) fn toolbar(form: &OrderForm, asker: &Asker) -> Markup {
    let item = |italian: &str, english: &str, index: &str| {
        let caption = asker.say(italian, english);
        Item::new(caption, caption, index, "")
    };
    let items = match form.mode {
        Mode::View => vec![
            item("Indietro", "Back", "0"),
            if form.order.is_some() {
                item("Modifica", "Edit", "1")
            } else {
                item("Modifica", "Edit", "1").needs(Needs::Never)
            },
            item("Vista", "Refresh", "2"),
        ],
        Mode::Edit => {
            let mut save = item("Salvare", "Save", "1");
            save.class = "dxm-dropDownMode";
            save.entries = vec![
                item("Salvare", "Save", "1i0"),
                item("Salva e chiudi", "Save and close", "1i1"),
                item("Salva e nuovo", "Save and new", "1i2"),
            ];
            let delete = item("Cancellare", "Delete", "2").needs(Needs::Never);
            vec![item("Annulla", "Cancel", "0"), save, delete, item("Vista", "Refresh", "3")]
        }
    };
    menu(&items, None, asker)
}

/// The whole view below the tool bar; the first tab is in front, as after every save.
pub(super) fn view(shared: &Shared, form: &OrderForm, asker: &Asker) -> Markup {
    let tabs = form.tabs();
    let lower = form.lower_tabs();
    html! {
        div id=(form.panel_id()) class="view" {
            (strip(&tabs, &[
                asker.say("Panoramica", "Overview"),
                asker.say("Dati di consegna", "Delivery data"),
                asker.say("Prezzi e sconti", "Price Discount"),
            ]))
            div id={ (tabs.id) "_C0" } class="pane" { (overview(shared, form, asker)) }
            div id={ (tabs.id) "_C1" } class="pane" style="display:none" { (delivery(form, asker)) }
            div id={ (tabs.id) "_C2" } class="pane" style="display:none" { (prices(form, asker)) }
            (strip(&lower, &[
                asker.say("Linee di vendita:", "Sales lines:"),
                asker.say("Cronologia documento di trasporto:", "Packing slip history:"),
            ]))
            div id={ (lower.id) "_C0" } class="pane" { (lines_grid::panel(shared, form, asker)) }
            div id={ (lower.id) "_C1" } class="pane" style="display:none" { "No data to display" }
        }
    }
}

/// A tab strip. Each tab exists twice: as it looks in front (`_AT`) and behind (`_T`).
fn strip(tabs: &Control, captions: &[&str]) -> Markup {
    html! {
        ul id={ (tabs.id) "_TC" } class="tabs dxtcLite_XafTheme" data-tabs=(tabs.id) {
            @for (index, caption) in captions.iter().enumerate() {
                li id={ (tabs.id) "_AT" (index) } class="dxtc-activeTab" data-tab=(index) style=(if index == 0 { "" } else { "display:none" }) {
                    a class="dxtc-link" href="javascript:;" id={ (tabs.id) "_AT" (index) "T" } { span { (caption) } }
                }
                li id={ (tabs.id) "_T" (index) } class="dxtc-tab" data-tab=(index) style=(if index == 0 { "display:none" } else { "" }) {
                    a class="dxtc-link" href="javascript:;" id={ (tabs.id) "_T" (index) "T" } { span { (caption) } }
                }
            }
        }
    }
}

fn overview(shared: &Shared, form: &OrderForm, asker: &Asker) -> Markup {
    let id = form.order.map_or(String::new(), |id| text::whole(id as i64, asker.locale));
    let lookup = form.customer_lookup();
    let key = form.customer.map_or(String::new(), |id| id.to_string());
    html! {
        table class="LayoutTable" { tbody {
            (row("ID:", &read_only(&form.editor("12", "ID"), &id, form.mode)))
            (row(asker.say("NOME ACCOUNT:", "ACCOUNT NAME:"), &match form.mode {
                Mode::Edit => {
                    let popup = lookups::customer_popup(shared, form, asker, false);
                    lookup_grid::lookup(&lookup, &form.customer_name, &key, "customer", &popup)
                }
                Mode::View => shown(&lookup, &form.customer_name),
            }))
            (row(asker.say("RIFERIMENTO CLIENTE", "CUSTOMER REFERENCE"), &text_box(&form.editor("24", "CUSTOMERREF"), &form.reference, form.mode)))
            (row(asker.say("RIMANI VENDITE FINANZIARIE", "REMAIN SALES FINANCIAL"), &text_box(&form.editor("27", "PURCHORDERFORMNUM"), &form.description, form.mode)))
            (row(asker.say("TESTO ESTERNO:", "EXTERNAL TEXT:"), &memo(&form.editor("33", "TEXTEXTERNAL"), &form.text_external, form.mode)))
            (row(asker.say("TESTO INTERNO:", "INTERNAL TEXT:"), &memo(&form.editor("36", "TEXTINTERNAL"), &form.text_internal, form.mode)))
        } }
    }
}

fn delivery(form: &OrderForm, asker: &Asker) -> Markup {
    html! {
        table class="LayoutTable" { tbody {
            (row(asker.say("DATA DI CONSEGNA", "DELIVERY DATE"), &text_box(&form.editor("58", "DELIVERYDATE"), &form.delivery_date, form.mode)))
            (row(asker.say("SELEZIONARE L'INDIRIZZO", "SELECT ADDRESS"), &address(form)))
        } }
    }
}

fn prices(form: &OrderForm, asker: &Asker) -> Markup {
    let group = match form.line_discount {
        LineDiscountGroup::None => "",
        LineDiscountGroup::StreetPrice => STREET_PRICE,
    };
    let groups = [
        (String::new(), "N/A".to_owned()),
        (STREET_PRICE.to_owned(), "Discount to get street price".to_owned()),
    ];
    let discount = text::percent(form.discount, asker.locale);
    html! {
        table class="LayoutTable" { tbody {
            (row(asker.say("SCONTO LINEA:", "LINE DISCOUNT:"), &dropdown(&form.editor("71", "LINEDISC"), &groups, group, form.mode)))
            (row(asker.say("APPLICA SCONTO %:", "APPLY DISCOUNT %:"), &text_box(&form.editor("75", "MANUALDISCOUNT"), &discount, form.mode)))
        } }
        (totals(form, asker))
    }
}

/// The element with the totals.
pub(super) fn totals_id(form: &OrderForm) -> String {
    format!("{}_totals", form.tabs().id)
}

/// What the order comes to so far.
pub(super) fn totals(form: &OrderForm, asker: &Asker) -> Markup {
    let gross = text::money(form.gross(), asker.locale);
    let total = text::money(order_total(form.gross(), form.discount), asker.locale);
    html! {
        table id=(totals_id(form)) class="LayoutTable" { tbody {
            (row(asker.say("IMPORTO LORDO:", "GROSS AMOUNT:"), &shown(&form.editor("81", "GROSSAMOUNT"), &gross)))
            (row(asker.say("IMPORTO TOTALE", "AMOUNT TOTAL"), &shown(&form.editor("84", "AmountTotal"), &total)))
        } }
    }
}

/// The element around the delivery address.
pub(super) fn address_panel_id(form: &OrderForm) -> String {
    format!("{}_UP", form.address_editor().id)
}

/// The delivery address.
pub(super) fn address(form: &OrderForm) -> Markup {
    let label = |address: &crate::world::Address| {
        format!("{}, {} {} {}", address.name, address.street, address.zip, address.city)
    };
    let choices: Vec<(String, String)> = form
        .addresses
        .iter()
        .enumerate()
        .map(|(place, address)| (place.to_string(), label(address)))
        .collect();
    html! {
        div id=(address_panel_id(form)) {
            (dropdown(&form.address_editor(), &choices, &form.delivery.to_string(), form.mode))
        }
    }
}

fn row(caption: &str, editor: &Markup) -> Markup {
    html! { tr { td class="Caption" { (caption) } td { (editor) } } }
}

/// A value in view mode: `…_View` instead of `…_Edit`.
fn shown(control: &Control, value: &str) -> Markup {
    let id = control.id.strip_suffix("_Edit").unwrap_or(&control.id);
    html! { span id={ (id) "_View" } { (value) } }
}

fn read_only(control: &Control, value: &str, mode: Mode) -> Markup {
    match mode {
        Mode::View => shown(control, value),
        Mode::Edit => html! {
            table id=(control.id) class="dxeTextBoxSys" { tbody { tr { td {
                input id={ (control.id) "_I" } type="text" readonly value=(value) tabindex="-1";
            } } } }
        },
    }
}

fn text_box(control: &Control, value: &str, mode: Mode) -> Markup {
    let Control { id, name } = control;
    if mode == Mode::View {
        return shown(control, value);
    }
    html! {
        table id=(id) class="dxeTextBoxSys dxeTextBox_XafTheme" { tbody { tr { td class="dxic" {
            input id={ (id) "_I" } name=(name) class="dxeEditArea_XafTheme dxeEditAreaSys" type="text" value=(value)
                autocomplete="off" onchange={ "ASPx.EValueChanged('" (id) "')" };
        } } } }
        (create("ASPxClientTextBox", control))
    }
}

fn memo(control: &Control, value: &str, mode: Mode) -> Markup {
    let Control { id, name } = control;
    if mode == Mode::View {
        return shown(control, value);
    }
    html! {
        table id=(id) class="dxeMemoSys dxeMemo_XafTheme" { tbody { tr { td class="dxic" {
            // The line feed after the tag is swallowed by the browser, so that one in the text survives.
            textarea id={ (id) "_I" } name=(name) class="dxeMemoEditArea_XafTheme" rows="2" cols="60"
                onchange={ "ASPx.EValueChanged('" (id) "')" } { "\n" (value) }
        } } } }
        (create("ASPxClientTextBox", control))
    }
}

/// A lookup of few choices: a combo with an arrow and a cross.
fn dropdown(control: &Control, choices: &[(String, String)], chosen: &str, mode: Mode) -> Markup {
    let combo = control.part("dropdown").part("DD");
    let Control { id, name } = &combo;
    let text = choices.iter().find(|(value, _)| value == chosen).map_or("", |(_, text)| text.as_str());
    if mode == Mode::View {
        return shown(control, text);
    }
    html! {
        div id=(control.id) class="lookup" {
            table id=(id) class="dxeButtonEditSys dxeButtonEdit_XafTheme" { tbody { tr {
                td class="dxic" {
                    input type="hidden" id={ (id) "_VI" } name={ (name) "_VI" } value=(chosen);
                    input id={ (id) "_I" } name=(name) class="dxeEditArea_XafTheme" type="text" size="60" readonly value=(text);
                }
                td id={ (id) "_B-1" } class="dxeButton dxeButtonEditButton_XafTheme" { img alt="v" src="/Archibald/DXX.axd?v"; }
                td id={ (id) "_B1" } class="dxeButton dxeClear" { img alt="Clear" src="/Archibald/DXX.axd?c"; }
            } } }
            div id={ (id) "_DDD_PW-1" } class="dxpcDropDown_XafTheme dxpclW" style="display:none" {
                div id={ (id) "_DDD_L" } class="dxeListBox_XafTheme" { table id={ (id) "_DDD_L_LBT" } { tbody {
                    @for (place, (value, text)) in choices.iter().enumerate() {
                        tr { td id={ (id) "_DDD_L_LBI" (place) "T0" } class="dxeListBoxItem_XafTheme" data-value=(value) { (text) } }
                    }
                } } }
            }
            (create("ASPxClientComboBox", &combo))
        }
    }
}

fn create(class: &str, control: &Control) -> Markup {
    let Control { id, name } = control;
    html! { script id={ "dxss_" (id) } { (PreEscaped(format!("ASPx.createControl({class},'{id}','{name}',{{}});"))) } }
}
