//! Workers that do what the scene says.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use domain::AgentId;
use orchestrator::{Cursor, Verdict};
use tokio::sync::{mpsc, oneshot};

use super::{
    super::{Clock, Job, Outcome, TaskRunner},
    clock::ManualClock,
    stage::anna,
};

/// What the scene tells a worker.
pub(super) enum Order {
    Page(oneshot::Sender<Verdict>),
    Progress(u32),
    End(Outcome),
    Panic,
    /// Never answer again, and show no sign of life.
    Freeze,
}

/// What goes on on the stage.
#[derive(Default)]
pub(super) struct Plays {
    pub(super) orders: BTreeMap<String, mpsc::UnboundedSender<Order>>,
    pub(super) picture: Vec<String>,
    pub(super) stubborn: BTreeSet<String>,
    busy_logins: BTreeMap<AgentId, u32>,
    pub(super) busiest_login: u32,
}

/// The scripted runner.
pub(super) struct Script {
    plays: Mutex<Plays>,
    clock: Arc<ManualClock>,
}

/// Marks a login as busy for as long as a worker's future exists, as a browser session would.
struct Busy<'a>(&'a Script, AgentId, String);

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        let mut plays = self.0.plays();
        *plays.busy_logins.entry(self.1.clone()).or_default() -= 1;
        plays.orders.remove(&self.2);
        plays.picture.push(format!("end {}", self.2));
    }
}

impl Script {
    pub(super) fn new(clock: Arc<ManualClock>) -> Self {
        Self { plays: Mutex::default(), clock }
    }

    pub(super) fn plays(&self) -> MutexGuard<'_, Plays> {
        self.plays.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enter(&self, job: &Job, label: &str) -> (Busy<'_>, mpsc::UnboundedReceiver<Order>) {
        let (orders, received) = mpsc::unbounded_channel();
        let mut plays = self.plays();
        plays.orders.insert(label.to_owned(), orders);
        plays.picture.push(format!("start {label}"));
        let busy = plays.busy_logins.entry(job.login.clone()).or_default();
        *busy += 1;
        plays.busiest_login = plays.busiest_login.max(*plays.busy_logins.values().max().unwrap_or(&0));
        (Busy(self, job.login.clone(), label.to_owned()), received)
    }

    /// The next order; `None` when asked to yield first and willing to.
    async fn next(
        &self,
        job: &Job,
        label: &str,
        orders: &mut mpsc::UnboundedReceiver<Order>,
    ) -> Option<Order> {
        if !self.plays().stubborn.contains(label) {
            return job.pulse.or_yield(orders.recv()).await.ok().flatten();
        }
        loop {
            tokio::select! {
                biased;
                order = orders.recv() => return order,
                () = self.clock.sleep(Duration::from_secs(5)) => job.pulse.alive(),
            }
        }
    }
}

#[async_trait]
impl TaskRunner for Script {
    async fn run(&self, job: Job) -> Outcome {
        let label = match &job.work {
            orchestrator::Work::Placement { draft } => format!("placement {}", draft.0.as_u128()),
            orchestrator::Work::Sync { .. } if job.login == anna() => job.work.to_string(),
            orchestrator::Work::Sync { .. } => format!("{} of {}", job.work, job.login),
        };
        let (_busy, mut orders) = self.enter(&job, &label);
        let mut pages = job.cursor.0;
        loop {
            match self.next(&job, &label, &mut orders).await {
                None => return Outcome::Yielded,
                Some(Order::Page(told)) => {
                    pages += 1;
                    let verdict = job.pulse.checkpoint(Cursor(pages), pages, Some(9)).await;
                    let _ = told.send(verdict);
                    match verdict {
                        Verdict::Continue => {}
                        Verdict::Yield | Verdict::Lost => return Outcome::Yielded,
                    }
                }
                Some(Order::Progress(done)) => job.pulse.progress(done, None),
                Some(Order::End(outcome)) => return outcome,
                Some(Order::Panic) => panic!("as the scene wants"),
                Some(Order::Freeze) => std::future::pending().await,
            }
        }
    }
}
