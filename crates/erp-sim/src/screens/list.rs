//! Shows list views: tool bar, search box, grid (facts/erp.md §2.2–2.7).

use std::sync::Arc;

use domain::Locale;
use maud::{Markup, PreEscaped, html};

use super::{
    Answer, frame,
    grid::{Grid, grid},
    pager::Pages,
    toolbar,
};
use crate::{
    action::Event,
    columns::Head,
    export::Wish,
    options::FirstExport,
    preferences::ListPreferences,
    reply::Reply,
    selection,
    session::{Session, View, lock},
    state::{Asker, Shared},
    visit::Kind,
    world::Entity,
};

/// What one rendered list page remembers. Filter, page and page size are the person's, not the page's.
#[derive(Debug, Clone)]
pub(crate) struct ListView {
    pub(crate) entity: Entity,
    pub(crate) number: u64,
    pub(crate) search: String,
    pub(crate) selected: Vec<String>,
    /// Whether it shows its rows; some lists open empty.
    pub(crate) loaded: bool,
    /// Whether "Esportare in" was pressed since the list was opened.
    pub(crate) export_asked: bool,
}

impl ListView {
    /// Whether the next "Esportare in" is the first one of a list whose first export brings this.
    pub(crate) fn is_moody(&self, shared: &Shared, mood: FirstExport) -> bool {
        self.entity == Entity::Ddt && !self.export_asked && shared.options.first_ddt_export == mood
    }

    /// The grid's client id.
    pub(crate) fn grid_id(&self) -> String {
        let counter = self.entity.view_counter();
        format!("Vertical_v{counter}_{}_LE_v{counter}", self.number)
    }

    /// The grid's name in callbacks.
    pub(crate) fn grid_name(&self) -> String {
        let counter = self.entity.view_counter();
        format!("Vertical$v{counter}_{}$LE_v{counter}", self.number)
    }

    /// What an event on the page is about.
    pub(crate) fn kind_of(&self, event: &Event) -> Kind {
        let index = event.command.parse::<usize>().ok();
        if event.control != "Vertical$mainMenu" || index.is_none() {
            return if event.command == "COLUMNS" { Kind::Columns } else { Kind::Grid };
        }
        if index == Some(self.entity.export_index()) && event.whole_page {
            Kind::Export(self.entity)
        } else if index == self.entity.filter_index() {
            Kind::Filter
        } else {
            Kind::Grid
        }
    }
}

/// The columns a session hides in a list.
pub(crate) fn hidden_columns(shared: &Shared, session: &mut Session, entity: Entity) -> Vec<&'static str> {
    let at_first = || entity.hidden_at_first(shared.options.layout);
    session.hidden_columns.entry(entity).or_insert_with(at_first).clone()
}

/// The person's settings of a list.
pub(crate) fn preferences(shared: &Shared, asker: &Asker, entity: Entity) -> ListPreferences {
    lock(&shared.preferences).entry(asker.account.clone()).or_default().list(entity).clone()
}

/// A list page, freshly rendered.
pub(crate) fn page(shared: &Arc<Shared>, session: &mut Session, entity: Entity, asker: &Asker) -> Answer {
    let view = ListView {
        entity,
        number: shared.render_number(),
        search: String::new(),
        selected: Vec::new(),
        loaded: !entity.is_empty_at_first(),
        export_asked: false,
    };
    show(shared, session, view, asker, &[])
}

/// A list page as it stands, with messages.
pub(crate) fn show(
    shared: &Arc<Shared>,
    session: &mut Session,
    view: ListView,
    asker: &Asker,
    messages: &[String],
) -> Answer {
    let entity = view.entity;
    let list = preferences(shared, asker, entity);
    let items = tool_items(shared, &view, asker);
    let combo = toolbar::filter_combo(entity, list.filter, asker);
    let menu = toolbar::menu(&items, combo.as_ref(), asker);
    let tools = html! { (menu) (search_box("", asker)) };
    let panel = panel(shared, session, &view, asker);
    let (italian, english) = entity.captions();
    let address = format!("/Archibald/{}/", entity.view_name());
    let number = view.number;
    let title = asker.say(italian, english);
    let page = frame::application_saying(asker, title, &address, number, &tools, &panel, messages);
    session.remember(number, View::List(view));
    Answer::from(Reply::Page(page))
}

