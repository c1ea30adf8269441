//! Exports only what the search box of a list finds, and leaves the list as it was.
//!
//! An export honours the search (facts/erp.md §3.1), so few rows come back, whole and in the form that the reader of
//! exports knows. Search and filter persist in the user's profile, where the agent's own session uses them too: what
//! stood there is put back.

use super::{ExportFile, ExportKind, List, download::ExportTimings, export::receive, filter, search::Table};
use crate::{ErpError, page::Window, session::Work};

/// What a list's tool bar said before we changed it.
struct Before {
    search: String,
    filter: String,
}

/// The export of what `text` finds; `None` when that is nothing. A session that ends on the way is renewed once and the
/// search begun anew.
pub(crate) async fn export_found(
    work: &mut Work<'_>,
    kind: ExportKind,
    text: &str,
) -> Result<Option<ExportFile>, ErpError> {
    loop {
        match attempt(work, kind, text).await {
            Err(ErpError::LoggedOut) if work.may_log_in() => {}
            ended => return ended,
        }
    }
}

async fn attempt(work: &mut Work<'_>, kind: ExportKind, text: &str) -> Result<Option<ExportFile>, ErpError> {
    let (turn, list) = (work.turn(), kind.list());
    let mut before = Before { search: String::new(), filter: String::new() };
    if !filter::shows_all_rows(&turn, list).await? {
        turn.resize(Window::List).await?;
        work.open("list: open", list.path()).await?;
        filter::await_grid(&turn).await?;
        before.search = filter::search_text(&turn).await?;
        before.filter = filter::filter_value(&turn).await?;
        let known = work.exported().get(&kind).copied();
        filter::show_all_rows(&turn, list, known).await?;
    }
    // Should anything fail on the way, nobody takes the narrowed list for the whole one.
    filter::forget_all_rows(&turn).await?;
    let found = search_and_export(work, text).await;
    if let Err(error) = put_back(work, list, &before).await {
        tracing::warn!(%error, "a list was not left as it was found");
    }
    found
}

async fn search_and_export(work: &mut Work<'_>, text: &str) -> Result<Option<ExportFile>, ErpError> {
    let turn = work.turn();
    filter::search_for(&turn, text).await?;
    let shown: Table = turn.ask("list: read", "__archibald.readTable(__archibald.mainTable())").await?;
    if shown.rows.is_empty() {
        return Ok(None);
    }
    let received = receive(&turn, &mut |_| {}).await?;
    let timings =
        ExportTimings { wait: received.first_byte, transfer: received.transfer, ..ExportTimings::default() };
    Ok(Some(received.into_file(None, timings)))
}

/// The search of before, usually none, and the filter of before, usually the one for all rows.
async fn put_back(work: &mut Work<'_>, list: List, before: &Before) -> Result<(), ErpError> {
    let turn = work.turn();
    filter::search_for(&turn, &before.search).await?;
    let narrowed = !before.filter.is_empty() && filter::restore_filter(&turn, &before.filter).await?;
    if narrowed || !before.search.is_empty() { Ok(()) } else { filter::mark_all_rows(&turn, list).await }
}
