//! Searches the ERP for the customers somebody waits for, and brings just those in.

use domain::{Customer, ErpId, SyncType};
use erp::{ErpError, ErpSession, ExportFile, ExportKind};
use tokio_util::sync::CancellationToken;

use super::{Workers, logins::Lane, sync};
use crate::{
    clock::now,
    conductor::{Job, Outcome},
    http::metrics,
    look_ups::{Found, Waiting},
};

/// Answers everybody who waits for a customer of this login. The job goes on afterwards unless the ERP failed it, or
/// something more urgent came: whoever has no answer then waits for the next run.
pub(super) async fn serve(workers: &Workers, job: &Job) -> Result<(), Outcome> {
    let mut waiting = workers.look_ups.take(&job.login);
    while let Some(text) = waiting.first().map(|first| first.text.clone()) {
        let found: Found = match search(workers, job, &text).await {
            Ok(ids) => Ok(ids),
            Err(Outcome::Failed { kind, message }) => {
                answer(waiting, &Err(kind));
                return Err(Outcome::Failed { kind, message });
            }
            Err(interrupted) => {
                workers.look_ups.give_back(&job.login, waiting);
                return Err(interrupted);
            }
        };
        answer(waiting.extract_if(.., |asked| asked.text == text), &found);
        if !waiting.is_empty() && job.pulse.is_asked_to_yield() {
            workers.look_ups.give_back(&job.login, waiting);
            return Err(Outcome::Yielded);
        }
    }
    Ok(())
}

/// Whoever has gone meanwhile needs no answer.
fn answer(asked: impl IntoIterator<Item = Waiting>, found: &Found) {
    for asked in asked {
        let _ = asked.reply.send(found.clone());
    }
}

/// The ids of what is found; all of it is stored.
async fn search(workers: &Workers, job: &Job, text: &str) -> Result<Vec<ErpId>, Outcome> {
    let Some(file) = export(workers, job, text).await? else { return Ok(Vec::new()) };
    let export = sync::parse_to_the_end::<Customer>(workers, job, file.path()).await?;
    let rows = &export.rows;
    let stored = workers.store.store_found(&job.token, rows, &export.missing_columns, None, now()).await;
    let (outcome, _) = stored.map_err(|error| Workers::store_failed(job, &error))?;
    metrics::stored(SyncType::Customers, &outcome);
    tracing::info!(login = %job.login, found = rows.len(), new = outcome.new, "customers were looked up");
    Ok(rows.iter().map(|row| row.record.id.clone()).collect())
}

async fn export(workers: &Workers, job: &Job, text: &str) -> Result<Option<ExportFile>, Outcome> {
    let taken = workers.logins.take(&job.login, Lane::from(job.class)).await;
    let mut session = taken.map_err(|error| Workers::no_login(job, &error))?;
    let logins = session.logins();
    let found = search_to_the_end(&mut session, job, text).await;
    job.pulse.spent(session.logins() - logins, 1);
    sync::give_back(workers, job, session, &found).await;
    found.map_err(|error| workers.erp_failed(job, &error))
}

/// Somebody waits and it takes seconds: it is finished although something more urgent may have come.
async fn search_to_the_end(
    session: &mut ErpSession,
    job: &Job,
    text: &str,
) -> Result<Option<ExportFile>, ErpError> {
    let cancel = CancellationToken::new();
    let searching = session.export_found(ExportKind::Customers, text, &cancel);
    tokio::pin!(searching);
    match job.pulse.or_yield(&mut searching).await {
        Ok(found) => found,
        Err(_) => searching.await,
    }
}
