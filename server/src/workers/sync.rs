//! Brings one list up to date: exported by the ERP, read by a child process, stored page by page.
//!
//! Between two pages the job learns whether to go on. While it waits for the ERP or the child it gives up as soon as it
//! is asked to; the next run starts over, because a list is exported whole or not at all.

use std::sync::atomic::{AtomicI64, Ordering::Relaxed};

use domain::{Class, Customer, Ddt, Export, Invoice, Order, Price, Product, SyncType, Timestamp};
use erp::{
    ErpError, ErpSession, ExportFile, ExportKind, ExportProgress, ListView,
    export::{Exported, child::parse_in_child},
};
use orchestrator::{Cursor, Verdict};
use store::Synced;
use tokio_util::sync::CancellationToken;

use super::{Workers, logins::Lane};
use crate::{
    clock::now,
    conductor::{Job, Outcome},
    http::metrics::{self, Phase},
};

/// Reads one list.
pub(super) async fn run(workers: &Workers, job: &Job, kind: SyncType) -> Outcome {
    match kind {
        SyncType::Customers => customers(workers, job).await,
        SyncType::Products => pass::<Product>(workers, job, ExportKind::Products).await,
        SyncType::Prices => pass::<Price>(workers, job, ExportKind::Prices).await,
        SyncType::Orders => pass::<Order>(workers, job, ExportKind::Orders).await,
        SyncType::Ddt => pass::<Ddt>(workers, job, ExportKind::Ddt).await,
        SyncType::Invoices => pass::<Invoice>(workers, job, ExportKind::Invoices).await,
    }
}

/// Reads all customers.
pub(super) async fn customers(workers: &Workers, job: &Job) -> Outcome {
    pass::<Customer>(workers, job, ExportKind::Customers).await
}

async fn pass<T: Exported + Synced>(workers: &Workers, job: &Job, kind: ExportKind) -> Outcome {
    match read_whole::<T>(workers, job, kind).await {
        Ok((export, began)) => {
            match metrics::timed(<T as Synced>::KIND, Phase::Store, store(workers, job, &export, began)).await
            {
                Ok(outcome) => outcome,
                Err(error) => Workers::store_failed(job, &error),
            }
        }
        Err(outcome) => outcome,
    }
}

/// Reads the list; for somebody who waits, from the page that the last export left, and once more from a freshly opened
/// one if rows are missing: they were deleted, or a filter was set in another session meanwhile.
async fn read_whole<T: Exported + Synced>(
    workers: &Workers,
    job: &Job,
    kind: ExportKind,
) -> Result<(Export<T>, Timestamp), Outcome> {
    match job.class {
        Class::Background | Class::Write => read(workers, job, kind, ListView::Fresh).await,
        Class::Interactive => {
            let (export, began) = read::<T>(workers, job, kind, ListView::AsLeft).await?;
            let last = workers.store.last_pass(&job.token, <T as Synced>::KIND).await;
            let last = last.map_err(|error| Workers::store_failed(job, &error))?;
            if last.is_none_or(|last| export.rows.len() >= last.rows as usize) {
                return Ok((export, began));
            }
            read(workers, job, kind, ListView::Fresh).await
        }
    }
}

/// The rows of one export, and when the ERP was asked for it: what was in the ERP by then is in the rows.
async fn read<T: Exported + Synced>(
    workers: &Workers,
    job: &Job,
    kind: ExportKind,
    view: ListView,
) -> Result<(Export<T>, Timestamp), Outcome> {
    let (file, began) =
        metrics::timed(<T as Synced>::KIND, Phase::Erp, export(workers, job, kind, view)).await?;
    Ok((parse(workers, job, &file).await?, began))
}

/// Lets a child process read the file.
pub(super) async fn parse<T: Exported + Synced>(
    workers: &Workers,
    job: &Job,
    file: &ExportFile,
) -> Result<Export<T>, Outcome> {
    let memory = (workers.limits.parse.address_space_bytes >> 20).to_string();
    let words = ["parse-export", "--memory-mib", &memory];
    let reading = parse_in_child::<T>(&workers.limits.program, &words, file.path(), &workers.limits.parse);
    let read = metrics::timed(<T as Synced>::KIND, Phase::Parse, job.pulse.or_yield(reading)).await;
    let read = read.map_err(|_| Outcome::Yielded)?;
    read.map_err(|bad| workers.erp_failed(job, &ErpError::BadExport { what: bad.to_string() }))
}

