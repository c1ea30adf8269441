//! Exports a list as PDF: all rows, one click, one file.

use std::time::Instant;

use domain::SyncType;

use super::{
    List,
    download::{Download, ExportFile, ExportTimings},
    filter,
};
use crate::{
    ErpError,
    page::{Step, Turn, Window},
    session::Work,
};

/// A list that can be exported and read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[allow(missing_docs)]
pub enum ExportKind {
    Customers,
    Products,
    Prices,
}

impl ExportKind {
    /// The kind for a type of sync; `None` for those without a reader.
    pub const fn of(kind: SyncType) -> Option<Self> {
        match kind {
            SyncType::Customers => Some(Self::Customers),
            SyncType::Products => Some(Self::Products),
            SyncType::Prices => Some(Self::Prices),
            SyncType::Orders | SyncType::Ddt | SyncType::Invoices => None,
        }
    }

    const fn list(self) -> List {
        match self {
            Self::Customers => List::Customers,
            Self::Products => List::Products,
            Self::Prices => List::Prices,
        }
    }
}

/// Which page of the list an export starts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListView {
    /// One opened now, its filters seen to show all rows.
    Fresh,
    /// The one the last export left, if it still stands; its filters are taken to be as they were. That saves a page load,
    /// but another session of the same account may have narrowed the list since: the caller compares the rows with what
    /// it knows, and asks again with [`ListView::Fresh`] when some are missing.
    AsLeft,
}

/// How far an export is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportProgress {
    /// The list is open and shows all rows.
    Listed {
        /// The grid's own count of records, if its footer has one.
        records: Option<u32>,
    },
    /// The ERP has been asked for the file and works on it.
    Requested,
    /// Bytes arrive.
    Receiving {
        /// Bytes so far.
        bytes: u64,
    },
}

/// Exports a list. A session that ends on the way is renewed once and the export begun anew.
pub(crate) async fn export(
    work: &mut Work<'_>,
    kind: ExportKind,
    mut view: ListView,
    progress: &mut (dyn FnMut(ExportProgress) + Send),
) -> Result<ExportFile, ErpError> {
    loop {
        match attempt(work, kind, view, progress).await {
            Err(ErpError::LoggedOut) if work.may_log_in() => {}
            Err(ErpError::ScreenChanged { .. }) if view == ListView::AsLeft => {}
            ended => return ended,
        }
        view = ListView::Fresh;
    }
}

async fn attempt(
    work: &mut Work<'_>,
    kind: ExportKind,
    view: ListView,
    progress: &mut (dyn FnMut(ExportProgress) + Send),
) -> Result<ExportFile, ErpError> {
    let began = Instant::now();
    let turn = work.turn();
    let as_left = view == ListView::AsLeft && filter::shows_all_rows(&turn, kind.list()).await?;
    let mut opened = began.elapsed();
    let mut records = None;
    if !as_left {
        turn.resize(Window::List).await?;
        work.open("list: open", kind.list().path()).await?;
        opened = began.elapsed();
        let known = work.exported().get(&kind).copied();
        filter::show_all_rows(&turn, kind.list(), known).await?;
        records = filter::count(&turn).await?;
    }
    progress(ExportProgress::Listed { records });
    let prepared = began.elapsed();
    let download = Download::prepare(&turn).await?;
    press_export(&turn).await?;
    progress(ExportProgress::Requested);
    let received = download.receive(progress).await?;
    let timings = ExportTimings {
        open: opened,
        prepare: prepared.saturating_sub(opened),
        wait: received.first_byte,
        transfer: received.transfer,
    };
    if let Some(records) = records {
        work.exported().insert(kind, records);
    }
    tracing::info!(?kind, as_left, bytes = received.file_bytes, ?timings, ?records, "exported");
    Ok(received.into_file(records, timings))
}

/// Presses the export item, which drops into the overflow menu when the tool bar is narrow.
async fn press_export(turn: &Turn<'_>) -> Result<(), ErpError> {
    const ITEM: &str = "__archibald.toolbarItem('Esportare in', 'Export to')";
    let limit = turn.limits().popup;
    let either = format!("!!({ITEM} || __archibald.overflowItem())");
    let there = Step { name: "list: export", expected: "an item \"Esportare in\" in the tool bar", limit };
    turn.until::<bool>(there, &either).await?;
    if turn.ask::<bool>("list: export", &format!("!{ITEM}")).await? {
        turn.press(there, "__archibald.overflowItem()").await?;
    }
    turn.press(there, ITEM).await
}
