//! Knows the parts of the order form that several steps use: lookups, fields, tabs.

use serde::Deserialize;

use crate::{
    ErpError,
    lists::{Table, TableRow},
    page::{Key, Step, Turn},
};

/// One of the form's two lookups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LookupKind {
    Customer,
    Article,
}

impl LookupKind {
    /// The word by which the page's script knows it.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Customer => "'customer'",
            Self::Article => "'article'",
        }
    }

    const fn step(self) -> &'static str {
        match self {
            Self::Customer => "order: customer",
            Self::Article => "order: article",
        }
    }
}

/// One page of an open lookup.
#[derive(Debug, Deserialize)]
pub(super) struct LookupPage {
    pub(super) table: Table,
    index: u32,
    count: u32,
}

/// Waits until the lookup shows the answer to what it was asked.
pub(super) async fn lookup_page(turn: &Turn<'_>, kind: LookupKind) -> Result<LookupPage, ErpError> {
    let limits = turn.limits();
    let step = Step { name: kind.step(), expected: "a lookup with rows, or none", limit: limits.lookup };
    turn.until(step, &format!("__archibald.lookupPage({}, {})", kind.word(), limits.idle_hold.as_millis()))
        .await
}

/// All rows of the lookup with their pages, as far as pages are read.
pub(super) async fn read_lookup(turn: &Turn<'_>, kind: LookupKind) -> Result<(Table, Vec<u32>), ErpError> {
    let first = lookup_page(turn, kind).await?;
    let last = first.count.min(turn.limits().lookup_pages_max);
    let (mut table, mut pages) = (first.table, Vec::new());
    pages.resize(table.rows.len(), first.index);
    for index in first.index + 1..last {
        let next = go_to(turn, kind, index).await?;
        table.rows.extend(next.table.rows);
        pages.resize(table.rows.len(), index);
    }
    Ok((table, pages))
}

/// Chooses a row by clicking its first cell.
pub(super) async fn choose_in_lookup(
    turn: &Turn<'_>,
    kind: LookupKind,
    page: u32,
    row: &TableRow,
) -> Result<(), ErpError> {
    if lookup_page(turn, kind).await?.index != page {
        go_to(turn, kind, page).await?;
    }
    let cell = format!("__archibald.lookupCell({})", serde_json::Value::from(row.id.as_str()));
    let step = Step { name: kind.step(), expected: "the row that was found", limit: turn.limits().popup };
    turn.click(step, &cell).await
}

async fn go_to(turn: &Turn<'_>, kind: LookupKind, index: u32) -> Result<LookupPage, ErpError> {
    let limits = turn.limits();
    let step = Step { name: kind.step(), expected: "another page of the lookup", limit: limits.lookup };
    turn.until::<bool>(step, &format!("__archibald.lookupGoTo({}, {index})", kind.word())).await?;
    let turned = format!(
        "(() => {{ const page = __archibald.lookupPage({}, {}); return page && page.index === {index} && page; }})()",
        kind.word(),
        limits.idle_hold.as_millis()
    );
    turn.until(step, &turned).await
}

/// Has a field of the order, on whatever tab it is, hold a text; `same` compares what the field shows, because the ERP
/// writes numbers and dates its own way. A field that holds it already is left alone.
pub(super) async fn fill(
    turn: &Turn<'_>,
    name: &'static str,
    field: &str,
    text: &str,
    same: impl Fn(&str) -> bool,
) -> Result<(), ErpError> {
    let input = format!("__archibald.editor('{field}')");
    let quoted = serde_json::Value::from(text);
    let step = Step { name, expected: "a field that can be filled in", limit: turn.limits().popup };
    turn.until::<bool>(step, &format!("__archibald.reveal({input})")).await?;
    for _ in 0..turn.limits().field_tries {
        if same(&value(turn, name, field).await?) {
            return Ok(());
        }
        turn.ask::<bool>(name, &format!("__archibald.fill({input}, {quoted})")).await?;
        turn.key(name, Key::Tab).await?;
        turn.idle(name).await?;
    }
    if same(&value(turn, name, field).await?) {
        return Ok(());
    }
    Err(turn.screen_changed(name, format!("a field {field} that keeps {quoted}")).await)
}

/// What a field of the order holds.
pub(super) async fn value(turn: &Turn<'_>, name: &'static str, field: &str) -> Result<String, ErpError> {
    turn.ask(name, &format!("__archibald.editor('{field}').value")).await
}
