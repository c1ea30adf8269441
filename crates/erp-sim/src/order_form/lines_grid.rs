//! Draws the grid of lines with its inline editors (facts/erp.md §4.1.3–7, §3.9).

use maud::{Markup, PreEscaped, html};

use super::{Line, OrderForm, lookup_grid, lookups, names::Control};
use crate::{
    action::Mode,
    screens::{
        grid::empty_row,
        pager::{Pages, pager},
    },
    state::{Asker, Shared},
    text,
};

/// The lines grid pages at so many rows.
pub(super) const ROWS: usize = 20;

/// Model index, field, Italian and English caption.
const HEADS: [(u16, &str, &str, &str); 9] = [
    (13, "LINENUM", "LINEA:", "LINE:"),
    (12, "INVENTTABLE", "NOME ARTICOLO:", "ITEM NAME:"),
    (25, "QTYORDERED", "QTÀ ORDINATA", "ORDERED QTY"),
    (28, "SALESPRICE", "UNITÀ DI PREZZO:", "UNIT PRICE:"),
    (18, "LINEPERCENT", "SCONTO %:", "DISCOUNT %:"),
    (23, "MANUALDISCOUNT", "APPLICA SCONTO %:", "APPLY DISCOUNT %:"),
    (15, "LINEAMOUNT", "IMPORTO DELLA LINEA", "LINE AMOUNT"),
    (24, "NETPRICE", "PREZZO NETTO:", "NET PRICE:"),
    (17, "NAME", "NOME", "NAME"),
];

/// The element that callbacks replace.
pub(super) fn panel_id(form: &OrderForm) -> String {
    format!("{}_UP", form.lines_grid().id)
}

/// The text of a line under a field.
pub(super) fn cell(line: &Line, index: usize, field: &str, asker: &Asker) -> String {
    let locale = asker.locale;
    match field {
        "LINENUM" => text::hundredths((index as i64 + 1) * 100, locale),
        "INVENTTABLE" => line.name.clone(),
        "QTYORDERED" => text::quantity(line.quantity, locale),
        "SALESPRICE" => text::money(line.unit_price, locale),
        "LINEPERCENT" => text::percent(line.system_discount, locale),
        "MANUALDISCOUNT" => text::percent(line.discount, locale),
        "LINEAMOUNT" => text::money(line.amount, locale),
        "NAME" => {
            let article = line.article.as_ref().map_or("", |article| article.as_str());
            format!("{article}\n{}", line.description)
        }
        _ => String::new(),
    }
}

/// The grid as it stands now.
pub(super) fn panel(shared: &Shared, form: &OrderForm, asker: &Asker) -> Markup {
    let Control { id, .. } = form.lines_grid();
    let pages = Pages { index: form.lines_page, size: ROWS, rows: form.lines.len() }.settled();
    let visible = pages.range();
    let open_row = form.editing.as_ref().map(|editing| editing.row);
    html! {
        div id={ (id) "_UP" } {
            table id=(id) class="dxgvControl_XafTheme GridColumnsUpperCase dxgv" { tbody { tr { td {
                table id={ (id) "_DXMainTable" } class="dxgvTable_XafTheme" { tbody {
                    (headers(form, asker))
                    @if open_row == Some(None) { (edit_row(shared, form, asker)) }
                    @for index in visible.clone() {
                        @if open_row == Some(Some(index)) { (edit_row(shared, form, asker)) }
                        @else { (data_row(form, index, asker)) }
                    }
                    @if visible.is_empty() && open_row.is_none() { (empty_row(&id, HEADS.len() + 1)) }
                    (footer(form, asker))
                } }
                @if form.lines.len() > ROWS { (pager(&id, pages, false)) }
                div id={ (id) "_LPV" } class="dxgvLoadingPanel_XafTheme" style="display:none" { "Loading…" }
            } } } }
            script id={ "dxss_" (id) } { (PreEscaped(create(form, pages))) }
        }
    }
}

fn headers(form: &OrderForm, asker: &Asker) -> Markup {
    let Control { id, .. } = form.lines_grid();
    let can_add = form.mode == Mode::Edit && form.customer.is_some() && form.editing.is_none();
    // The first button of an empty grid; with rows, their buttons are counted first.
    let button = if form.lines.is_empty() { "0" } else { "1" };
    html! {
        tr id={ (id) "_DXHeadersRow0" } {
            td id={ (id) "_col100" } class="dxgvHeader_XafTheme dxgvCommandColumn_XafTheme XCC" {
                @if can_add { (command(&id, button, "['AddNew'],1", "New", "Action_Inline_New")) }
            }
            @for (index, _, italian, english) in HEADS {
                td id={ (id) "_col" (index) } class="dxgvHeader_XafTheme dx-wrap" { (asker.say(italian, english)) }
            }
        }
    }
}

fn command(grid: &str, button: &str, arguments: &str, title: &str, image: &str) -> Markup {
    html! {
        a id={ (grid) "_DXCBtn" (button) } class="dxbButton_XafTheme dxgvCommandColumnItem_XafTheme" href="javascript:;" data-args={ "[" (arguments) "]" } {
            img title=(title) alt=(title) src={ "/Archibald/DXX.axd?handlerName=ImageResource&name=" (image) };
        }
    }
}

