//! Draws lookups: a box with an arrow, and a popup with a searchable grid (facts/erp.md §4.1.2, §4.1.4).

use maud::{Markup, PreEscaped, html};

use super::names::Control;
use crate::screens::{
    grid::empty_row,
    pager::{Pages, pager},
};

/// How many rows a lookup shows.
pub(super) const ROWS: usize = 10;

/// One row of a lookup: key and cells.
pub(super) type Row = (String, Vec<String>);

/// What a lookup's popup shows.
pub(super) struct Popup<'a> {
    pub(super) lookup: &'a Control,
    pub(super) headers: &'a [&'a str],
    /// All rows found; only a page of them is drawn.
    pub(super) rows: Vec<Row>,
    pub(super) page: usize,
    pub(super) search: &'a str,
    pub(super) open: bool,
}

/// The box.
pub(super) fn lookup(control: &Control, text: &str, key: &str, kind: &str, popup: &Markup) -> Markup {
    let Control { id, name } = control;
    let create = format!("ASPx.createControl(ASPxClientGridLookup,'{id}','{name}',{{kind:'{kind}'}});");
    html! {
        div class="lookup" {
            table id=(id) class="dxeButtonEditSys dxeButtonEdit_XafTheme" { tbody { tr {
                td class="dxic" {
                    input type="hidden" id={ (id) "_VI" } name={ (name) "_VI" } value=(key);
                    input id={ (id) "_I" } name=(name) class="dxeEditArea_XafTheme" type="text" value=(text) data-text=(text) autocomplete="off";
                }
                td id={ (id) "_B-1" } class="dxeButton dxeLookupButton" { img alt="v" src="/Archibald/DXX.axd?v"; }
                td id={ (id) "_B1" } class="dxeButton" style="display:none" { "Add" }
            } } }
            (popup)
            script id={ "dxss_" (id) } { (PreEscaped(create)) }
        }
    }
}

/// The popup; empty until it was opened once.
pub(super) fn popup(popup: &Popup<'_>) -> Markup {
    let id = &popup.lookup.id;
    let grid = format!("{id}_DDD_gv");
    let pages = Pages { index: popup.page, size: ROWS, rows: popup.rows.len() }.settled();
    let visible = pages.range();
    let keys: Vec<&str> = popup.rows[visible.clone()].iter().map(|(key, _)| key.as_str()).collect();
    let options = serde_json::json!({
        "stateObject": { "keys": keys }, "pageRowCount": visible.len(), "pageRowSize": ROWS, "pageIndex": pages.index,
        "pageCount": pages.count(), "rowCount": pages.rows, "visibleStartIndex": visible.start, "lookup": true,
    });
    let create = format!(
        "ASPx.createControl(ASPxClientGridView,'{grid}','{}$DDD$gv',{});",
        popup.lookup.name,
        options.to_string().replace('<', "\\u003c")
    );
    html! {
        div id={ (id) "_DDD_PW-1" } class="dxpcDropDown_XafTheme dxpclW" style=(if popup.open { "" } else { "display:none" }) {
            @if popup.open {
                table id=(grid) class="dxgvControl_XafTheme dxgv" { tbody { tr { td {
                    div class="dxgvSearchPanel_XafTheme" {
                        input type="text" id={ (grid) "_DXSE_I" } value=(popup.search) placeholder="Enter text to search..." autocomplete="off";
                    }
                    table id={ (grid) "_DXMainTable" } class="dxgvTable_XafTheme" { tbody {
                        tr id={ (grid) "_DXHeadersRow0" } {
                            @for (index, header) in popup.headers.iter().enumerate() {
                                td id={ (grid) "_col" (index) } class="dxgvHeader_XafTheme" { (header) }
                            }
                        }
                        @for (place, index) in visible.clone().enumerate() { (row(&grid, index, place == 0, &popup.rows[index])) }
                        @if visible.is_empty() { (empty_row(&grid, popup.headers.len())) }
                    } }
                    @if pages.count() > 1 { (pager(&grid, pages, false)) }
                } } } }
                script id={ "dxss_" (grid) } { (PreEscaped(create)) }
            }
        }
    }
}

fn row(grid: &str, index: usize, focused: bool, (key, cells): &Row) -> Markup {
    html! {
        tr id={ (grid) "_DXDataRow" (index) } data-key=(key) class=(if focused { "dxgvDataRow_XafTheme dxgvFocusedRow_XafTheme dxgvFocusedRow" } else { "dxgvDataRow_XafTheme" }) {
            @for text in cells {
                td class="dxgv" {
                    @if text == "System.Byte[]" { img alt="" src="/Archibald/DXX.axd?handlerName=Binary"; }
                    @else if text.is_empty() { (PreEscaped("&nbsp;")) }
                    @else { (text) }
                }
            }
        }
    }
}
