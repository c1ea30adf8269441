//! Answers what happens on a list page: paging, searching, filtering, selecting, columns, tool bar, export.

use std::sync::Arc;

use super::{
    Answer, frame,
    list::{self, ListView},
    pager::Pages,
    toolbar,
};
use crate::{
    action::Event,
    columns::Row,
    export,
    faults::Trouble,
    options::FirstExport,
    reply::{Callback, Reply},
    selection,
    session::{Session, View, lock},
    state::{Asker, Shared},
    visit::{Kind, Visit},
    world::Entity,
};

/// What the ERP says instead of exporting transport documents at the first press.
const BANNER: &str = "Requested objects cannot be loaded because some of them no longer exist.";

/// Answers an event on the list page of this number.
pub(crate) async fn answer(
    shared: &Arc<Shared>,
    session: &mut Session,
    number: u64,
    event: &Event,
    visit: &Visit,
    asker: &Asker,
    troubles: &[Trouble],
) -> Answer {
    let Some(View::List(view)) = session.views.get(&number) else {
        return Answer::from(Callback::redirect(visit.path_and_query()));
    };
    let mut view = view.clone();
    let answer = match view.kind_of(event) {
        Kind::Export(entity) => return export(shared, session, &view, entity, asker, troubles).await,
        Kind::Filter => filter(shared, session, &mut view, event, asker),
        Kind::Columns => columns(shared, session, &view, event, asker),
        _ => match event.control.as_str() {
            "Vertical$mainMenu" => menu(shared, session, &mut view, event, asker),
            "Vertical$SearchAC" => search(shared, session, &mut view, visit, asker),
            control if control.starts_with("ACHFCB") => open_form(&view, event),
            _ => in_grid(shared, session, &mut view, event, asker),
        },
    };
    session.views.insert(number, View::List(view));
    answer
}

/// "Esportare in": the whole form is posted and a file comes back.
async fn export(
    shared: &Arc<Shared>,
    session: &mut Session,
    view: &ListView,
    entity: Entity,
    asker: &Asker,
    troubles: &[Trouble],
) -> Answer {
    if view.is_moody(shared, FirstExport::PageWithBanner) || troubles.contains(&Trouble::Banner) {
        let asked = ListView { number: shared.render_number(), export_asked: true, ..view.clone() };
        let page = list::show(shared, session, asked, asker, &[BANNER.to_owned()]);
        return Answer { outcome: Some("banner".to_owned()), ..page };
    }
    let mut wish = list::wish(shared, session, view, asker);
    wish.captions = troubles
        .iter()
        .filter_map(|trouble| match trouble {
            Trouble::Caption { from, to } => Some((from.clone(), to.clone())),
            _ => None,
        })
        .collect();
    let filter = wish.filter;
    let bytes = export::bytes(shared, wish).await;
    let reply =
        Reply::Attachment { file_name: export::file_name(entity, asker.locale), bytes: bytes.to_vec() };
    let subject = format!("{} {filter}", list_name(entity));
    Answer { subject: Some(subject), ..Answer::from(reply) }
}

/// The entity as the control API names it.
fn list_name(entity: Entity) -> &'static str {
    match entity {
        Entity::Customers => "customers",
        Entity::Products => "products",
        Entity::Prices => "prices",
        Entity::Orders => "orders",
        Entity::Ddt => "ddt",
        Entity::Invoices => "invoices",
    }
}

/// A new value of the filter combo; it persists for the person.
fn filter(
    shared: &Arc<Shared>,
    session: &mut Session,
    view: &mut ListView,
    event: &Event,
    asker: &Asker,
) -> Answer {
    let chosen = view
        .entity
        .filters()
        .iter()
        .find(|filter| event.rest.ends_with(filter.value) && exact(&event.rest, filter.value));
    if let Some(filter) = chosen {
        change(shared, asker, view.entity, |list| {
            // Choosing what is chosen already is no change.
            view.loaded |= list.filter != filter.value;
            list.filter = filter.value;
            list.page_index = 0;
        });
    }
    if event.whole_page {
        return Answer::from(Reply::Redirect(format!("/Archibald/{}/", view.entity.view_name())));
    }
    let mut callback = refreshed(shared, session, view, asker);
    let list = list::preferences(shared, asker, view.entity);
    let combo = toolbar::filter_combo(view.entity, list.filter, asker);
    let items = list::tool_items(shared, view, asker);
    callback.updates.push((
        "Vertical_mainMenu_Menu".to_owned(),
        toolbar::menu(&items, combo.as_ref(), asker).into_string(),
    ));
    Answer::from(callback)
}

