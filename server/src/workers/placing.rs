//! Places an order: types it, saves it once, finds out what became of it, and reads it back (docs/lifecycle.md).
//!
//! The row is looked at first, and what it says decides: before `saving` nothing can be in the ERP and starting again is
//! safe; from `saving` on only a look into the ERP tells. The step into `saving` is on disk before the Save click.

use std::collections::HashMap;

use domain::{ArticleId, DraftId, ErpId, ErrorKind, Placement, PlacementProgress, PlacementState, Timestamp};
use erp::{EnteredOrder, ErpError, ErpSession, OrderEntry, OrderObserver, SavePermission, Variant};
use store::{AgentStore, StoreError};
use tokio_util::sync::CancellationToken;

use super::{Workers, logins::Lane, read_back, reconcile::Next};
use crate::{
    clock::now,
    conductor::{Job, Outcome},
};

/// How often an order is typed again, in a new web session, when a screen was not as expected before anything was saved.
const SCREEN_TRIES: u32 = 2;

/// Works on one placement until it is final, has to wait, or the ERP fails.
pub(super) async fn run(workers: &Workers, job: &Job, draft: DraftId) -> Outcome {
    let data = match workers.store.agent_for_task(&job.token).await {
        Ok(data) => data,
        Err(error) => return Workers::store_failed(job, &error),
    };
    let placing = Placing { workers, job, draft, data, began: now() };
    match placing.advance_to_the_end().await {
        Ok(outcome) | Err(Stop::Outcome(outcome)) => outcome,
        Err(Stop::Store(error)) => Workers::store_failed(job, &error),
    }
}

/// Why the work on a placement ends here.
enum Stop {
    /// The conductor is told this.
    Outcome(Outcome),
    /// The store refused.
    Store(StoreError),
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

struct Placing<'a> {
    workers: &'a Workers,
    job: &'a Job,
    draft: DraftId,
    data: AgentStore,
    began: Timestamp,
}

