//! Does the work the conductor grants: reads lists from the ERP into the store, and places orders.
//!
//! A job holds the ERP login for as long as it runs. Everything it writes it writes with its token, so when it was
//! overtaken its writes are refused and it changes nothing.

mod customers;
mod housekeeping;
mod logins;
mod look_up;
mod outcome;
mod placing;
mod read_back;
mod reconcile;
mod screenshots;
mod spool;
mod sync;
mod typist;
mod words;

use std::{path::PathBuf, sync::Arc, time::Duration};

use async_trait::async_trait;
use domain::{DraftId, SyncType};
use erp::export::ChildLimits;
use orchestrator::Work;
use store::Store;

use crate::{
    conductor::{ConductorHandle, Job, Notice, Outcome, TaskRunner},
    config::Config,
    look_ups::LookUps,
    workers::{customers::CustomersApi, reconcile::Looks, screenshots::Screenshots, spool::Spool},
};

pub use housekeeping::housekeeping;
pub use logins::Logins;

/// Runs jobs.
pub struct Workers {
    store: Store,
    logins: Arc<Logins>,
    conductor: ConductorHandle,
    screenshots: Screenshots,
    looks: Looks,
    look_ups: Arc<LookUps>,
    api: Option<CustomersApi>,
    spool: Spool,
    limits: Limits,
}

/// What the workers need of the settings.
struct Limits {
    page_rows: usize,
    placing: Duration,
    typing_tries_max: u32,
    parse: ChildLimits,
    /// This program, which is also the child that reads exports.
    program: PathBuf,
}

impl Workers {
    /// Workers on `store`, in the ERP logins of `logins`; what they change is published through `conductor`, and who
    /// looks for a customer in the ERP waits in `look_ups`.
    ///
    /// # Errors
    /// When this program does not know where its own file is.
    pub fn new(
        store: Store,
        logins: Arc<Logins>,
        conductor: ConductorHandle,
        look_ups: Arc<LookUps>,
        config: &Config,
    ) -> std::io::Result<Self> {
        let parse = ChildLimits {
            address_space_bytes: config.parse_memory_mib_max << 20,
            wall_time: Duration::from_secs(config.parse_seconds_max),
            ..ChildLimits::default()
        };
        let program = std::env::current_exe()?;
        let page_rows = config.page_rows_max.max(1);
        Ok(Self {
            store,
            logins,
            conductor,
            screenshots: Screenshots::new(config.screenshots_folder(), config.screenshots_max),
            looks: Looks::new(&config.reconcile_seconds, Duration::from_secs(config.reconcile_apart_seconds)),
            look_ups,
            api: CustomersApi::of(config),
            spool: Spool::new(config.passes_folder(), page_rows),
            limits: Limits {
                page_rows,
                placing: Duration::from_secs(config.placing_seconds_max),
                typing_tries_max: config.typing_tries_max,
                parse,
                program,
            },
        })
    }

    /// Tells the agent's pages that a placement has changed.
    async fn tell(&self, job: &Job, draft: DraftId) {
        if let Err(error) = self.conductor.publish(&job.login, Notice::PlacementChanged(draft)).await {
            tracing::error!(%error, %draft, "pages do not hear of a placement");
        }
    }
}

#[async_trait]
impl TaskRunner for Workers {
    async fn run(&self, job: Job) -> Outcome {
        match job.work {
            Work::Sync { kind: SyncType::Customers, .. } => customers::run(self, &job).await,
            Work::Sync { kind, .. } => sync::run(self, &job, kind).await,
            Work::Placement { draft } => placing::run(self, &job, draft).await,
        }
    }
}
