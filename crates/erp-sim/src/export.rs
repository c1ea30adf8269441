//! Makes the PDF of a list: all its rows, its visible columns, its language (facts/erp.md §3.1).
//!
//! Bytes are kept while the records, the selection and the columns are unchanged, because the real export of unchanged
//! data has the same bytes too.

use std::{
    collections::{HashMap, VecDeque},
    sync::{Arc, Mutex},
};

use domain::Locale;

use crate::{
    columns::{Head, totals},
    options::Layout,
    pdf::{Column, TableDocument, write_table},
    preferences::ListPreferences,
    selection,
    session::lock,
    state::Shared,
    world::{Entity, Records},
};

/// How many different exports are kept: a few lists in a few filters.
const KEPT_MAX: usize = 12;

/// What distinguishes one export from another.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) struct Wish {
    pub(crate) entity: Entity,
    pub(crate) italian: bool,
    pub(crate) filter: &'static str,
    pub(crate) grid_filtered: bool,
    pub(crate) search: String,
    pub(crate) hidden: Vec<&'static str>,
    /// The list has not been loaded yet, so nothing but captions and empty totals is printed.
    pub(crate) unloaded: bool,
    /// Captions that read differently for a while.
    pub(crate) captions: Vec<(String, String)>,
}

/// The exports made lately.
#[derive(Debug, Default)]
pub(crate) struct ExportCache {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    bytes: HashMap<(Wish, u64), Arc<Vec<u8>>>,
    order: VecDeque<(Wish, u64)>,
}

/// A table as it will be printed, and which state of the records it shows.
pub(crate) struct Printed {
    pub(crate) table: TableDocument,
    pub(crate) revision: u64,
}

/// The bytes of an export.
pub(crate) async fn bytes(shared: &Arc<Shared>, wish: Wish) -> Arc<Vec<u8>> {
    let shared = Arc::clone(shared);
    let made = tokio::task::spawn_blocking(move || make(&shared, wish)).await;
    made.expect("writing a table does not fail")
}

fn make(shared: &Shared, wish: Wish) -> Arc<Vec<u8>> {
    let printed = print(shared, &wish);
    let key = (wish, printed.revision);
    // Held while writing: two exports of the same list are written once.
    let mut kept = lock(&shared.exports.kept);
    if let Some(bytes) = kept.bytes.get(&key) {
        return Arc::clone(bytes);
    }
    let bytes = Arc::new(write_table(&printed.table));
    if kept.order.len() >= KEPT_MAX
        && let Some(oldest) = kept.order.pop_front()
    {
        kept.bytes.remove(&oldest);
    }
    kept.order.push_back(key.clone());
    kept.bytes.insert(key, Arc::clone(&bytes));
    bytes
}

/// The table an export prints.
pub(crate) fn print(shared: &Shared, wish: &Wish) -> Printed {
    let records = lock(&shared.records);
    let table = table(&records, wish, shared.options.layout);
    Printed { table, revision: records.revision(wish.entity) }
}

impl Records {
    /// The table that a whole export prints, without asking for it over HTTP: the truth that readers of the file are
    /// compared with. `all_columns` also shows those that are hidden in a new session.
    pub fn print(&self, entity: Entity, locale: Locale, layout: Layout, all_columns: bool) -> TableDocument {
        let hidden = if all_columns { Vec::new() } else { entity.hidden_at_first(layout) };
        table(self, &Wish::whole(entity, locale, hidden), layout)
    }
}

impl Wish {
    /// All rows under no filter.
    pub(crate) fn whole(entity: Entity, locale: Locale, hidden: Vec<&'static str>) -> Self {
        Self {
            entity,
            italian: locale == Locale::Italian,
            filter: "",
            grid_filtered: false,
            search: String::new(),
            hidden,
            unloaded: false,
            captions: Vec::new(),
        }
    }
}

fn table(records: &Records, wish: &Wish, layout: Layout) -> TableDocument {
    let locale = if wish.italian { Locale::Italian } else { Locale::English };
    let list = ListPreferences {
        filter: wish.filter,
        grid_filtered: wish.grid_filtered,
        page_size: usize::MAX,
        page_index: 0,
    };
    let rows =
        if wish.unloaded { Vec::new() } else { selection::rows(records, wish.entity, &list, &wish.search) };
    let heads: Vec<&Head> =
        wish.entity.heads().iter().filter(|head| !wish.hidden.contains(&head.field)).collect();
    let cells =
        rows.iter().map(|row| heads.iter().map(|head| row.cell(head.field, locale)).collect()).collect();
    TableDocument {
        columns: heads.iter().map(|head| column(head, locale, layout, wish)).collect(),
        rows: cells,
        totals: Some(totals(&heads, &rows, locale)),
        created: records.changed_at(wish.entity),
    }
}

fn column(head: &Head, locale: Locale, layout: Layout, wish: &Wish) -> Column {
    let caption = head.caption(locale);
    let changed = wish.captions.iter().find(|(from, _)| from == caption).map(|(_, to)| to.clone());
    Column {
        title: changed.unwrap_or_else(|| caption.to_owned()),
        width_pt: wish.entity.width_pt(head, layout),
        align: head.align,
    }
}

/// The name of an entity's export file.
pub(crate) fn file_name(entity: Entity, locale: Locale) -> String {
    let (italian, english) = entity.captions();
    format!("{}.pdf", crate::state::say(locale, italian, english))
}