impl Placing<'_> {
    /// Each turn looks at the row and takes the step that it asks for.
    async fn advance_to_the_end(&self) -> Result<Outcome, Stop> {
        let mut screen_tries = 0;
        loop {
            let placement = self.row().await?;
            match &placement.state {
                PlacementState::Queued => self.enter(&placement, &mut screen_tries).await?,
                // A run before this one ended here; nothing was saved.
                from @ (PlacementState::Filling | PlacementState::Armed) => {
                    self.step(from, PlacementState::Queued).await?;
                }
                // A run before this one ended here; something may have been saved.
                PlacementState::Saving => self.doubt().await?,
                PlacementState::Unknown => self.reconcile(&placement).await?,
                PlacementState::Placed { number } if placement.differences.is_empty() => {
                    self.read_back(&placement, number).await?;
                }
                PlacementState::Placed { .. }
                | PlacementState::Verified { .. }
                | PlacementState::Rejected { .. }
                | PlacementState::NeedsAttention { .. } => return Ok(self.done(&placement)),
            }
        }
    }

    fn done(&self, placement: &Placement) -> Outcome {
        let rows = u32::try_from(placement.order.lines.len()).unwrap_or(u32::MAX);
        Outcome::Done { rows, new: 0, updated: 0, began: self.began }
    }

    async fn row(&self) -> Result<Placement, Stop> {
        let found = self.data.placement(self.draft).await?;
        found.ok_or_else(|| {
            let message = format!("there is no placement {}", self.draft);
            Stop::Outcome(Outcome::Failed { kind: ErrorKind::Internal, message })
        })
    }

    async fn step(&self, from: &PlacementState, to: PlacementState) -> Result<(), Stop> {
        self.data.advance(&self.job.token, self.draft, from, &to, now()).await?;
        tracing::info!(draft = %self.draft, from = from.as_str(), to = to.as_str(), "a placement went on");
        self.workers.tell(self.job, self.draft).await;
        Ok(())
    }

    async fn session(&self, fresh: bool) -> Result<ErpSession, Stop> {
        let (logins, login) = (&self.workers.logins, &self.job.login);
        let taken = if fresh {
            logins.take_fresh(login, Lane::Interactive).await
        } else {
            logins.take(login, Lane::Interactive).await
        };
        taken.map_err(|error| Stop::Outcome(Workers::no_login(self.job, &error)))
    }

    /// Waits for the ERP; the conductor hears meanwhile that this job lives. A placement is never asked to yield.
    async fn watched<T>(&self, waiting: impl Future<Output = T> + Send) -> T {
        tokio::pin!(waiting);
        loop {
            if let Ok(value) = self.job.pulse.or_yield(&mut waiting).await {
                return value;
            }
        }
    }

    fn put_back(&self, session: ErpSession) {
        self.workers.logins.put_back(&self.job.login, Lane::Interactive, session);
    }

    /// `queued → … → placed`, or to where the attempt ended.
    async fn enter(&self, placement: &Placement, screen_tries: &mut u32) -> Result<(), Stop> {
        let variants = self.variants(placement).await?;
        let mut session = self.session(*screen_tries > 0).await?;
        self.step(&PlacementState::Queued, PlacementState::Filling).await?;
        let entry = OrderEntry { draft: &placement.order, marker: &placement.marker, variants: &variants };
        let mut typist = Typist { placing: self, fault: None };
        let cancel = CancellationToken::new();
        let logins = session.logins();
        let entering = session.enter_order(&entry, &mut typist, &cancel);
        let limit = self.workers.limits.placing;
        let entered = self.watched(tokio::time::timeout(limit, entering)).await.unwrap_or_else(|_| {
            Err(ErpError::Unreachable {
                what: format!("the order was not in the ERP after {} s", limit.as_secs()),
            })
        });
        let fault = typist.fault.take();
        self.job.pulse.spent(session.logins() - logins, 1);
        match entered {
            Ok(order) => {
                self.put_back(session);
                self.placed(order).await
            }
            Err(error) => {
                // Whatever the page is doing must be over before anybody looks or types again.
                session.close().await;
                if let Some(fault) = fault {
                    return Err(fault.into());
                }
                self.not_entered(&error, screen_tries).await
            }
        }
    }

    async fn placed(&self, order: EnteredOrder) -> Result<(), Stop> {
        if !order.warnings.is_empty() {
            tracing::warn!(draft = %self.draft, warnings = ?order.warnings, "the ERP warned and saved");
        }
        self.step(&PlacementState::Saving, PlacementState::Placed { number: order.id.to_string() }).await
    }

    /// What an attempt that failed means depends on how far the row says it came.
    async fn not_entered(&self, error: &ErpError, screen_tries: &mut u32) -> Result<(), Stop> {
        let state = self.row().await?.state;
        if let ErpError::Rejected { reason } = error {
            return self.step(&state, PlacementState::Rejected { reason: reason.clone() }).await;
        }
        let outcome = self.workers.erp_failed(self.job, error);
        match &state {
            PlacementState::Saving => self.doubt().await,
            PlacementState::Filling | PlacementState::Armed => match error {
                ErpError::ScreenChanged { screen, expected, .. } => {
                    *screen_tries += 1;
                    if *screen_tries < SCREEN_TRIES {
                        return self.step(&state, PlacementState::Queued).await;
                    }
                    let reason = format!(
                        "Archibald non si presenta come previsto ({screen}: {expected}); nulla è stato salvato"
                    );
                    self.step(&state, PlacementState::Rejected { reason }).await
                }
                ErpError::Unreachable { .. }
                | ErpError::LoggedOut
                | ErpError::WrongPassword { .. }
                | ErpError::Rejected { .. }
                | ErpError::BadExport { .. }
                | ErpError::BrowserLost { .. }
                | ErpError::Cancelled => {
                    self.step(&state, PlacementState::Queued).await?;
                    Err(Stop::Outcome(outcome))
                }
            },
            PlacementState::Queued
            | PlacementState::Unknown
            | PlacementState::Placed { .. }
            | PlacementState::Verified { .. }
            | PlacementState::Rejected { .. }
            | PlacementState::NeedsAttention { .. } => Err(Stop::Outcome(outcome)),
        }
    }

    /// `saving → unknown`: from now on only the ERP can tell.
    async fn doubt(&self) -> Result<(), Stop> {
        self.workers.looks.begin(self.draft, now());
        self.step(&PlacementState::Saving, PlacementState::Unknown).await
    }

    /// Looks for the marker when a look is due.
    async fn reconcile(&self, placement: &Placement) -> Result<(), Stop> {
        if let Next::Wait(after) = self.workers.looks.next(self.draft, now()) {
            return Err(Stop::Outcome(Outcome::Later { after }));
        }
        let mut session = self.session(false).await?;
        let cancel = CancellationToken::new();
        let found = self.watched(session.find_by_marker(&placement.marker, &cancel)).await;
        let found = self.kept(session, found).await?;
        match found.as_slice() {
            [] => self.saw_nothing().await,
            [one] => {
                self.workers.looks.end(self.draft);
                let number = one.number.clone().unwrap_or_else(|| one.id.to_string());
                self.step(&PlacementState::Unknown, PlacementState::Placed { number }).await
            }
            several => {
                self.workers.looks.end(self.draft);
                let ids: Vec<_> = several.iter().map(|order| order.id.as_str()).collect();
                let reason = format!(
                    "In Archibald ci sono più ordini con il riferimento {}: {}",
                    placement.marker,
                    ids.join(", ")
                );
                tracing::error!(draft = %self.draft, marker = %placement.marker, ?ids, "one marker, several orders");
                self.step(&PlacementState::Unknown, PlacementState::NeedsAttention { reason }).await
            }
        }
    }

    async fn saw_nothing(&self) -> Result<(), Stop> {
        match self.workers.looks.saw_nothing(self.draft, now()) {
            Next::Absent => self.step(&PlacementState::Unknown, PlacementState::Queued).await,
            Next::Look => Ok(()),
            Next::Wait(after) => Err(Stop::Outcome(Outcome::Later { after })),
        }
    }

    /// Compares what the ERP holds with what was sent: `placed → verified`, or the differences are noted.
    async fn read_back(&self, placement: &Placement, number: &str) -> Result<(), Stop> {
        let mut session = self.session(false).await?;
        let logins = session.logins();
        let read = self.watched(read(&mut session, placement, number)).await;
        self.job.pulse.spent(session.logins() - logins, 1);
        let order = match read {
            Ok(order) => {
                self.put_back(session);
                order
            }
            Err(error) => {
                session.close().await;
                return self.not_read_back(&error).await;
            }
        };
        let differences = read_back::sentences(&order.differences(&placement.order, &placement.marker));
        if differences.is_empty() {
            let number = order.number.unwrap_or_else(|| order.id.to_string());
            return self.step(&placement.state, PlacementState::Verified { number }).await;
        }
        tracing::warn!(draft = %self.draft, ?differences, "the ERP holds another order than was sent");
        self.note(&differences).await
    }

    /// The order is in the ERP all the same: an ERP that cannot be reached is asked again, anything else is told.
    async fn not_read_back(&self, error: &ErpError) -> Result<(), Stop> {
        let outcome = self.workers.erp_failed(self.job, error);
        match error {
            ErpError::Unreachable { .. }
            | ErpError::LoggedOut
            | ErpError::WrongPassword { .. }
            | ErpError::BrowserLost { .. }
            | ErpError::Cancelled => Err(Stop::Outcome(outcome)),
            ErpError::ScreenChanged { .. } | ErpError::Rejected { .. } | ErpError::BadExport { .. } => {
                self.note(&[
                    "L'ordine è in Archibald, ma non è stato possibile rileggerlo: va controllato".to_owned()
                ])
                .await
            }
        }
    }

    async fn note(&self, differences: &[String]) -> Result<(), Stop> {
        self.data.set_differences(&self.job.token, self.draft, differences).await?;
        self.workers.tell(self.job, self.draft).await;
        Ok(())
    }

    /// Keeps the session of a look that went well; the end of the job otherwise.
    async fn kept<T>(&self, session: ErpSession, looked: Result<T, ErpError>) -> Result<T, Stop> {
        match looked {
            Ok(found) => {
                self.put_back(session);
                Ok(found)
            }
            Err(error) => {
                session.close().await;
                Err(Stop::Outcome(self.workers.erp_failed(self.job, &error)))
            }
        }
    }

    /// What tells the draft's package variants apart in the ERP's article lookup.
    async fn variants(&self, placement: &Placement) -> Result<HashMap<ArticleId, Variant>, Stop> {
        let catalog = self.workers.store.catalog();
        let mut variants = HashMap::new();
        for line in &placement.order.lines {
            if let Some(product) = catalog.product(&line.article).await? {
                variants.insert(line.article.clone(), Variant::from(&product));
            }
        }
        Ok(variants)
    }
}