/// The first press of "Esportare in" on transport documents: a banner instead of a file, and a tool bar that works.
fn banner(shared: &Shared, view: &mut ListView, asker: &Asker) -> Answer {
    view.export_asked = true;
    let list = list::preferences(shared, asker, view.entity);
    let combo = toolbar::filter_combo(view.entity, list.filter, asker);
    let items = list::tool_items(shared, view, asker);
    let callback = Callback::update("Vertical_UPEI", frame::messages(&[BANNER.to_owned()], false))
        .and_update("Vertical_mainMenu_Menu", toolbar::menu(&items, combo.as_ref(), asker));
    Answer { outcome: Some("banner".to_owned()), ..Answer::from(callback) }
}

/// Whether a combo value such as `xaf_xaf_a1All_Customers` is a family member, whatever digit it carries.
fn exact(value: &str, member: &str) -> bool {
    value
        .strip_suffix(member)
        .is_some_and(|prefix| prefix.trim_end_matches(|c: char| c.is_ascii_digit()).ends_with("xaf_a"))
}

fn change(
    shared: &Shared,
    asker: &Asker,
    entity: Entity,
    with: impl FnOnce(&mut crate::preferences::ListPreferences),
) {
    with(lock(&shared.preferences).entry(asker.account.clone()).or_default().list(entity));
}

fn refreshed(shared: &Shared, session: &mut Session, view: &ListView, asker: &Asker) -> Callback {
    Callback::update(list::panel_id(view), list::panel(shared, session, view, asker))
}

/// The column chooser's Apply: the fields to show, separated by `;`.
fn columns(shared: &Shared, session: &mut Session, view: &ListView, event: &Event, asker: &Asker) -> Answer {
    let shown: Vec<&str> = event.rest.split(';').collect();
    let hidden =
        view.entity.heads().iter().map(|head| head.field).filter(|field| !shown.contains(field)).collect();
    session.hidden_columns.insert(view.entity, hidden);
    Answer::from(refreshed(shared, session, view, asker))
}

/// The tool bar's other items.
fn menu(shared: &Shared, session: &mut Session, view: &mut ListView, event: &Event, asker: &Asker) -> Answer {
    let is_export = event.command == view.entity.export_index().to_string();
    if is_export && view.is_moody(shared, FirstExport::Banner) {
        return banner(shared, view, asker);
    }
    let items = toolbar::list_items(view.entity, asker);
    let caption =
        event.command.parse().ok().and_then(|index: usize| items.get(index)).map(|item| item.caption.clone());
    match caption.as_deref() {
        Some("Cancellare" | "Delete") if view.entity == Entity::Orders => delete_orders(shared, view),
        Some("Formatta tutte le impostazioni della vista" | "Reset view settings") => {
            session.hidden_columns.remove(&view.entity);
            change(shared, asker, view.entity, |list| list.page_size = crate::preferences::PAGE_SIZE_DEFAULT);
        }
        _ => {}
    }
    Answer::from(refreshed(shared, session, view, asker))
}

/// Deletes the selected pending orders; sent ones stay.
fn delete_orders(shared: &Shared, view: &mut ListView) {
    let mut records = lock(&shared.records);
    for id in view.selected.drain(..).filter_map(|id| id.parse::<u64>().ok()) {
        if records.orders.get(&id).is_some_and(|order| !order.stage.is_sent()) {
            records.orders.remove(&id);
        }
    }
    records.touch(Entity::Orders);
}

fn search(
    shared: &Shared,
    session: &mut Session,
    view: &mut ListView,
    visit: &Visit,
    asker: &Asker,
) -> Answer {
    visit.field("Vertical$SearchAC$Menu$ITCNT0$xaf_a0$Ed").unwrap_or_default().clone_into(&mut view.search);
    change(shared, asker, view.entity, |list| list.page_index = 0);
    Answer::from(refreshed(shared, session, view, asker))
}

/// "Nuovo" and "Modifica".
fn open_form(view: &ListView, event: &Event) -> Answer {
    let address = match (view.entity, event.command.split(':').next()) {
        (Entity::Orders, Some("New")) => "/Archibald/SALESTABLE_DetailViewAgent/?NewObject=true".to_owned(),
        (Entity::Orders, Some("Edit")) => {
            order_address(view.selected.first().map_or("0", String::as_str), "Edit")
        }
        (Entity::Customers, Some("Edit")) => {
            customer_address(view.selected.first().map_or("0", String::as_str))
        }
        _ => format!("/Archibald/{}/", view.entity.view_name()),
    };
    Answer::from(Callback::redirect(address))
}

