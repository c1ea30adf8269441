//! Looks at a list, to tell whether it has to be exported at all.
//!
//! The grid answers when each row that it shows was modified (facts/erp.md §2.11). It does so in one request for the whole
//! page; most lists, however, then seem busy for ever (§2.7), so the page is of no more use and the next piece of work
//! opens the list anew.

use domain::ListLook;
use time::{PrimitiveDateTime, format_description::FormatItem, macros::format_description};

use super::{ExportKind, filter};
use crate::{
    ErpError,
    page::{Step, Turn, Window},
    session::Work,
};

/// How the page's script spells a moment.
const MOMENT: &[FormatItem<'_>] = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");

/// Opens a list with all rows and looks at its first page. A list that does not tell answers `None`: it is to be read
/// whole. A session that ends on the way is renewed once.
pub(crate) async fn look(work: &mut Work<'_>, kind: ExportKind) -> Result<Option<ListLook>, ErpError> {
    loop {
        match attempt(work, kind).await {
            Err(ErpError::LoggedOut) if work.may_log_in() => {}
            ended => return ended,
        }
    }
}

async fn attempt(work: &mut Work<'_>, kind: ExportKind) -> Result<Option<ListLook>, ErpError> {
    let turn = work.turn();
    turn.resize(Window::List).await?;
    work.open("list: open", kind.list().path()).await?;
    let known = work.exported().get(&kind).copied();
    filter::show_all_rows(&turn, kind.list(), known).await?;
    filter::go_to_first_page(&turn).await?;
    let rows = match filter::count(&turn).await? {
        Some(rows) => Some(rows),
        // The invoices' footer adds up amounts and counts nothing (facts/erp.md §3.8).
        None => turn.ask("list: count", "__archibald.pagerCount()").await?,
    };
    let look = newest_change(&turn).await?.map(|newest_change| ListLook { newest_change, rows });
    tracing::debug!(?kind, ?look, "looked at");
    Ok(look)
}

/// The latest moment at which a row of this page was modified.
async fn newest_change(turn: &Turn<'_>) -> Result<Option<PrimitiveDateTime>, ErpError> {
    let name = "list: newest change";
    if !turn.ask::<bool>(name, "__archibald.askForChanges()").await? {
        return Ok(None);
    }
    let step =
        Step { name, expected: "the moments of the rows' changes", limit: turn.limits().newest_change };
    match turn.until::<Vec<String>>(step, "__archibald.changes()").await {
        Ok(moments) => {
            Ok(moments.iter().filter_map(|text| PrimitiveDateTime::parse(text, MOMENT).ok()).max())
        }
        // Reading the list whole needs none of this, and says by itself when the ERP is down.
        Err(error @ (ErpError::Unreachable { .. } | ErpError::ScreenChanged { .. })) => {
            tracing::warn!(%error, "a list does not tell what is new in it");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}