/// The order as the ERP holds it. A pending one has an id and no number yet; one that was found by its number is found
/// again by its marker.
async fn read(
    session: &mut ErpSession,
    placement: &Placement,
    number: &str,
) -> Result<erp::PlacedOrder, ErpError> {
    let cancel = CancellationToken::new();
    let id = if let Ok(id) = number.parse::<ErpId>() {
        id
    } else {
        let found = session.find_by_marker(&placement.marker, &cancel).await?;
        let lost = || ErpError::Unreachable { what: format!("order {number} in the orders list") };
        found.into_iter().next().ok_or_else(lost)?.id
    };
    session.read_order(&id, &cancel).await
}

/// Writes down how far the typing has come.
struct Typist<'a, 'b> {
    placing: &'a Placing<'b>,
    /// Why a step could not be written down.
    fault: Option<StoreError>,
}

impl Typist<'_, '_> {
    async fn step(&mut self, from: &PlacementState, to: PlacementState) -> bool {
        match self.placing.step(from, to).await {
            Ok(()) => true,
            Err(Stop::Store(fault)) => {
                self.fault = Some(fault);
                false
            }
            Err(Stop::Outcome(_)) => false,
        }
    }
}

impl OrderObserver for Typist<'_, '_> {
    async fn line_done(&mut self, done: u32, total: u32) {
        let Placing { job, draft, data, workers, .. } = self.placing;
        let progress = PlacementProgress { lines_done: done, lines_total: total };
        job.pulse.progress(done, Some(total));
        // Progress is for the eye only; the next line tells again.
        if let Err(error) = data.set_progress(&job.token, *draft, progress).await {
            tracing::warn!(%draft, %error, "progress was not written down");
        }
        workers.tell(job, *draft).await;
    }

    async fn armed(&mut self) {
        self.step(&PlacementState::Filling, PlacementState::Armed).await;
    }

    /// The one moment that matters: what is not on disk now will not have been saved.
    async fn before_save(&mut self) -> SavePermission {
        if self.fault.is_none() && self.step(&PlacementState::Armed, PlacementState::Saving).await {
            SavePermission::Save
        } else {
            SavePermission::Abandon
        }
    }
}
