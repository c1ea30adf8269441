//! Brings one list up to date: looked at, exported by the ERP, read by a child process, stored page by page.
//!
//! Between two pages the job learns whether to go on. While it waits for the ERP or the child it gives up as soon as it
//! is asked to, and the next run starts over, because a list is exported whole or not at all. Once pages are being stored
//! the export is kept, and the next run goes on at its cursor.

use std::{
    path::Path,
    sync::atomic::{AtomicI64, Ordering::Relaxed},
};

use domain::{
    Class, Customer, Ddt, DurationMs, Export, Invoice, ListLook, Order, Price, Product, SyncType, Timestamp,
};
use erp::{
    ErpError, ErpSession, ExportFile, ExportKind, ExportProgress, ListView,
    export::{Exported, child::parse_in_child},
};
use orchestrator::{Cursor, Verdict};
use store::{Pass, Synced};
use tokio_util::sync::CancellationToken;

use super::{Workers, logins::Lane};
use crate::{
    clock::now,
    conductor::{Job, Outcome},
    http::metrics::{self, Phase},
};

/// An export with less than this part (70 %, as in the store) of the rows that its list counts was narrowed by a filter set
/// meanwhile. It is not all of them, because a list may count rows that say nothing and are left out.
const EXPORTED_PERCENT_MIN: usize = 70;
/// An interrupted pass older than this (10 min) starts over: by then asking the ERP is worth more than the time saved.
const RESUMED_AGE_MAX: DurationMs = DurationMs::minutes(10);

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
    let (Ok(outcome) | Err(outcome)) = read_and_store::<T>(workers, job, kind).await;
    outcome
}

async fn read_and_store<T: Exported + Synced>(
    workers: &Workers,
    job: &Job,
    kind: ExportKind,
) -> Result<Outcome, Outcome> {
    if let Some((export, pass)) = interrupted::<T>(workers, job).await? {
        return store(workers, job, &export, pass).await;
    }
    let look = match look::<T>(workers, job, kind).await? {
        Looked::Unchanged { began } => return Ok(Outcome::Unchanged { began }),
        Looked::Read(look) => look,
    };
    let (export, file, began) = read_whole::<T>(workers, job, kind, look).await?;
    let (scope, kind) = (job.token.scope(), <T as Synced>::KIND);
    workers.spool.keep(scope, kind, began, file.path()).await;
    let pass = workers.store.begin_pass(&job.token, kind, began, look).await;
    let pass = pass.map_err(|error| Workers::store_failed(job, &error))?;
    store(workers, job, &export, pass).await
}

/// What a look at the list came to.
enum Looked {
    /// It is as it was when it was last read whole, which is not too long ago.
    Unchanged { began: Timestamp },
    /// It is to be read.
    Read(Option<ListLook>),
}

/// Looks at the list, for work that nobody waits for; what a person asks for is read however the list looks, and looked at
/// all the same, to be compared with next time.
async fn look<T: Exported + Synced>(
    workers: &Workers,
    job: &Job,
    kind: ExportKind,
) -> Result<Looked, Outcome> {
    let list = <T as Synced>::KIND;
    if job.class != Class::Background || !list.tells_changes() {
        return Ok(Looked::Read(None));
    }
    let began = now();
    let Some(look) = metrics::timed(list, Phase::Erp, look_at(workers, job, kind)).await? else {
        return Ok(Looked::Read(None));
    };
    let last = workers.store.last_pass(&job.token, list).await;
    let last = last.map_err(|error| Workers::store_failed(job, &error))?;
    let recent = last.filter(|last| began.since(last.began_at) < list.read_whole_every());
    let unchanged = recent.and_then(|last| last.look).is_some_and(|seen| look.shows_no_change_since(&seen));
    if job.by_hand || !unchanged {
        return Ok(Looked::Read(Some(look)));
    }
    // The page that was looked at is the one page of this pass; ending now costs less than beginning again.
    match job.pulse.checkpoint(Cursor(0), 0, None).await {
        Verdict::Continue | Verdict::Yield => Ok(Looked::Unchanged { began }),
        Verdict::Lost => Err(Outcome::Yielded),
    }
}