/// Takes a web session, exports, and keeps the session for the next job unless it is spoilt.
async fn export(
    workers: &Workers,
    job: &Job,
    kind: ExportKind,
    view: ListView,
) -> Result<(ExportFile, Timestamp), Outcome> {
    let lane = Lane::from(job.class);
    let taken = workers.logins.take(&job.login, lane).await;
    let mut session = taken.map_err(|error| Workers::no_login(job, &error))?;
    let logins = session.logins();
    let exported = export_or_yield(&mut session, job, kind, view).await;
    job.pulse.spent(session.logins() - logins, 1);
    give_back(workers, job, session, &exported).await;
    exported.map_err(|error| workers.erp_failed(job, &error))
}

/// Keeps the session for the next job unless the way the work ended says that it is spoilt.
pub(super) async fn give_back<T>(
    workers: &Workers,
    job: &Job,
    session: ErpSession,
    ended: &Result<T, ErpError>,
) {
    let lane = Lane::from(job.class);
    match ended {
        Ok(_) | Err(ErpError::Cancelled | ErpError::Unreachable { .. } | ErpError::BadExport { .. }) => {
            workers.logins.put_back(&job.login, lane, session);
        }
        Err(
            ErpError::LoggedOut
            | ErpError::WrongPassword { .. }
            | ErpError::ScreenChanged { .. }
            | ErpError::Rejected { .. }
            | ErpError::BrowserLost { .. },
        ) => session.close().await,
    }
}

/// Background work gives the ERP up as soon as it is asked to. Interactive work does not: whatever is more urgent uses the
/// same web session, which the ERP keeps busy until the abandoned export is done, so giving up would win nothing and let
/// the other web session's work run beside it.
async fn export_or_yield(
    session: &mut ErpSession,
    job: &Job,
    kind: ExportKind,
    view: ListView,
) -> Result<(ExportFile, Timestamp), ErpError> {
    let cancel = CancellationToken::new();
    let asked_at = AtomicI64::new(now().0);
    let mut tell = |progress: ExportProgress| {
        // The last moment that is certainly before the ERP collects the rows.
        if let ExportProgress::Listed { records } = progress {
            asked_at.store(now().0, Relaxed);
            job.pulse.progress(0, records);
        }
    };
    let exporting = session.export(kind, view, &mut tell, &cancel);
    tokio::pin!(exporting);
    let exported = if let Ok(exported) = job.pulse.or_yield(&mut exporting).await {
        exported
    } else {
        if job.class == Class::Background {
            cancel.cancel();
        }
        exporting.await
    };
    exported.map(|file| (file, Timestamp(asked_at.load(Relaxed))))
}

async fn store<T: Exported + Synced>(
    workers: &Workers,
    job: &Job,
    export: &Export<T>,
    began: Timestamp,
) -> store::Result<Outcome> {
    let store = &workers.store;
    let total = u32::try_from(export.rows.len()).unwrap_or(u32::MAX);
    let mut pass = store.begin_pass(&job.token, <T as Synced>::KIND, began).await?;
    let mut pages = export.rows.chunks(workers.limits.page_rows).peekable();
    // A list without rows is one empty page: it was read, and says that there is nothing.
    let mut next = Some(pages.next().unwrap_or_default());
    while let Some(rows) = next {
        let page = pass.next_page();
        store.store_page(&job.token, &mut pass, page, rows, &export.missing_columns, now()).await?;
        let verdict = job.pulse.checkpoint(Cursor(page + 1), pass.rows(), Some(total)).await;
        next = pages.next();
        match verdict {
            Verdict::Continue => {}
            // After the last page, ending costs less than beginning again.
            Verdict::Yield if next.is_none() => {}
            Verdict::Yield | Verdict::Lost => return Ok(Outcome::Yielded),
        }
    }
    let outcome = store.finish_pass(&job.token, pass, now()).await?;
    if outcome.withheld > 0 {
        let (work, withheld) = (job.work, outcome.withheld);
        tracing::warn!(%work, withheld, rows = outcome.rows, "so few of the known rows were seen that none is deleted");
    }
    Ok(Outcome::Done { rows: outcome.rows, new: outcome.new, updated: outcome.updated, began })
}
