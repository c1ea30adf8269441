//! Places an order: types it, saves it once, finds out what became of it, and reads it back (docs/lifecycle.md).
//!
//! The row is looked at first, and what it says decides: before `saving` nothing can be in the ERP and starting again is
//! safe; from `saving` on only a look into the ERP tells. The step into `saving` is on disk before the Save click.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use domain::{
    ArticleId, DraftId, ErrorKind, Placement, PlacementProgress, PlacementState, SeenOrder, Timestamp,
};
use erp::{EnteredOrder, ErpError, ErpSession, FoundOrder, OrderEntry, Sighting, Variant};
use store::{AgentStore, Attention, StoreError, TypingStep};
use tokio_util::sync::CancellationToken;

use super::{
    Workers,
    logins::Lane,
    reconcile::Next,
    typist::{TypedUntil, Typist},
    words::why,
};
use crate::{
    clock::now,
    conductor::{Job, Outcome},
    failpoint,
};

/// How often one run types an order, in a new web session each time, before it gives up on the screens, or on the session
/// that is over; counted apart.
const TRIES_AT_ONCE: u32 = 2;
/// Looks at a list of orders that cannot be read, before a person is asked.
const UNREADABLE_LOOKS_MAX: u32 = 3;
/// Why a run found its placement half done.
const INTERRUPTED: &str = "Il server si è interrotto";
/// Why an order is not typed again.
const FOUND_BEFORE: &str = "Trovato in Archibald prima di riscriverlo";
/// Why an order is typed again.
const ABSENT: &str = "Cercato più volte in Archibald: non c’è";
/// What is granted for a line on top of the limit of a placement; one usually takes a third of it (facts/erp.md §6).
const LINE_TIME: Duration = Duration::from_secs(30);

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

/// What has kept one run from typing an order so far.
#[derive(Default)]
struct Tries {
    /// Screens that were not as expected.
    screens: u32,
    /// Sessions that were over.
    sessions: u32,
}

impl Tries {
    /// Counts a failure, and says whether the order is typed again at once.
    const fn another_at_once(&mut self, error: &ErpError) -> bool {
        let count = match error {
            ErpError::ScreenChanged { .. } => &mut self.screens,
            _ => &mut self.sessions,
        };
        *count += 1;
        *count < TRIES_AT_ONCE
    }
}

/// Why the work on a placement ends here.
pub(super) enum Stop {
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

/// One run's work on one placement.
pub(super) struct Placing<'a> {
    pub(super) workers: &'a Workers,
    pub(super) job: &'a Job,
    pub(super) draft: DraftId,
    pub(super) data: AgentStore,
    began: Timestamp,
}

