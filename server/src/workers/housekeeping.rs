//! Does the regular chores; above all, asks again for placements that wait but have no task.
//!
//! A task may end while its placement does not: the ERP was down for longer than a task is retried, the process was killed
//! between a commit and a question. So nobody relies on having asked: the rows are looked at regularly, and whatever
//! is unfinished gets a task. Asking for what has one already only joins it, and hastens nothing.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use domain::DurationMs;
use store::Store;

use super::Logins;
use crate::{clock::now, conductor::ConductorHandle, problems::chain, services::everybody};

/// Between two rounds. An order that has waited for the ERP for minutes may wait another.
const ROUND: Duration = Duration::from_mins(1);
/// How long ended sessions are kept, for whoever asks what happened.
const ENDED_SESSIONS_FOR: DurationMs = DurationMs::minutes(30 * 24 * 60);

/// Does the regular chores, at once and then every minute.
pub async fn housekeeping(store: Store, conductor: ConductorHandle, logins: Arc<Logins>) {
    let mut ticks = tokio::time::interval(ROUND);
    loop {
        ticks.tick().await;
        logins.close_idle().await;
        if let Err(error) = round(&store, &conductor).await {
            tracing::error!(error = %format!("{error:#}"), "the regular chores failed");
        }
    }
}

async fn round(store: &Store, conductor: &ConductorHandle) -> anyhow::Result<()> {
    agree_on_logins(store, conductor).await?;
    ask_for_the_unfinished(store, conductor).await?;
    store.accounts().forget_ended_sessions(now().minus(ENDED_SESSIONS_FOR)).await?;
    Ok(())
}

/// The scheduler's logins are those with a password: one may have been removed, or a backup restored, behind its back.
async fn agree_on_logins(store: &Store, conductor: &ConductorHandle) -> anyhow::Result<()> {
    let usable: BTreeSet<_> = store.accounts().agents_with_credentials().await?.into_iter().collect();
    let known: BTreeSet<_> =
        conductor.status(&everybody()).await.logins.into_iter().map(|login| login.login).collect();
    for gone in known.difference(&usable) {
        conductor.remove_login(gone).await?;
    }
    for new in usable.difference(&known) {
        conductor.add_login(new).await?;
    }
    Ok(())
}

async fn ask_for_the_unfinished(store: &Store, conductor: &ConductorHandle) -> anyhow::Result<()> {
    let agents = store.accounts().agents_with_credentials().await?;
    for placement in store.unfinished_placements(&agents).await? {
        if let Err(error) = conductor.ask_placement(&placement.agent, placement.draft, false).await {
            tracing::error!(draft = %placement.draft, error = %chain(&error), "a placement was not asked for");
        }
    }
    Ok(())
}