/// Reads the list; for somebody who waits, from the page that the last export left, and once more from a freshly opened
/// one if rows are missing: they were deleted, or a filter was set in another session meanwhile. After a look, its page
/// is as good as a fresh one where it is still of use.
async fn read_whole<T: Exported + Synced>(
    workers: &Workers,
    job: &Job,
    kind: ExportKind,
    look: Option<ListLook>,
) -> Result<(Export<T>, ExportFile, Timestamp), Outcome> {
    match job.class {
        Class::Background | Class::Write => {
            let view = if look.is_some() { ListView::AsLeft } else { ListView::Fresh };
            let counted = look.and_then(|look| look.rows);
            let (export, file, began) = read::<T>(workers, job, kind, view, counted).await?;
            if is_narrowed(&export, &file, counted).is_none() {
                return Ok((export, file, began));
            }
        }
        Class::Interactive => {
            let (export, file, began) = read::<T>(workers, job, kind, ListView::AsLeft, None).await?;
            let last = workers.store.last_pass(&job.token, <T as Synced>::KIND).await;
            let last = last.map_err(|error| Workers::store_failed(job, &error))?;
            let counted = last.map(|last| last.rows);
            if counted.is_none_or(|rows| export.rows.len() >= rows as usize)
                && is_narrowed(&export, &file, None).is_none()
            {
                return Ok((export, file, began));
            }
        }
    }
    let (export, file, began) = read::<T>(workers, job, kind, ListView::Fresh, None).await?;
    match is_narrowed(&export, &file, None) {
        None => Ok((export, file, began)),
        Some(what) => Err(workers.erp_failed(job, &ErpError::BadExport { what })),
    }
}

/// Why this cannot be the whole list, if it cannot: the list counted its rows just before, and a filter that another
/// session set in between has kept most of them out of the file. Such a part must not be taken for the list.
fn is_narrowed<T>(export: &Export<T>, file: &ExportFile, counted: Option<u32>) -> Option<String> {
    let (rows, counted) = (export.rows.len(), file.records().or(counted)? as usize);
    (rows * 100 < counted * EXPORTED_PERCENT_MIN)
        .then(|| format!("it has {rows} of the {counted} rows that its list counts"))
}

/// The rows of one export, its file, and when the ERP was asked for it: what was in the ERP by then is in the rows.
async fn read<T: Exported + Synced>(
    workers: &Workers,
    job: &Job,
    kind: ExportKind,
    view: ListView,
    counted: Option<u32>,
) -> Result<(Export<T>, ExportFile, Timestamp), Outcome> {
    let (file, began) =
        metrics::timed(<T as Synced>::KIND, Phase::Erp, export(workers, job, kind, view, counted)).await?;
    let export = parse::<T>(workers, job, file.path()).await?;
    Ok((export, file, began))
}

/// Lets a child process read the file, unless the job is asked to yield meanwhile.
async fn parse<T: Exported + Synced>(
    workers: &Workers,
    job: &Job,
    file: &Path,
) -> Result<Export<T>, Outcome> {
    let reading = parse_to_the_end::<T>(workers, job, file);
    job.pulse.or_yield(reading).await.unwrap_or(Err(Outcome::Yielded))
}

/// Lets a child process read the file.
pub(super) async fn parse_to_the_end<T: Exported + Synced>(
    workers: &Workers,
    job: &Job,
    file: &Path,
) -> Result<Export<T>, Outcome> {
    let memory = (workers.limits.parse.address_space_bytes >> 20).to_string();
    let words = ["parse-export", "--memory-mib", &memory];
    let reading = parse_in_child::<T>(&workers.limits.program, &words, file, &workers.limits.parse);
    let read = metrics::timed(<T as Synced>::KIND, Phase::Parse, reading).await;
    read.map_err(|bad| workers.erp_failed(job, &ErpError::BadExport { what: bad.to_string() }))
}

/// The pass that an earlier run of this task began to store, with the rest of its rows; `None` to begin anew.
async fn interrupted<T: Exported + Synced>(
    workers: &Workers,
    job: &Job,
) -> Result<Option<(Export<T>, Pass)>, Outcome> {
    if job.cursor == Cursor(0) {
        return Ok(None);
    }
    let (scope, kind) = (job.token.scope(), <T as Synced>::KIND);
    let pass = workers.store.resume_pass(&job.token, kind).await;
    let Some(pass) = pass.map_err(|error| Workers::store_failed(job, &error))? else { return Ok(None) };
    if now().since(pass.began_at()) > RESUMED_AGE_MAX {
        workers.spool.forget(scope, kind).await;
        return Ok(None);
    }
    let Some(file) = workers.spool.find(scope, kind, pass.began_at()).await else { return Ok(None) };
    match parse::<T>(workers, job, &file).await {
        Ok(export) => {
            tracing::info!(%kind, page = pass.next_page(), "an interrupted pass goes on");
            Ok(Some((export, pass)))
        }
        Err(Outcome::Failed { message, .. }) => {
            tracing::warn!(%kind, message, "an interrupted pass starts over: its export cannot be read any more");
            workers.spool.forget(scope, kind).await;
            Ok(None)
        }
        Err(interrupted) => Err(interrupted),
    }
}