fn order_address(id: &str, mode: &str) -> String {
    format!("/Archibald/SALESTABLE_DetailViewAgent/{id}/?mode={mode}")
}

fn customer_address(id: &str) -> String {
    format!("/Archibald/CUSTTABLE_DetailView/{id}/?mode=View")
}

/// What the grid itself asks for.
fn in_grid(
    shared: &Shared,
    session: &mut Session,
    view: &mut ListView,
    event: &Event,
    asker: &Asker,
) -> Answer {
    let entity = view.entity;
    match event.command.as_str() {
        "PAGERONCLICK" => turn_page(shared, view, &event.rest, asker),
        "PAGESIZE" => {
            let size = event.rest.parse().ok().filter(|size| (1..=200).contains(size));
            change(shared, asker, entity, |list| {
                list.page_size = size.unwrap_or(list.page_size);
                list.page_index = 0;
            });
        }
        "CLEARFILTER" => change(shared, asker, entity, |list| list.grid_filtered = false),
        "SELECT" => toggle(&mut view.selected, event.rest.clone()),
        "ROWVALUES" | "PAGEROWVALUES" => return row_values(shared, view, event, asker),
        "SHOWOBJECT" | "EDITOBJECT" => {
            let mode = if event.command == "EDITOBJECT" { "Edit" } else { "View" };
            return match entity {
                Entity::Orders => Answer::from(Callback::redirect(order_address(&event.rest, mode))),
                Entity::Customers => Answer::from(Callback::redirect(customer_address(&event.rest))),
                Entity::Products | Entity::Prices | Entity::Ddt | Entity::Invoices => {
                    Answer::from(refreshed(shared, session, view, asker))
                }
            };
        }
        _ => {}
    }
    Answer::from(refreshed(shared, session, view, asker))
}

fn toggle(selected: &mut Vec<String>, key: String) {
    match selected.iter().position(|chosen| *chosen == key) {
        Some(place) => {
            selected.remove(place);
        }
        None => selected.push(key),
    }
}

/// `PN<k>`, `PBP`, `PBN`; the page persists for the person.
fn turn_page(shared: &Shared, view: &ListView, to: &str, asker: &Asker) {
    let count = {
        let list = list::preferences(shared, asker, view.entity);
        let records = lock(&shared.records);
        selection::rows(&records, view.entity, &list, &view.search).len().div_ceil(list.page_size).max(1)
    };
    change(shared, asker, view.entity, |list| {
        let wanted = match to {
            "PBP" => list.page_index.saturating_sub(1),
            "PBN" => list.page_index + 1,
            _ => to.strip_prefix("PN").and_then(|index| index.parse().ok()).unwrap_or(list.page_index),
        };
        list.page_index = wanted.min(count - 1);
    });
}

/// `GetRowValues`: row index, then fields separated by `;`. `GetPageRowValues`: the same fields of each row shown.
fn row_values(shared: &Shared, view: &ListView, event: &Event, asker: &Asker) -> Answer {
    let list = list::preferences(shared, asker, view.entity);
    let records = lock(&shared.records);
    let rows = selection::rows(&records, view.entity, &list, &view.search);
    let rows = if view.loaded { rows } else { Vec::new() };
    let value = if event.command == "PAGEROWVALUES" {
        let pages = Pages { index: list.page_index, size: list.page_size, rows: rows.len() }.settled();
        pages.range().map(|index| values_of(rows[index], &event.rest, asker)).collect()
    } else {
        let (index, fields) = event.rest.split_once('|').unwrap_or((&event.rest, ""));
        let row = index.parse::<usize>().ok().and_then(|index| rows.get(index).copied());
        row.map_or(serde_json::Value::Null, |row| values_of(row, fields, asker))
    };
    Answer::from(Callback { value: Some(value), ..Callback::default() })
}

/// The fields of one row: a bare value when it is only one.
fn values_of(row: &dyn Row, fields: &str, asker: &Asker) -> serde_json::Value {
    let mut values: Vec<_> = fields.split(';').map(|field| value_of(row, field, asker)).collect();
    if values.len() == 1 { values.remove(0) } else { values.into() }
}

/// A text; a moment as its parts, of which the page makes a date.
fn value_of(row: &dyn Row, field: &str, asker: &Asker) -> serde_json::Value {
    match row.modified_at().filter(|_| field == "MODIFIEDDATETIME") {
        Some(at) => serde_json::json!({ "date": [
            at.year(), u8::from(at.month()) - 1, at.day(), at.hour(), at.minute(), at.second(),
        ] }),
        None => row.cell(field, asker.locale).into(),
    }
}
