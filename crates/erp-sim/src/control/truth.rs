//! Says which cells an export prints, so that readers can be compared with the truth.

use std::sync::Arc;

use axum::{
    Json,
    extract::{Path, Query, State},
};
use domain::Locale;
use serde::Deserialize;
use serde_json::{Value, json};

use super::Refusal;
use crate::{
    export::{self, Wish},
    state::Shared,
    world::Entity,
};

/// Which export.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// `it` or `en`.
    #[serde(default = "italian")]
    locale: String,
    /// Ending of a filter's value; all records without it.
    filter: Option<String>,
    /// Whether columns hidden at first are shown too.
    #[serde(default)]
    all_columns: bool,
}

fn italian() -> String {
    "it".to_owned()
}

/// `GET /_sim/truth/{customers|products|prices|orders|ddt|invoices}`: titles, rows and totals, cell by cell as they are printed.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Path(entity): Path<Entity>,
    Query(wanted): Query<Wanted>,
) -> Result<Json<Value>, Refusal> {
    let filter = match &wanted.filter {
        None => "",
        Some(text) => {
            let known = entity.filters().iter().find(|filter| filter.value == text);
            known.ok_or_else(|| Refusal::missing("filter", text))?.value
        }
    };
    let hidden = if wanted.all_columns { Vec::new() } else { entity.hidden_at_first(shared.options.layout) };
    let locale = if wanted.locale == "it" { Locale::Italian } else { Locale::English };
    let wish = Wish { filter, ..Wish::whole(entity, locale, hidden) };
    let table = export::print(&shared, &wish).table;
    let columns: Vec<Value> = table
        .columns
        .iter()
        .map(|column| json!({ "title": column.title, "widthPt": column.width_pt }))
        .collect();
    Ok(Json(json!({ "columns": columns, "rows": table.rows, "totals": table.totals })))
}