fn data_row(form: &OrderForm, index: usize, asker: &Asker) -> Markup {
    let Control { id, .. } = form.lines_grid();
    let line = &form.lines[index];
    let button = if index == 0 { 0 } else { index + 1 };
    let editable = form.mode == Mode::Edit && form.editing.is_none();
    html! {
        tr id={ (id) "_DXDataRow" (index) } class="dxgvDataRow_XafTheme" data-key=(index + 1) {
            td class="dxgvCommandColumn_XafTheme" {
                @if editable {
                    (command(&id, &button.to_string(), &format!("['CustomButton','Edit',{index}],1"), "Modifica", "Action_Edit"))
                }
            }
            @for (_, field, ..) in HEADS { (data_cell(&cell(line, index, field, asker), field)) }
        }
    }
}

fn data_cell(text: &str, field: &str) -> Markup {
    let class = if matches!(field, "INVENTTABLE" | "NAME") { "dxgv dx-al" } else { "dxgv dx-ar" };
    html! {
        td class=(class) {
            @if field == "NETPRICE" { span class="dxICheckBox dxWeb_edtCheckBoxUncheckedDisabled_XafTheme" {} }
            @else {
                @for (place, part) in text.split('\n').enumerate() {
                    @if place > 0 { br; }
                    (part)
                }
            }
        }
    }
}

/// The open row: lookup, quantity, discount, Update and Cancel.
fn edit_row(shared: &Shared, form: &OrderForm, asker: &Asker) -> Markup {
    let Some(editing) = &form.editing else { return html! {} };
    let Control { id, .. } = form.lines_grid();
    let row = editing.row.map_or("editnew".to_owned(), |row| format!("edit{row}"));
    let index = editing.row.unwrap_or(form.lines.len());
    html! {
        tr id={ (id) "_DXEditingRow_" (row) } class="dxgvInlineEditRow_XafTheme" {
            td class="dxgvCommandColumn_XafTheme" {
                (command(&id, "0", "['UpdateEdit'],1", "Update", "Action_Save"))
                (command(&id, "1", "['CancelEdit'],1", "Cancel", "Action_Cancel"))
            }
            @for (column, field, ..) in HEADS {
                @match field {
                    "INVENTTABLE" => td class="dxgv" { (article(shared, form, &editing.line, asker)) },
                    "QTYORDERED" | "MANUALDISCOUNT" => td class="dxgv" {
                        (editor(form, column, field, &cell(&editing.line, index, field, asker)))
                    },
                    _ => (data_cell(&cell(&editing.line, index, field, asker), field)),
                }
            }
        }
    }
}

fn article(shared: &Shared, form: &OrderForm, line: &Line, asker: &Asker) -> Markup {
    let lookup = form.article_lookup();
    let (text, key) = match &line.article {
        Some(article) => (line.name.as_str(), article.as_str()),
        None => ("N/A", ""),
    };
    lookup_grid::lookup(&lookup, text, key, "article", &lookups::article_popup(shared, form, asker, false))
}

fn editor(form: &OrderForm, column: u16, field: &str, text: &str) -> Markup {
    let Control { id, name } = form.row_editor(column, field);
    html! {
        table id=(id) class="dxeButtonEditSys dxeButtonEdit_XafTheme" { tbody { tr { td class="dxic" {
            input id={ (id) "_I" } name=(name) class="dxeEditArea_XafTheme" type="text" value=(text) data-row-editor=(field) autocomplete="off";
        } } } }
        script id={ "dxss_" (id) } { (PreEscaped(format!("ASPx.createControl(ASPxClientTextBox,'{id}','{name}',{{}});"))) }
    }
}

fn footer(form: &OrderForm, asker: &Asker) -> Markup {
    let quantity: i64 = form.lines.iter().map(|line| line.quantity.0).sum();
    html! {
        tr id={ (form.lines_grid().id) "_DXFooterRow" } class="dxgvFooter_XafTheme" {
            td class="dxgv" { "\u{a0}" }
            @for (_, field, ..) in HEADS {
                td class="dxgv dx-ar" {
                    @match field {
                        "LINENUM" => { "Count=" (form.lines.len()) },
                        "QTYORDERED" => { "Sum=" (text::hundredths(quantity, asker.locale)) },
                        "LINEAMOUNT" => { "Sum=" (text::money(form.gross(), asker.locale)) },
                        _ => "\u{a0}",
                    }
                }
            }
        }
    }
}

fn create(form: &OrderForm, pages: Pages) -> String {
    let Control { id, name } = form.lines_grid();
    let editing =
        form.editing.as_ref().map(|editing| editing.row.map_or("new".to_owned(), |row| row.to_string()));
    let columns: Vec<serde_json::Value> = HEADS
        .iter()
        .enumerate()
        .map(|(place, (index, field, ..))| {
            serde_json::json!({ "fieldName": field, "index": index, "visible": true, "visibleIndex": place + 1 })
        })
        .collect();
    let visible = pages.range();
    let keys: Vec<String> = visible.clone().map(|index| (index + 1).to_string()).collect();
    let options = serde_json::json!({
        "stateObject": { "keys": keys }, "pageRowCount": visible.len(), "pageRowSize": ROWS,
        "pageIndex": pages.index, "pageCount": pages.count(), "rowCount": pages.rows, "visibleStartIndex": visible.start,
        "columns": columns, "inline": true, "editing": editing,
    });
    format!("ASPx.createControl(ASPxClientGridView,'{id}','{name}',{options});")
}
