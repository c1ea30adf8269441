//! Draws list grids: header, filter row, data rows, footer, column chooser (facts/erp.md §2.6, §2.10).

use domain::Locale;
use maud::{Markup, PreEscaped, html};

use super::pager::{Pages, pager};
use crate::{
    columns::{Head, Row, Rows, totals},
    pdf::Align,
    world::Entity,
};

/// What a list's grid shows.
pub(crate) struct Grid<'a> {
    /// Client id and callback name.
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) entity: Entity,
    pub(crate) locale: Locale,
    pub(crate) heads: Vec<&'static Head>,
    pub(crate) hidden: &'a [&'static str],
    pub(crate) rows: Rows<'a>,
    pub(crate) pages: Pages,
    pub(crate) selected: &'a [String],
}

/// The grid with everything around it.
pub(crate) fn grid(grid: &Grid<'_>) -> Markup {
    let id = &grid.id;
    let visible = grid.pages.range();
    html! {
        table id=(id) class="dxgvControl_XafTheme GridView GridColumnsUpperCase dxgv" { tbody { tr { td {
            div id={ (id) "_grouppanel" } class="dxgvGroupPanel_XafTheme" { "Drag a column header here to group by that column" }
            table id={ (id) "_DXMainTable" } class="dxgvTable_XafTheme" { tbody {
                (headers(grid))
                (filter_row(grid))
                @for index in visible.clone() { (data_row(grid, index, grid.rows[index])) }
                @if visible.is_empty() { (empty_row(id, grid.heads.len() + 2)) }
                (footer(grid))
            } }
            (pager(id, grid.pages, true))
            (column_chooser(grid))
            div id={ (id) "_LPV" } class="dxgvLoadingPanel_XafTheme" style="display:none" { "Loading…" }
        } } } }
        script id={ "dxss_" (id) } { (PreEscaped(create(grid))) }
    }
}

fn headers(grid: &Grid<'_>) -> Markup {
    let id = &grid.id;
    html! {
        tr id={ (id) "_DXHeadersRow0" } {
            td id={ (id) "_col100" } class="dxgvHeader_XafTheme XCC" { "\u{a0}" }
            td id={ (id) "_col101" } class="dxgvHeader_XafTheme XCC" { "\u{a0}" }
            @for head in &grid.heads {
                td id={ (id) "_col" (head.index) } class="dxgvHeader_XafTheme dx-wrap" {
                    table class="dxgvHT" { tbody { tr { td { (head.caption(grid.locale)) } td { "\u{a0}" } } } }
                }
            }
        }
    }
}

fn filter_row(grid: &Grid<'_>) -> Markup {
    let id = &grid.id;
    html! {
        tr id={ (id) "_DXFilterRow" } class="dxgvFilterRow_XafTheme" {
            td class="dxgvCommandColumn_XafTheme" { "\u{a0}" }
            td class="dxgvCommandColumn_XafTheme" { "\u{a0}" }
            @for head in &grid.heads {
                td class="dxgv" {
                    input type="text" id={ (id) "_DXFREditorcol" (head.index) "_I" } onchange={ "ASPx.GVFilterChanged('" (id) "'," (head.index) ")" };
                }
            }
        }
    }
}

fn data_row(grid: &Grid<'_>, index: usize, row: &dyn Row) -> Markup {
    let id = &grid.id;
    let key = row.key();
    let chosen = grid.selected.contains(&key);
    let select = format!("ASPx.GVScheduleCommand('{id}',['Select',{index}],1)");
    html! {
        tr id={ (id) "_DXDataRow" (index) } class="dxgvDataRow_XafTheme" data-key=(key)
            onmouseover="ASPx.RowHover(this,true)" onmouseout="ASPx.RowHover(this,false)" {
            td class="dxgvCommandColumn_XafTheme" iscommand="true" onclick=(select) {
                span id={ (id) "_DXSelBtn" (index) "_D" } class=(if chosen { "dxICheckBox dxWeb_edtCheckBoxChecked_XafTheme" } else { "dxICheckBox dxWeb_edtCheckBoxUnchecked_XafTheme" }) {
                    input id={ (id) "_DXSelBtn" (index) } type="text" readonly value=(if chosen { "C" } else { "U" });
                }
            }
            td class="dxgvCommandColumn_XafTheme ActionCell" {
                a id={ (id) "_DXCBtn" (index) } href="javascript:;" data-args={ "[['CustomButton','Edit'," (index) "],1]" } {
                    img title="Modifica" alt="Edit" src="/Archibald/DXX.axd?handlerName=ImageResource&name=Action_Edit";
                }
                script { (PreEscaped(format!("ASPx.AddDisabledItems('{id}_DXCBtn{index}',[[['dxbDisabled'],[''],['']]]);"))) }
            }
            @if grid.entity.is_empty_at_first() { td class="dxgv dx-ac" { span class="InvoicePDF" { "N/A" } } }
            @for head in &grid.heads { (cell(head, &row.cell(head.field, grid.locale))) }
        }
    }
}