/// The tool bar's items. Where the first press of "Esportare in" brings a banner into the page, it calls the server
/// without leaving the page.
pub(crate) fn tool_items(shared: &Shared, view: &ListView, asker: &Asker) -> Vec<toolbar::Item> {
    let mut items = toolbar::list_items(view.entity, asker);
    if view.is_moody(shared, FirstExport::Banner) {
        let export = &mut items[view.entity.export_index()];
        export.run = export.run.replace("'',true)", "'',false)");
    }
    items
}

/// The id of the panel around the grid, which callbacks replace.
pub(crate) fn panel_id(view: &ListView) -> String {
    format!("Vertical_v{}_{}_VSP", view.entity.view_counter(), view.number)
}

/// The panel with the grid as it stands now.
pub(crate) fn panel(shared: &Shared, session: &mut Session, view: &ListView, asker: &Asker) -> Markup {
    let hidden = hidden_columns(shared, session, view.entity);
    let list = preferences(shared, asker, view.entity);
    let records = lock(&shared.records);
    let rows =
        if view.loaded { selection::rows(&records, view.entity, &list, &view.search) } else { Vec::new() };
    let pages = Pages { index: list.page_index, size: list.page_size, rows: rows.len() }.settled();
    let shown = Grid {
        id: view.grid_id(),
        name: view.grid_name(),
        entity: view.entity,
        locale: asker.locale,
        heads: visible_heads(view.entity, &hidden),
        hidden: &hidden,
        rows,
        pages,
        selected: &view.selected,
    };
    html! {
        div id=(panel_id(view)) class="view" data-selected=(view.selected.len()) { (grid(&shown)) }
    }
}

fn visible_heads(entity: Entity, hidden: &[&str]) -> Vec<&'static Head> {
    entity.heads().iter().filter(|head| !hidden.contains(&head.field)).collect()
}

/// The search box in the tool bar.
fn search_box(text: &str, asker: &Asker) -> Markup {
    let id = "Vertical_SearchAC_Menu_ITCNT0_xaf_a0_Ed";
    let hint = asker.say("Inserire testo di ricerca", "Enter text to search...");
    let press = asker.say("Filtrare i record in base al testo", "Filter records by text");
    html! {
        div id="Vertical_SearchAC" class="search" {
            table id=(id) class="dxeButtonEditSys" { tbody { tr {
                td { input id={ (id) "_I" } name="Vertical$SearchAC$Menu$ITCNT0$xaf_a0$Ed" type="text" value=(text) placeholder=(hint) autocomplete="off"; }
                td id={ (id) "_B0" } class="dxeButton" data-search="clear" title=(asker.say("Cancella", "Clear")) { "×" }
                td id={ (id) "_B1" } class="dxeButton" data-search="go" title=(press) { "⌕" }
            } } }
            script { (PreEscaped(format!("ASPx.searchBox('{id}');"))) }
        }
    }
}

/// What an export of the list as it stands prints.
pub(crate) fn wish(shared: &Shared, session: &mut Session, view: &ListView, asker: &Asker) -> Wish {
    let list = preferences(shared, asker, view.entity);
    Wish {
        entity: view.entity,
        italian: asker.locale == Locale::Italian,
        filter: list.filter,
        grid_filtered: list.grid_filtered,
        search: view.search.clone(),
        hidden: hidden_columns(shared, session, view.entity),
        unloaded: !view.loaded,
        captions: Vec::new(),
    }
}
