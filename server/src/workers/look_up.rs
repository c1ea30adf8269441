//! Searches the ERP for the customers somebody waits for, and brings just those in.

use domain::{Customer, ErpId, ErrorKind};
use erp::{ErpError, ErpSession, ExportFile, ExportKind};
use tokio_util::sync::CancellationToken;

use super::{Workers, logins::Lane, sync};
use crate::{
    clock::now,
    conductor::{Job, Outcome},
    look_ups::Found,
};

/// Answers everybody who waits for a customer of this login. The job goes on afterwards unless the ERP failed it.
pub(super) async fn serve(workers: &Workers, job: &Job) -> Result<(), Outcome> {
    let mut waiting = workers.look_ups.take(&job.login);
    while let Some(first) = waiting.pop() {
        let same: Vec<_> = waiting.extract_if(.., |other| other.text == first.text).collect();
        let ended = search(workers, job, &first.text).await;
        let found: Found = match &ended {
            Ok(ids) => Ok(ids.clone()),
            Err(Outcome::Failed { kind, .. }) => Err(*kind),
            Err(
                Outcome::Yielded | Outcome::Later { .. } | Outcome::Done { .. } | Outcome::Unchanged { .. },
            ) => Err(ErrorKind::Unreachable),
        };
        for asked in [first].into_iter().chain(same) {
            // Whoever has gone meanwhile needs no answer.
            let _ = asked.reply.send(found.clone());
        }
        ended?;
    }
    Ok(())
}

/// The ids of what is found; all of it is stored.
async fn search(workers: &Workers, job: &Job, text: &str) -> Result<Vec<ErpId>, Outcome> {
    let Some(file) = export(workers, job, text).await? else { return Ok(Vec::new()) };
    let export = sync::parse::<Customer>(workers, job, file.path()).await?;
    let rows = &export.rows;
    let stored = workers.store.store_found(&job.token, rows, &export.missing_columns, None, now()).await;
    let (outcome, _) = stored.map_err(|error| Workers::store_failed(job, &error))?;
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
