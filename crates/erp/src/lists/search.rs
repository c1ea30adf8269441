//! Searches a list and reads the rows that are found.

use serde::Deserialize;

use super::{List, filter};
use crate::{
    ErpError, Snapshot,
    page::{Turn, Window},
    session::Work,
};

/// A grid's visible page as text.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct Table {
    /// Captions of the data columns, as shown.
    pub(crate) captions: Vec<String>,
    /// The rows on this page of the grid.
    pub(crate) rows: Vec<TableRow>,
}

/// One row, its cells aligned with the captions.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(crate) struct TableRow {
    /// The row's id in the page.
    pub(crate) id: String,
    /// Its cells as text.
    pub(crate) cells: Vec<String>,
}

impl Table {
    /// The column with one of these captions; case and a closing colon do not count, but the caption must be whole: `ID`
    /// is contained in `ID DI VENDITA`.
    pub(crate) fn column(&self, captions: &[&str]) -> Option<usize> {
        let bare = |caption: &str| caption.trim().trim_end_matches(':').trim().to_lowercase();
        self.captions.iter().position(|shown| captions.iter().any(|caption| bare(caption) == bare(shown)))
    }
}

impl TableRow {
    /// The cell of a column; empty when the column is not shown.
    pub(crate) fn cell(&self, column: Option<usize>) -> &str {
        column.and_then(|column| self.cells.get(column)).map_or("", String::as_str)
    }
}

/// Opens a list with all rows, searches it, and reads the first page of what is found. The search is ended again,
/// because it persists in the user's profile and would narrow the next export.
pub(crate) async fn search(work: &mut Work<'_>, list: List, text: &str) -> Result<Table, ErpError> {
    open_whole(work, list).await?;
    search_here(&work.turn(), text).await
}

/// As [`search`], with a picture of what is found, for a person to look at.
pub(crate) async fn search_with_picture(
    work: &mut Work<'_>,
    list: List,
    text: &str,
) -> Result<(Table, Snapshot), ErpError> {
    open_whole(work, list).await?;
    let turn = work.turn();
    let table = found(&turn, text).await?;
    let picture = turn.snapshot().await;
    end_search(&turn).await;
    Ok((table, picture))
}

/// As [`search`], in the list that is open, under whatever filters it has.
pub(crate) async fn search_here(turn: &Turn<'_>, text: &str) -> Result<Table, ErpError> {
    let table = found(turn, text).await?;
    end_search(turn).await;
    Ok(table)
}

async fn open_whole(work: &mut Work<'_>, list: List) -> Result<(), ErpError> {
    let turn = work.turn();
    turn.resize(Window::List).await?;
    work.open("list: open", list.path()).await?;
    filter::show_all_rows(&work.turn(), list, None).await
}

async fn found(turn: &Turn<'_>, text: &str) -> Result<Table, ErpError> {
    filter::await_grid(turn).await?;
    filter::search_for(turn, text).await?;
    turn.ask("list: read", "__archibald.readTable(__archibald.mainTable())").await
}

async fn end_search(turn: &Turn<'_>) {
    if let Err(error) = filter::search_for(turn, "").await {
        tracing::debug!(%error, "a search was not ended; the next export will");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_found_by_its_whole_caption() {
        let captions = ["ID DI VENDITA", "ID", "RIFERIMENTO CLIENTE:"].map(str::to_owned).to_vec();
        let table = Table { captions, rows: vec![] };
        assert_eq!(table.column(&["ID"]), Some(1));
        assert_eq!(table.column(&["Riferimento cliente"]), Some(2));
        assert_eq!(table.column(&["RIFERIMENTO"]), None);
    }
}
