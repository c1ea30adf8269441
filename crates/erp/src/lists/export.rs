//! Exports a list as PDF: all rows, one click, one file.

use std::time::Instant;

use domain::SyncType;

use super::{
    List,
    download::{Download, ExportFile, ExportTimings, Received},
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
    Orders,
    Ddt,
    Invoices,
}

impl ExportKind {
    /// The kind for a type of sync; `None` for those without a reader.
    pub const fn of(kind: SyncType) -> Option<Self> {
        match kind {
            SyncType::Customers => Some(Self::Customers),
            SyncType::Products => Some(Self::Products),
            SyncType::Prices => Some(Self::Prices),
            SyncType::Orders => Some(Self::Orders),
            SyncType::Ddt => Some(Self::Ddt),
            SyncType::Invoices => Some(Self::Invoices),
        }
    }

    pub(super) const fn list(self) -> List {
        match self {
            Self::Customers => List::Customers,
            Self::Products => List::Products,
            Self::Prices => List::Prices,
            Self::Orders => List::Orders,
            Self::Ddt => List::Ddt,
            Self::Invoices => List::Invoices,
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
    let received = receive(&turn, progress).await?;
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

/// How often the export item is pressed when a banner comes instead of a file; the second press was seen to help.
const PRESSES_MAX: u32 = 3;

/// Asks for the file and receives it. The first press in a list of transport documents often brings a banner about objects
/// that cannot be loaded, in the page or as a new one; the next brings the file (facts/erp.md §3.1).
pub(super) async fn receive(
    turn: &Turn<'_>,
    progress: &mut (dyn FnMut(ExportProgress) + Send),
) -> Result<Received, ErpError> {
    let mut presses = 0;
    loop {
        let download = Download::prepare(turn).await?;
        press_export(turn).await?;
        presses += 1;
        progress(ExportProgress::Requested);
        match download.receive(progress).await {
            Err(ErpError::BadExport { .. }) if presses < PRESSES_MAX && took_banner(turn).await? => {
                tracing::info!(presses, "a banner came instead of an export");
                filter::await_grid(turn).await?;
            }
            ended => return ended,
        }
    }
}

/// Whether the page shows a banner that was not there before; from now on it was.
async fn took_banner(turn: &Turn<'_>) -> Result<bool, ErpError> {
    turn.ask("list: export", "__archibald.takeExportBanner()").await
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
