//! Draws pagers: seven first pages, three last, the page-size box (facts/erp.md §2.6).

use maud::{Markup, html};

/// Where in its pages a grid stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pages {
    pub(crate) index: usize,
    pub(crate) size: usize,
    pub(crate) rows: usize,
}

impl Pages {
    /// How many pages there are; at least one.
    pub(crate) fn count(self) -> usize {
        self.rows.div_ceil(self.size).max(1)
    }

    /// The same, with an index that exists.
    pub(crate) fn settled(mut self) -> Self {
        self.index = self.index.min(self.count() - 1);
        self
    }

    /// The indexes of the rows on this page.
    pub(crate) fn range(self) -> std::ops::Range<usize> {
        let start = (self.index * self.size).min(self.rows);
        start..(start + self.size).min(self.rows)
    }
}

/// The sizes offered.
const SIZES: [usize; 5] = [10, 20, 50, 100, 200];

/// The pager under a grid.
pub(crate) fn pager(grid: &str, pages: Pages, with_size: bool) -> Markup {
    let id = format!("{grid}_DXPagerBottom");
    let click = |argument: &str| format!("ASPx.GVPagerOnClick('{grid}','{argument}')");
    let shown = |page: usize| page < 7 || page + 3 >= pages.count() || page.abs_diff(pages.index) <= 1;
    let numbers: Vec<usize> = (0..pages.count()).filter(|page| shown(*page)).collect();
    html! {
        div id=(id) class="dxpLite_XafTheme dxpPager" {
            b class="dxp-lead dxp-summary" { "Page " (pages.index + 1) " of " (pages.count()) " (" (pages.rows) " items)" }
            @if pages.index == 0 {
                b id={ (id) "_PBP" } class="dxp-button dxp-bi dxp-disabledButton" { img alt="Prev" class="dxWeb_pPrevDisabled_XafTheme" src="/Archibald/DXX.axd?p"; }
            } @else {
                a id={ (id) "_PBP" } class="dxp-button dxp-bi" href="javascript:;" onclick=(click("PBP")) { img alt="Prev" class="dxWeb_pPrev_XafTheme" src="/Archibald/DXX.axd?p"; }
            }
            @for (place, page) in numbers.iter().enumerate() {
                @if place > 0 && numbers[place - 1] + 1 != *page { b class="dxp-ellip" { "…" } }
                @if *page == pages.index {
                    b class="dxp-num dxp-current" { (page + 1) }
                } @else {
                    a class="dxp-num" href="javascript:;" onclick=(click(&format!("PN{page}"))) { (page + 1) }
                }
            }
            @if pages.index + 1 >= pages.count() {
                b id={ (id) "_PBN" } class="dxp-button dxp-bi dxp-disabledButton" { img alt="Next" class="dxWeb_pNextDisabled_XafTheme" src="/Archibald/DXX.axd?n"; }
            } @else {
                a id={ (id) "_PBN" } class="dxp-button dxp-bi" href="javascript:;" onclick=(click("PBN")) { img alt="Next" class="dxWeb_pNext_XafTheme" src="/Archibald/DXX.axd?n"; }
            }
            @if with_size { (size_box(&id, pages.size)) }
        }
    }
}

fn size_box(id: &str, size: usize) -> Markup {
    html! {
        span class="dxp-pageSizeItem" {
            label for={ (id) "_PSI" } { "PAGE SIZE" }
            span id={ (id) "_PSB" } class="dxp-comboBox" {
                input id={ (id) "_PSI" } type="text" readonly value=(size) onblur={ "ASPx.POnPageSizeBlur('" (id) "', event)" };
            }
            ul id={ (id) "_PSP" } class="dxp-sizes" style="display:none" {
                @for (place, choice) in SIZES.iter().enumerate() { li id={ (id) "_PSP_DXI" (place) "_" } { (choice) } }
            }
        }
    }
}