fn cell(head: &Head, text: &str) -> Markup {
    let class = match head.align {
        Align::Left => "dxgv dx-al",
        Align::Centre => "dxgv dx-ac",
        Align::Right => "dxgv dx-ar",
    };
    html! {
        td class=(class) {
            @match text {
                "Checked" => span class="dxICheckBox dxWeb_edtCheckBoxCheckedDisabled_XafTheme" {},
                "Unchecked" => span class="dxICheckBox dxWeb_edtCheckBoxUncheckedDisabled_XafTheme" {},
                "System.Byte[]" => img alt="" src="/Archibald/DXX.axd?handlerName=Binary";,
                "" => (PreEscaped("&nbsp;")),
                _ => @for (place, line) in text.split('\n').enumerate() {
                    @if place > 0 { br; }
                    (line)
                },
            }
        }
    }
}

/// The row of a grid without rows.
pub(crate) fn empty_row(id: &str, columns: usize) -> Markup {
    html! {
        tr id={ (id) "_DXEmptyRow" } class="dxgvEmptyDataRow_XafTheme" {
            td class="dxgv" colspan=(columns) { div { "No data to display" } }
        }
    }
}

fn footer(grid: &Grid<'_>) -> Markup {
    html! {
        tr id={ (grid.id) "_DXFooterRow" } class="dxgvFooter_XafTheme" {
            td class="dxgv" { "\u{a0}" }
            td class="dxgv" { "\u{a0}" }
            @for text in totals(&grid.heads, &grid.rows, grid.locale) {
                td class="dxgv dx-ar" { @if text.is_empty() { "\u{a0}" } @else { (text) } }
            }
        }
    }
}

/// The customization window: every column with its eye, and Apply.
fn column_chooser(grid: &Grid<'_>) -> Markup {
    let window = format!("{}_DXCDWindow", grid.id);
    let shown = |head: &Head| !grid.hidden.contains(&head.field);
    html! {
        div id=(window) class="dxgvCustomization_XafTheme" style="display:none" {
            div id={ (window) "_DXCDPageControl_T3T" } class="dxtc-link" { "Column Chooser" }
            ul id={ (window) "_Columns" } {
                @for (place, head) in grid.entity.heads().iter().enumerate() {
                    li id={ (window) "_C" (place) } data-field=(head.field) {
                        span id={ (window) "_C" (place) "Chk5_D" } class=(if shown(head) { "dxgvCOButton gvCOColumnHide_XafTheme" } else { "dxgvCOButton gvCOColumnShow_XafTheme" }) data-shown=(shown(head)) {}
                        (head.caption(grid.locale))
                    }
                }
            }
            a id={ (window) "_DXCBtn201" } class="dxbButton_XafTheme dxbButtonDisabled" href="javascript:;" data-chooser="apply" { "Apply" }
            a id={ (window) "_DXCBtn202" } class="dxbButton_XafTheme" href="javascript:;" data-chooser="cancel" { "Cancel" }
        }
    }
}

/// The script that makes the client object.
fn create(grid: &Grid<'_>) -> String {
    let visible = grid.pages.range();
    let keys: Vec<String> = visible.clone().map(|index| grid.rows[index].key()).collect();
    let objects: Vec<String> =
        keys.iter().map(|key| format!("Module.{}({key})", grid.entity.table())).collect();
    let mut columns = vec![
        serde_json::json!({ "fieldName": "", "index": 100, "visibleIndex": 0, "visible": true }),
        serde_json::json!({ "fieldName": "", "index": 101, "visibleIndex": 1, "visible": true }),
    ];
    for head in grid.entity.heads() {
        let place = grid.heads.iter().position(|shown| shown.field == head.field);
        columns.push(serde_json::json!({
            "fieldName": head.field, "index": head.index, "visible": place.is_some(),
            "visibleIndex": place.map_or(-1, |place| place as i64 + 2),
        }));
    }
    let options = serde_json::json!({
        "stateObject": { "keys": keys, "callbackState": crate::action::view_state(visible.start as u64) },
        // The lists that open empty go on saying so.
        "pageRowCount": if grid.entity.is_empty_at_first() { 0 } else { visible.len() },
        "pageRowSize": grid.pages.size,
        "pageIndex": grid.pages.index,
        "pageCount": grid.pages.count(),
        "rowCount": grid.pages.rows,
        "visibleStartIndex": visible.start,
        "cpObjectKeys": keys,
        "cpFastCallbackObjects": objects,
        "columns": columns,
        // Asking most lists for single values never ends in the page's eyes; only the products do.
        "valuesHang": grid.entity != Entity::Products,
    });
    // A `<` in a record must not end the script.
    let options = options.to_string().replace('<', "\\u003c");
    format!("ASPx.createControl(ASPxClientGridView,'{}','{}',{options});", grid.id, grid.name)
}