async fn look_at(workers: &Workers, job: &Job, kind: ExportKind) -> Result<Option<ListLook>, Outcome> {
    in_session(workers, job, async |session, cancel| {
        let looking = session.look(kind, cancel);
        tokio::pin!(looking);
        unless_asked_to_yield(job, cancel, looking).await
    })
    .await
}

/// Exports, and says when the ERP was asked. `counted` is what the list was seen to count a moment ago, for people.
async fn export(
    workers: &Workers,
    job: &Job,
    kind: ExportKind,
    view: ListView,
    counted: Option<u32>,
) -> Result<(ExportFile, Timestamp), Outcome> {
    let asked_at = AtomicI64::new(now().0);
    let exported = in_session(workers, job, async |session, cancel| {
        let mut tell = |progress: ExportProgress| {
            // The last moment that is certainly before the ERP collects the rows.
            if let ExportProgress::Listed { records } = progress {
                asked_at.store(now().0, Relaxed);
                job.pulse.progress(0, records.or(counted));
            }
        };
        let exporting = session.export(kind, view, &mut tell, cancel);
        tokio::pin!(exporting);
        unless_asked_to_yield(job, cancel, exporting).await
    })
    .await?;
    Ok((exported, Timestamp(asked_at.load(Relaxed))))
}

/// Takes a web session, does one piece of work, and keeps the session for the next job unless it is spoilt.
async fn in_session<R>(
    workers: &Workers,
    job: &Job,
    work: impl AsyncFnOnce(&mut ErpSession, &CancellationToken) -> Result<R, ErpError>,
) -> Result<R, Outcome> {
    let lane = Lane::from(job.class);
    let taken = workers.logins.take(&job.login, lane).await;
    let mut session = taken.map_err(|error| Workers::no_login(job, &error))?;
    let logins = session.logins();
    let done = work(&mut session, &CancellationToken::new()).await;
    job.pulse.spent(session.logins() - logins, 1);
    give_back(workers, job, session, &done).await;
    done.map_err(|error| workers.erp_failed(job, &error))
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
async fn unless_asked_to_yield<R>(
    job: &Job,
    cancel: &CancellationToken,
    mut work: impl Future<Output = Result<R, ErpError>> + Unpin + Send,
) -> Result<R, ErpError>
where
    R: Send,
{
    if let Ok(done) = job.pulse.or_yield(&mut work).await {
        return done;
    }
    if job.class == Class::Background {
        cancel.cancel();
    }
    work.await
}

async fn store<T: Exported + Synced>(
    workers: &Workers,
    job: &Job,
    export: &Export<T>,
    pass: Pass,
) -> Result<Outcome, Outcome> {
    let storing = store_pages(workers, job, export, pass);
    let stored = metrics::timed(<T as Synced>::KIND, Phase::Store, storing).await;
    stored.map_err(|error| Workers::store_failed(job, &error))
}

/// Stores the pages that the pass has not stored yet, and ends it.
async fn store_pages<T: Exported + Synced>(
    workers: &Workers,
    job: &Job,
    export: &Export<T>,
    mut pass: Pass,
) -> store::Result<Outcome> {
    let (store, kind, began) = (&workers.store, <T as Synced>::KIND, pass.began_at());
    let total = u32::try_from(export.rows.len()).unwrap_or(u32::MAX);
    let done_before = pass.next_page() as usize;
    let mut pages = export.rows.chunks(workers.limits.page_rows).skip(done_before).peekable();
    // A list without rows is one empty page: it was read, and says that there is nothing.
    let mut next = if done_before == 0 { Some(pages.next().unwrap_or_default()) } else { pages.next() };
    while let Some(rows) = next {
        let page = pass.next_page();
        let stored =
            store.store_page(&job.token, &mut pass, page, rows, &export.missing_columns, now()).await?;
        metrics::stored(kind, &stored);
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
    metrics::deleted(kind, outcome.deleted);
    workers.spool.forget(job.token.scope(), kind).await;
    if outcome.withheld > 0 {
        let (work, withheld) = (job.work, outcome.withheld);
        tracing::warn!(%work, withheld, rows = outcome.rows, "so few of the known rows were seen that none is deleted");
    }
    Ok(Outcome::Done { rows: outcome.rows, new: outcome.new, updated: outcome.updated, began })
}