impl Placing<'_> {
    /// Each turn looks at the row and takes the step that it asks for.
    async fn advance_to_the_end(&self) -> Result<Outcome, Stop> {
        let (mut tries, mut looked) = (Tries::default(), false);
        loop {
            let placement = self.row().await?;
            match &placement.state {
                PlacementState::Queued if !looked && self.data.may_be_there_already(self.draft).await? => {
                    self.look_before_typing(&placement).await?;
                    looked = true;
                }
                PlacementState::Queued => {
                    self.enter(&mut tries).await?;
                    looked = false;
                }
                // A run before this one ended here; nothing was saved.
                from @ (PlacementState::Filling | PlacementState::Armed) => {
                    self.step_because(from, PlacementState::Queued, INTERRUPTED).await?;
                }
                // A run before this one ended here; something may have been saved.
                PlacementState::Saving => self.doubt(INTERRUPTED).await?,
                PlacementState::Unknown => {
                    self.reconcile(&placement).await?;
                    looked = true;
                }
                PlacementState::Placed { number } if placement.differences.is_empty() => {
                    self.read_back(&placement, number).await?;
                }
                PlacementState::Placed { .. }
                | PlacementState::Verified { .. }
                | PlacementState::Rejected { .. }
                | PlacementState::NeedsAttention { .. }
                | PlacementState::Withdrawn => return Ok(self.done(&placement)),
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

    pub(super) async fn step(&self, from: &PlacementState, to: PlacementState) -> Result<(), Stop> {
        self.go(from, to, None).await
    }

    /// A step that its state does not explain.
    async fn step_because(&self, from: &PlacementState, to: PlacementState, why: &str) -> Result<(), Stop> {
        self.go(from, to, Some(why)).await
    }

    async fn go(&self, from: &PlacementState, to: PlacementState, why: Option<&str>) -> Result<(), Stop> {
        failpoint::step(from.as_str(), to.as_str(), "before");
        self.data.advance(&self.job.token, self.draft, from, &to, why, now()).await?;
        failpoint::step(from.as_str(), to.as_str(), "after");
        tracing::info!(draft = %self.draft, from = from.as_str(), to = to.as_str(), why, "a placement went on");
        self.workers.tell(self.job, self.draft).await;
        Ok(())
    }

    /// For whoever reads the placement's log; nothing depends on it.
    pub(super) async fn note_in_log(&self, what: &str, words: &str) {
        if let Err(error) = self.data.note_in_log(&self.job.token, self.draft, what, words, now()).await {
            tracing::warn!(draft = %self.draft, what, %error, "the log lacks an entry");
        }
    }

    /// Progress is for the eye only; the next line tells again.
    pub(super) async fn tell_progress(&self, progress: PlacementProgress) {
        self.job.pulse.progress(progress.lines_done, Some(progress.lines_total));
        if let Err(error) = self.data.set_progress(&self.job.token, self.draft, progress).await {
            tracing::warn!(draft = %self.draft, %error, "progress was not written down");
        }
        self.workers.tell(self.job, self.draft).await;
    }

    pub(super) async fn note_steps(&self, steps: &[TypingStep]) -> Result<(), StoreError> {
        self.data.note_steps(&self.job.token, self.draft, steps).await
    }

    pub(super) async fn session(&self, fresh: bool) -> Result<ErpSession, Stop> {
        let (logins, login) = (&self.workers.logins, &self.job.login);
        let taken = if fresh {
            logins.take_fresh(login, Lane::Interactive).await
        } else {
            logins.take(login, Lane::Interactive).await
        };
        taken.map_err(|error| Stop::Outcome(Workers::no_login(self.job, &error)))
    }

    /// Waits for the ERP; the conductor hears meanwhile that this job lives. A placement is never asked to yield.
    pub(super) async fn watched<T>(&self, waiting: impl Future<Output = T> + Send) -> T {
        tokio::pin!(waiting);
        loop {
            if let Ok(value) = self.job.pulse.or_yield(&mut waiting).await {
                return value;
            }
        }
    }

    pub(super) fn put_back(&self, session: ErpSession) {
        self.workers.logins.put_back(&self.job.login, Lane::Interactive, session);
    }

    /// `queued → … → placed`, or to where the attempt ended.
    async fn enter(&self, tries: &mut Tries) -> Result<(), Stop> {
        // A session that was over is closed already; what a look has begun since is as good as new.
        let mut session = self.session(tries.screens > 0).await?;
        match self.step(&PlacementState::Queued, PlacementState::Filling).await {
            // The agent took it back at this very moment.
            Err(Stop::Store(StoreError::Conflict { .. })) => {
                self.put_back(session);
                return Ok(());
            }
            stepped => stepped?,
        }
        // A moment ago it may have been taken back and sent otherwise; from this step on it stays as it is.
        let placement = &self.row().await?;
        let variants = self.variants(placement).await?;
        let lines = u32::try_from(placement.order.lines.len()).unwrap_or(u32::MAX);
        let usual = self.data.usual_typing(lines).await?;
        self.data.set_usual(&self.job.token, self.draft, usual).await?;
        self.workers.tell(self.job, self.draft).await;
        let entry = OrderEntry { draft: &placement.order, marker: &placement.marker, variants: &variants };
        let mut typist = Typist::new(self);
        let cancel = CancellationToken::new();
        let logins = session.logins();
        let entering = session.enter_order(&entry, &mut typist, &cancel);
        let limit = self.workers.limits.placing + LINE_TIME * lines;
        let entered = self.watched(tokio::time::timeout(limit, entering)).await.unwrap_or_else(|_| {
            Err(ErpError::Unreachable {
                what: format!("the order was not in the ERP after {} s", limit.as_secs()),
            })
        });
        let (fault, typed_until) = typist.end().await;
        let signed_in = session.logins() - logins;
        self.job.pulse.spent(signed_in, 1);
        match entered {
            Ok(order) => {
                self.put_back(session);
                self.placed(order).await
            }
            Err(error) => {
                if is_at_rest(&error, &typed_until) {
                    self.put_back(session);
                } else {
                    // Whatever the page is doing must be over before anybody looks or types again.
                    session.close().await;
                }
                if let Some(fault) = fault {
                    return Err(fault.into());
                }
                // Not a session that has expired, but one that was ended as soon as it began.
                let ended_at_once = error == ErpError::LoggedOut && (signed_in > 0 || tries.sessions > 0);
                self.not_entered(placement, &error, ended_at_once, &typed_until, tries).await
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
    async fn not_entered(
        &self,
        placement: &Placement,
        error: &ErpError,
        ended_at_once: bool,
        typed_until: &TypedUntil,
        tries: &mut Tries,
    ) -> Result<(), Stop> {
        let state = self.row().await?.state;
        if let ErpError::Rejected { reason } = error {
            return self.reject(placement, &state, reason, typed_until).await;
        }
        let outcome = match self.workers.erp_failed(self.job, error) {
            // Only a pause helps, and each attempt costs a sign-in.
            Outcome::Failed { message, .. } if ended_at_once => {
                Outcome::Failed { kind: ErrorKind::Unreachable, message }
            }
            outcome => outcome,
        };
        let why = why(error);
        match &state {
            PlacementState::Saving => self.doubt(&why).await,
            PlacementState::Filling | PlacementState::Armed => {
                let typed = self.data.typing_attempts(self.draft).await?;
                let enough = typed >= self.workers.limits.typing_tries_max;
                match error {
                    ErpError::ScreenChanged { .. } | ErpError::LoggedOut
                        if !ended_at_once && !enough && tries.another_at_once(error) =>
                    {
                        self.step_because(&state, PlacementState::Queued, &why).await
                    }
                    ErpError::ScreenChanged { .. } => {
                        let reason = format!("{why}; nulla è stato salvato");
                        self.reject(placement, &state, &reason, typed_until).await
                    }
                    _ if enough => {
                        let reason = format!("Tentativi non riusciti: {typed}. {why}; nulla è stato salvato");
                        self.reject(placement, &state, &reason, typed_until).await
                    }
                    ErpError::LoggedOut
                    | ErpError::Unreachable { .. }
                    | ErpError::WrongPassword { .. }
                    | ErpError::Rejected { .. }
                    | ErpError::BadExport { .. }
                    | ErpError::BrowserLost { .. }
                    | ErpError::Cancelled => {
                        self.step_because(&state, PlacementState::Queued, &why).await?;
                        Err(Stop::Outcome(outcome))
                    }
                }
            }
            PlacementState::Queued
            | PlacementState::Unknown
            | PlacementState::Placed { .. }
            | PlacementState::Verified { .. }
            | PlacementState::Rejected { .. }
            | PlacementState::NeedsAttention { .. }
            | PlacementState::Withdrawn => Err(Stop::Outcome(outcome)),
        }
    }

    /// Back to the agent, with the line that the words concern, if they concern one. Nothing was saved.
    async fn reject(
        &self,
        placement: &Placement,
        state: &PlacementState,
        reason: &str,
        typed_until: &TypedUntil,
    ) -> Result<(), Stop> {
        let line = typed_until.refused_line(&placement.order, reason);
        failpoint::step(state.as_str(), "rejected", "before");
        self.data.reject(&self.job.token, self.draft, state, reason, line, now()).await?;
        failpoint::step(state.as_str(), "rejected", "after");
        tracing::info!(draft = %self.draft, from = state.as_str(), reason, "an order goes back to its agent");
        self.workers.tell(self.job, self.draft).await;
        Ok(())
    }

    /// `saving → unknown`: from now on only the ERP can tell.
    async fn doubt(&self, why: &str) -> Result<(), Stop> {
        self.workers.looks.begin(self.draft, Instant::now());
        let why = format!("Salvataggio senza conferma: {why}");
        self.step_because(&PlacementState::Saving, PlacementState::Unknown, &why).await
    }

    /// Searches the ERP once for an order that may have been saved in an earlier life, before it is typed again.
    async fn look_before_typing(&self, placement: &Placement) -> Result<(), Stop> {
        let found = self.find_marker(placement).await?;
        if found.is_empty() {
            return Ok(());
        }
        self.step_because(&PlacementState::Queued, PlacementState::Unknown, FOUND_BEFORE).await?;
        self.judge(placement, &found).await
    }

    /// Looks for the marker when a look is due.
    async fn reconcile(&self, placement: &Placement) -> Result<(), Stop> {
        if let Next::Wait(after) = self.workers.looks.next(self.draft, Instant::now()) {
            return Err(Stop::Outcome(Outcome::Later { after }));
        }
        failpoint::at("look before");
        let found = self.find_marker(placement).await?;
        failpoint::at("look after");
        if found.is_empty() { self.saw_nothing(placement).await } else { self.judge(placement, &found).await }
    }

    async fn find_marker(&self, placement: &Placement) -> Result<Vec<FoundOrder>, Stop> {
        let mut session = self.session(false).await?;
        let (cancel, logins) = (CancellationToken::new(), session.logins());
        let found = self.watched(session.find_by_marker(&placement.marker, &cancel)).await;
        let found = self.looked(session, logins, found).await?;
        let words = match found.as_slice() {
            [] => "non c’è".to_owned(),
            found => found.iter().map(shown_number).collect::<Vec<_>>().join(", "),
        };
        self.note_in_log("look", &words).await;
        Ok(found)
    }

    /// `unknown → placed` when there is one, else a person must decide.
    async fn judge(&self, placement: &Placement, found: &[FoundOrder]) -> Result<(), Stop> {
        if let [one] = found {
            self.workers.looks.end(self.draft);
            let number = shown_number(one);
            return self.step(&PlacementState::Unknown, PlacementState::Placed { number }).await;
        }
        let mut session = self.session(false).await?;
        let (cancel, logins) = (CancellationToken::new(), session.logins());
        let sighted = self.watched(session.sight_marker(&placement.marker, &cancel)).await;
        let sighting = self.looked(session, logins, sighted).await?;
        self.workers.looks.end(self.draft);
        let reason = format!("In Archibald ci sono più ordini con il riferimento {}.", placement.marker);
        tracing::error!(draft = %self.draft, marker = %placement.marker, "one marker, several orders");
        self.ask_a_person(&PlacementState::Unknown, self.sighted(reason, &sighting)).await
    }

    /// Nothing carries the marker. After enough looks that proves the order absent, unless one like it is there.
    async fn saw_nothing(&self, placement: &Placement) -> Result<(), Stop> {
        match self.workers.looks.saw_nothing(self.draft, Instant::now()) {
            Next::Absent => self.absent(placement).await,
            Next::Look => Ok(()),
            Next::Wait(after) => Err(Stop::Outcome(Outcome::Later { after })),
        }
    }

    async fn absent(&self, placement: &Placement) -> Result<(), Stop> {
        let mut session = self.session(false).await?;
        let (cancel, logins) = (CancellationToken::new(), session.logins());
        let sighted = self.watched(session.sight_twins(&placement.order, &cancel)).await;
        let sighting = self.looked(session, logins, sighted).await?;
        self.workers.looks.end(self.draft);
        let typed = self.data.typing_attempts(self.draft).await?;
        if sighting.orders.is_empty() && typed < self.workers.limits.typing_tries_max {
            return self.step_because(&PlacementState::Unknown, PlacementState::Queued, ABSENT).await;
        }
        if sighting.orders.is_empty() {
            let last = placement.note.as_deref().unwrap_or_default();
            let reason = format!("Tentativi non riusciti: {typed}. {last}. In Archibald l’ordine non c’è.");
            return self.ask_a_person(&PlacementState::Unknown, self.sighted(reason, &sighting)).await;
        }
        let reason = format!(
            "In Archibald non c’è un ordine con il riferimento {}, ma ce n’è uno uguale senza riferimento.",
            placement.marker
        );
        self.ask_a_person(&PlacementState::Unknown, self.sighted(reason, &sighting)).await
    }

    /// What a person is shown of a look.
    fn sighted(&self, reason: String, sighting: &Sighting) -> Attention {
        let screenshot = self.workers.screenshots.keep("placement", &sighting.picture, now());
        Attention { reason, seen: sighting.orders.iter().map(seen).collect(), screenshot }
    }

    /// `unknown | placed → needs-attention`.
    pub(super) async fn ask_a_person(&self, from: &PlacementState, attention: Attention) -> Result<(), Stop> {
        failpoint::step(from.as_str(), "needs-attention", "before");
        self.data.need_attention(&self.job.token, self.draft, from, &attention, now()).await?;
        failpoint::step(from.as_str(), "needs-attention", "after");
        tracing::warn!(draft = %self.draft, reason = attention.reason, "a person must decide");
        self.workers.tell(self.job, self.draft).await;
        Ok(())
    }

    /// Keeps the session of a look that went well. A list that cannot be read is shown to a person after some attempts,
    /// because each costs the ERP a sign-in; otherwise this is the end of the job.
    async fn looked<T>(
        &self,
        session: ErpSession,
        logins_before: u32,
        looked: Result<T, ErpError>,
    ) -> Result<T, Stop> {
        self.job.pulse.spent(session.logins() - logins_before, 1);
        let error = match looked {
            Ok(found) => {
                self.put_back(session);
                return Ok(found);
            }
            Err(error) => error,
        };
        session.close().await;
        let outcome = self.workers.erp_failed(self.job, &error);
        if let ErpError::ScreenChanged { snapshot, .. } = &error
            && self.workers.looks.could_not_look(self.draft, Instant::now()) >= UNREADABLE_LOOKS_MAX
        {
            self.workers.looks.end(self.draft);
            let placement = self.row().await?;
            if placement.state == PlacementState::Queued {
                self.step_because(&placement.state, PlacementState::Unknown, &why(&error)).await?;
            }
            let reason = format!("{}: se l’ordine c’è, si vede solo a mano.", why(&error));
            let sighting = Sighting { orders: Vec::new(), picture: (**snapshot).clone() };
            self.ask_a_person(&PlacementState::Unknown, self.sighted(reason, &sighting)).await?;
            return Err(Stop::Outcome(self.done(&placement)));
        }
        Err(Stop::Outcome(outcome))
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

/// Whether the ERP has answered, nothing is under way, and nothing was saved: then the next order needs no sign-in.
fn is_at_rest(error: &ErpError, typed_until: &TypedUntil) -> bool {
    match error {
        ErpError::Rejected { .. } => true,
        ErpError::ScreenChanged { .. } => !typed_until.may_have_saved(),
        _ => false,
    }
}

fn shown_number(order: &FoundOrder) -> String {
    order.number.clone().unwrap_or_else(|| order.id.to_string())
}

fn seen(order: &FoundOrder) -> SeenOrder {
    SeenOrder {
        id: order.id.to_string(),
        number: order.number.clone(),
        customer_name: order.customer_name.clone(),
        reference: order.reference.clone(),
        total: order.total,
        created: order.created.clone(),
    }
}
