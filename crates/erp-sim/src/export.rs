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
    options::CustomersLayout,
    pdf::{Column, TableDocument, write_table},
    preferences::ListPreferences,
    selection,
    session::lock,
    state::Shared,
    world::Entity,
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
    let locale = if wish.italian { Locale::Italian } else { Locale::English };
    let records = lock(&shared.records);
    let list = ListPreferences {
        filter: wish.filter,
        grid_filtered: wish.grid_filtered,
        page_size: usize::MAX,
        page_index: 0,
    };
    let rows = selection::rows(&records, wish.entity, &list, &wish.search);
    let heads: Vec<&Head> =
        wish.entity.heads().iter().filter(|head| !wish.hidden.contains(&head.field)).collect();
    let layout = shared.options.customers_layout;
    let cells =
        rows.iter().map(|row| heads.iter().map(|head| row.cell(head.field, locale)).collect()).collect();
    let table = TableDocument {
        columns: heads.iter().map(|head| column(head, locale, layout, wish)).collect(),
        rows: cells,
        totals: Some(totals(&heads, &rows, locale)),
        created: records.changed_at(wish.entity),
    };
    Printed { table, revision: records.revision(wish.entity) }
}

fn column(head: &Head, locale: Locale, layout: CustomersLayout, wish: &Wish) -> Column {
    let caption = head.caption(locale);
    let changed = wish.captions.iter().find(|(from, _)| from == caption).map(|(_, to)| to.clone());
    let wide = layout == CustomersLayout::Nine && wish.entity == Entity::Customers && head.field == "URL";
    Column {
        title: changed.unwrap_or_else(|| caption.to_owned()),
        width_pt: if wide { crate::columns::NINE_PAGES_URL_WIDTH_PT } else { head.width_pt },
        align: head.align,
    }
}

/// The name of an entity's export file.
pub(crate) fn file_name(entity: Entity, locale: Locale) -> String {
    let (italian, english) = entity.captions();
    format!("{}.pdf", crate::state::say(locale, italian, english))
}
