//! Does what a signed-in agent asks for, bound to that agent's verified session.

use std::{path::Path, sync::Arc};

use app::{
    answers::{Decision, ListQuery, OrderQuery, SaveDraftAnswer},
    error::{ApiError, ErrorCode},
    service::AgentService,
};
use async_trait::async_trait;
use domain::{
    AgentId, ArticleId, AskAnswer, Beat, CatalogChange, Concern, Customer, CustomerSummary, Draft, DraftId,
    DraftVersion, ErpId, ErrorKind, FormSessionId, Marker, Me, OrderList, OrderState, OrderWithDocuments,
    PageOf, Placement, PlacementLogEntry, Price, PriceReport, Product, ProductSummary, ScheduleRow,
    SmartSyncAnswer, SyncStatus, SyncType, Timestamp, WaitReason,
};
use futures::Stream;
use sha2::{Digest, Sha256};
use store::{
    AgentStore, DeleteOutcome, Resolution, SaveOutcome, SessionProof, Store, StoreError, SubmitOutcome,
    Synced,
};

use crate::{
    auth::sessions::Sessions,
    clock::{now, today},
    conductor::{BeatOutcome, ConductorHandle, Notice, StreamGuard, Told},
    failpoint,
    look_ups::LookUps,
    problems::{from_conductor, from_store},
    review,
};

/// Rows of a list when the request does not say how many; as many as a phone shows in a few swipes.
const LIST_ROWS: u32 = 50;
/// Markers of a draft that are tried before giving up. Two of 2^40 are hardly ever equal, three times in a row never.
const MARKERS_MAX: u32 = 3;

/// Makes the services of whoever has signed in.
#[derive(Clone)]
pub struct Services {
    store: Store,
    conductor: ConductorHandle,
    sessions: Arc<Sessions>,
    look_ups: Arc<LookUps>,
}

impl Services {
    /// Services over these parts.
    pub fn new(
        store: Store,
        conductor: ConductorHandle,
        sessions: Arc<Sessions>,
        look_ups: Arc<LookUps>,
    ) -> Self {
        Self { store, conductor, sessions, look_ups }
    }

    /// A customer of this agent's was changed in the ERP by somebody else: the list is read, and open forms hear of it.
    /// `None` for an event that was heard before.
    pub async fn customer_modified(
        &self,
        agent: &AgentId,
        event: &str,
        now: Timestamp,
    ) -> Result<Option<AskAnswer>, ApiError> {
        let control = self.store.control();
        if !control.hear_of(event, now).await.map_err(from_store)? {
            return Ok(None);
        }
        let asked = self.conductor.refresh_customers(agent).await;
        if asked.is_err() {
            // Whoever is told of a failure may say it again.
            control.forget_hearing_of(event).await.map_err(from_store)?;
        }
        asked.map(Some).map_err(from_conductor)
    }

    /// The services of one signed-in agent.
    pub async fn agent(&self, proof: SessionProof) -> Result<Agent, ApiError> {
        let data = self.store.agent(&proof).await.map_err(from_store)?;
        Ok(Agent { proof, data, all: self.clone() })
    }
}

/// How a list stands: when it was last read or looked at, how that failed since, and why it waits.
#[derive(Default)]
struct Standing {
    fresh_as_of: Option<Timestamp>,
    failed: Option<ErrorKind>,
    waiting_because: Option<WaitReason>,
}

/// One signed-in agent.
pub struct Agent {
    proof: SessionProof,
    data: AgentStore,
    all: Services,
}

impl Agent {
    /// One article variant with all that is known of it.
    pub async fn product(&self, id: ArticleId) -> Result<Product, ApiError> {
        let found = self.all.store.catalog().product(&id).await.map_err(from_store)?;
        found.ok_or_else(|| not_found("article", &id))
    }

    /// The price list; `search` is an article's id, if given.
    pub async fn prices(&self, query: ListQuery) -> Result<PageOf<Price>, ApiError> {
        let article = Some(query.search.trim()).filter(|text| !text.is_empty()).map(str::parse::<ArticleId>);
        let article =
            article.transpose().map_err(|error| ApiError::new(ErrorCode::BadRequest, error.to_string()))?;
        let catalog = self.all.store.catalog();
        catalog.prices(article.as_ref(), rows(&query), query.cursor.as_deref()).await.map_err(from_store)
    }

    /// Transport documents or invoices that match, newest first.
    pub async fn documents<T: Synced>(&self, query: ListQuery) -> Result<PageOf<T>, ApiError> {
        let found = self.data.documents(&query.search, rows(&query), query.cursor.as_deref());
        found.await.map_err(from_store)
    }

    /// An order with its transport documents and invoices.
    pub async fn order(&self, id: ErpId) -> Result<OrderWithDocuments, ApiError> {
        let found = self.data.order(&id).await.map_err(from_store)?;
        found.ok_or_else(|| not_found("order", &id))
    }

    /// Changes how often a type runs, and nothing else.
    pub async fn set_interval(&self, kind: SyncType, minutes: u32) -> Result<(), ApiError> {
        self.must_be_admin("only an administrator changes the schedule")?;
        self.all.conductor.set_interval(kind, minutes).await.map_err(from_conductor)
    }

    /// Binds an order form to a connection; dropping the answer says that the connection is gone.
    pub async fn bind_stream(&self, session: FormSessionId) -> StreamGuard {
        self.all.conductor.bind_stream(self.id(), session).await
    }

    /// Keeps a login idle for so many minutes.
    pub async fn hold(&self, login: &AgentId, reason: String, minutes: u32) -> Result<(), ApiError> {
        self.must_be_admin("only an administrator holds a login")?;
        self.all.conductor.hold(login, reason, minutes).await.map_err(from_conductor)
    }

    /// Ends a hold early.
    pub async fn end_hold(&self, login: &AgentId) -> Result<(), ApiError> {
        self.must_be_admin("only an administrator ends a hold")?;
        self.all.conductor.end_hold(login).await.map_err(from_conductor)
    }

    /// How a list of this agent's stands.
    async fn standing(&self, kind: SyncType) -> Standing {
        let status = self.all.conductor.status(&self.me()).await;
        let own = status.statuses.into_iter().find(|status| status.kind == kind);
        own.map_or_else(Standing::default, |own| Standing {
            fresh_as_of: own.last_success,
            failed: own.last_error.map(|failure| failure.kind),
            waiting_because: own.waiting_because,
        })
    }

    fn must_be_admin(&self, else_say: &str) -> Result<(), ApiError> {
        if self.proof.is_admin() { Ok(()) } else { Err(ApiError::new(ErrorCode::NotAllowed, else_say)) }
    }

    /// A page of the agent's is connected again; whatever is too old is asked for.
    pub async fn reconnected(&self) {
        if let Err(error) = self.all.conductor.reconnected(self.id()).await {
            tracing::error!(%error, "old data was not asked for");
        }
    }

    /// The events after `after`, or from now on.
    pub fn events(&self, after: Option<u64>) -> impl Stream<Item = Told> + Send + use<> {
        self.all.conductor.events(&self.me(), after)
    }

    /// Whether the session still lives; a database that does not answer is no reason to end it.
    pub async fn session_is_live(&self) -> bool {
        self.all.sessions.is_live(self.proof.session()).await.unwrap_or(true)
    }

    /// Asks for articles and prices if they were never read whole: nothing can be ordered before, so they are
    /// worth more than the quiet of an open form. Returns whether they are missing.
    async fn fetch_catalogue_if_missing(&self) -> Result<bool, ApiError> {
        let catalog = self.all.store.catalog();
        if catalog.last_pass(SyncType::Products).await.map_err(from_store)?.is_some() {
            return Ok(false);
        }
        for kind in [SyncType::Products, SyncType::Prices] {
            self.all.conductor.look_up(self.id(), kind).await.map_err(from_conductor)?;
        }
        Ok(true)
    }

    /// What the agent should know before this draft is sent.
    pub async fn review(&self, draft: &Draft) -> Result<Vec<Concern>, ApiError> {
        let catalog = self.all.store.catalog();
        review::concerns(&self.data, &catalog, draft, now(), today()).await.map_err(from_store)
    }

    /// A person's decision about a placement that needs attention.
    pub async fn resolve(&self, id: DraftId, decision: Decision) -> Result<Placement, ApiError> {
        let resolution = match decision {
            Decision::AlreadyPlaced { number } => {
                Resolution::AlreadyPlaced { number: order_number(&number)? }
            }
            Decision::Repeat => Resolution::Repeat,
        };
        let placement = self.data.resolve(id, resolution, now()).await.map_err(from_store)?;
        self.work_on(&placement).await;
        Ok(placement)
    }

    /// Takes back an order that still waits, or about which its agent must decide: its draft is open again.
    pub async fn withdraw(&self, id: DraftId) -> Result<Draft, ApiError> {
        let draft = self.data.withdraw(id, now()).await.map_err(|error| match error {
            StoreError::Conflict { .. } => conflict("the order is being typed already, or has ended"),
            other => from_store(other),
        })?;
        self.publish(Notice::PlacementChanged(id)).await;
        self.publish(Notice::DraftChanged(id)).await;
        Ok(draft)
    }

    /// Takes an order as the ERP holds it, although it differs from what was sent.
    pub async fn accept(&self, id: DraftId) -> Result<Placement, ApiError> {
        let placement = self.data.accept_differences(id, now()).await.map_err(from_store)?;
        self.publish(Notice::PlacementChanged(id)).await;
        Ok(placement)
    }

    /// Asks at once for work on a placement that waits for its next attempt, or for another look at one that differs.
    pub async fn retry(&self, id: DraftId) -> Result<Placement, ApiError> {
        let mut placement = self.placement(id).await?;
        if placement.state.is_final() {
            return Err(conflict("nothing more happens to this order by itself"));
        }
        if placement.waits_for_agent() {
            placement = self.data.read_again(id, now()).await.map_err(from_store)?;
        }
        self.work_on(&placement).await;
        Ok(placement)
    }

    /// What happened to a placement, step by step.
    pub async fn placement_log(&self, id: DraftId) -> Result<Vec<PlacementLogEntry>, ApiError> {
        self.placement(id).await?;
        self.data.placement_log(id).await.map_err(from_store)
    }

    /// The picture a person needs to decide about a placement; its name comes from the agent's own row.
    pub async fn screenshot(&self, id: DraftId, folder: &Path) -> Result<Vec<u8>, ApiError> {
        let name =
            self.placement(id).await?.screenshot.ok_or_else(|| not_found("picture of placement", &id))?;
        tokio::fs::read(folder.join(name)).await.map_err(|_| not_found("picture of placement", &id))
    }

    /// The row is what counts: should asking fail, the next sweep asks again.
    async fn work_on(&self, placement: &Placement) {
        let id = placement.draft_id;
        failpoint::at("ask before");
        if !placement.state.is_final()
            && let Err(error) = self.all.conductor.ask_placement(self.id(), id, true).await
        {
            tracing::error!(draft = %id, %error, "a placement waits for the next sweep");
        }
        failpoint::at("ask after");
        self.publish(Notice::PlacementChanged(id)).await;
    }

    fn id(&self) -> &AgentId {
        self.proof.agent()
    }

    async fn publish(&self, notice: Notice) {
        if let Err(error) = self.all.conductor.publish(self.id(), notice).await {
            tracing::error!(%error, "other devices do not hear of a change");
        }
    }

    /// Submits under the draft's marker.
    async fn submit(&self, id: DraftId, based_on: DraftVersion) -> Result<SubmitOutcome, ApiError> {
        failpoint::at("submit before");
        for place in 0..MARKERS_MAX {
            let marker = marker_of(id, place);
            match self.data.submit(id, based_on, &marker, now()).await {
                Err(StoreError::MarkerTaken { .. }) => {}
                ended => return ended.map_err(from_store),
            }
        }
        Err(ApiError::new(ErrorCode::Internal, "no free marker was found"))
    }
}

#[async_trait]
impl AgentService for Agent {
    fn me(&self) -> Me {
        Me { agent: self.id().clone(), admin: self.proof.is_admin() }
    }

    async fn smart_sync(&self, session: FormSessionId) -> Result<SmartSyncAnswer, ApiError> {
        self.all.conductor.smart_sync(self.id(), session).await.map_err(from_conductor)
    }

    async fn expect_form(&self) -> Result<(), ApiError> {
        self.all.conductor.expect_form(self.id()).await.map_err(from_conductor)
    }

    async fn beat(&self, beat: Beat) -> Result<(), ApiError> {
        match self.all.conductor.beat(self.id(), beat).await.map_err(from_conductor)? {
            BeatOutcome::Live => Ok(()),
            BeatOutcome::Ended => Err(ApiError::new(ErrorCode::LeaseEnded, "this order form has been ended")),
        }
    }

    async fn release(&self, session: FormSessionId) -> Result<(), ApiError> {
        self.all.conductor.release(self.id(), session).await.map_err(from_conductor)
    }

    async fn customers(&self, query: ListQuery) -> Result<PageOf<CustomerSummary>, ApiError> {
        let found = self.data.search_customers(&query.search, rows(&query), query.cursor.as_deref());
        found.await.map_err(from_store)
    }

    async fn look_up_customers(&self, text: String) -> Result<PageOf<CustomerSummary>, ApiError> {
        let ids = self.all.look_ups.ask(&self.all.conductor, self.id(), &text).await?;
        let mut items = Vec::new();
        for id in ids.iter().take(LIST_ROWS as usize) {
            items.extend(self.data.customer(id).await.map_err(from_store)?.map(CustomerSummary::from));
        }
        let total = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        Ok(PageOf { items, total, next: None, coming: false })
    }

    async fn customer(&self, id: ErpId) -> Result<Customer, ApiError> {
        self.data.customer(&id).await.map_err(from_store)?.ok_or_else(|| not_found("customer", &id))
    }

    async fn products(&self, query: ListQuery) -> Result<PageOf<ProductSummary>, ApiError> {
        let catalog = self.all.store.catalog();
        let found = catalog.search_products(&query.search, rows(&query), query.cursor.as_deref(), today());
        let mut page = found.await.map_err(from_store)?;
        page.coming = page.total == 0 && self.fetch_catalogue_if_missing().await?;
        Ok(page)
    }

    async fn drafts(&self) -> Result<Vec<Draft>, ApiError> {
        self.data.drafts().await.map_err(from_store)
    }

    async fn draft(&self, id: DraftId) -> Result<Draft, ApiError> {
        self.data.draft(id).await.map_err(from_store)?.ok_or_else(|| not_found("draft", &id))
    }

    async fn save_draft(&self, draft: Draft) -> Result<SaveDraftAnswer, ApiError> {
        draft.check().map_err(|fault| ApiError::new(ErrorCode::BadRequest, fault.to_string()))?;
        Ok(match self.data.save_draft(&draft).await.map_err(from_store)? {
            SaveOutcome::Saved(version) => {
                self.publish(Notice::DraftChanged(draft.id)).await;
                SaveDraftAnswer::Saved(version)
            }
            SaveOutcome::Stale(current) => SaveDraftAnswer::Stale(Box::new(current)),
            SaveOutcome::Deleted => SaveDraftAnswer::Deleted,
            SaveOutcome::Submitted => SaveDraftAnswer::Submitted,
        })
    }

    async fn delete_draft(&self, id: DraftId, based_on: DraftVersion) -> Result<(), ApiError> {
        match self.data.delete_draft(id, based_on).await.map_err(from_store)? {
            DeleteOutcome::Deleted => {
                self.publish(Notice::DraftChanged(id)).await;
                Ok(())
            }
            DeleteOutcome::Stale(_) => Err(conflict("another device saved the draft since")),
            DeleteOutcome::Submitted => Err(conflict("the draft was submitted")),
        }
    }

    async fn place(&self, id: DraftId, based_on: DraftVersion) -> Result<Placement, ApiError> {
        let placement = match self.submit(id, based_on).await? {
            SubmitOutcome::Accepted(placement) => placement,
            SubmitOutcome::Stale(_) => return Err(conflict("another device saved the draft since")),
            SubmitOutcome::Deleted | SubmitOutcome::Unknown => return Err(not_found("draft", &id)),
            SubmitOutcome::Incomplete => {
                return Err(ApiError::new(ErrorCode::BadRequest, "the draft has no customer or no lines"));
            }
        };
        self.work_on(&placement).await;
        Ok(placement)
    }

    async fn placements(&self) -> Result<Vec<Placement>, ApiError> {
        self.data.placements().await.map_err(from_store)
    }

    async fn placement(&self, id: DraftId) -> Result<Placement, ApiError> {
        self.data.placement(id).await.map_err(from_store)?.ok_or_else(|| not_found("placement", &id))
    }

    async fn edit_rejected(&self, id: DraftId) -> Result<Draft, ApiError> {
        let draft = self.data.edit_rejected(id).await.map_err(from_store)?;
        self.publish(Notice::DraftChanged(id)).await;
        Ok(draft)
    }

    async fn orders(&self, query: OrderQuery) -> Result<OrderList, ApiError> {
        let (list, state) = (query.list, query.state);
        let found = self.data.orders(&list.search, state, rows(&list), list.cursor.as_deref());
        let mut listed = found.await.map_err(from_store)?;
        let known = self.data.last_pass(SyncType::Orders).await.map_err(from_store)?.is_some();
        let mut standing = self.standing(SyncType::Orders).await;
        listed.coming = !known;
        if !known && standing.failed.is_none() {
            // Nobody has read them yet, and somebody waits; a reading that runs already is joined. What has failed is
            // tried again by the schedule, or by whoever presses the button.
            let asked = self.all.conductor.look_up(self.id(), SyncType::Orders).await;
            standing.waiting_because = asked.map_err(from_conductor)?.waiting_because;
        }
        let sent = match (state, &list.cursor) {
            (None | Some(OrderState::Pending), None) => {
                self.data.sent_orders(&list.search).await.map_err(from_store)?
            }
            _ => Vec::new(),
        };
        let Standing { fresh_as_of, failed, waiting_because } = standing;
        Ok(OrderList { listed, sent, fresh_as_of, failed, waiting_because })
    }

    async fn price_report(&self) -> Result<PriceReport, ApiError> {
        let prices_as_of = self.standing(SyncType::Prices).await.fresh_as_of;
        let report = self.all.store.catalog().price_report(today()).await.map_err(from_store)?;
        Ok(PriceReport { prices_as_of, ..report })
    }

    async fn catalog_changes(&self, query: ListQuery) -> Result<PageOf<CatalogChange>, ApiError> {
        let catalog = self.all.store.catalog();
        catalog.changes(&query.search, rows(&query), query.cursor.as_deref()).await.map_err(from_store)
    }

    async fn sync_status(&self) -> Result<SyncStatus, ApiError> {
        Ok(self.all.conductor.status(&self.me()).await)
    }

    async fn schedule(&self) -> Result<Vec<ScheduleRow>, ApiError> {
        Ok(self.all.conductor.schedule().await)
    }

    async fn ask_sync(&self, kind: SyncType) -> Result<AskAnswer, ApiError> {
        self.all.conductor.ask(self.id(), kind).await.map_err(from_conductor)
    }
}

/// A viewer who sees every agent's state.
pub(crate) fn everybody() -> Me {
    Me { agent: "server".parse().expect("it is a valid name"), admin: true }
}

/// A marker of a draft, the first unless another draft of the agent has that one. It follows from the draft's id,
/// whose bits are random: should the data be restored from a copy that does not know of the sending, the second
/// sending carries the first one's marker, and finds its order.
fn marker_of(id: DraftId, place: u32) -> Marker {
    let digest = Sha256::new().chain_update(id.0.as_bytes()).chain_update(place.to_be_bytes()).finalize();
    Marker::from_bits(digest.iter().take(8).fold(0, |bits, byte| bits << 8 | u64::from(*byte)))
}

/// `51.847` and `51847` are one id; a number is kept as it is typed.
fn order_number(typed: &str) -> Result<String, ApiError> {
    let typed = typed.trim();
    let sound = (1..=ORDER_NUMBER_CHARS_MAX).contains(&typed.chars().count())
        && typed.chars().any(|letter| letter.is_ascii_digit())
        && typed.chars().all(|letter| letter.is_ascii_alphanumeric() || "./-".contains(letter));
    if !sound {
        return Err(ApiError::new(
            ErrorCode::BadRequest,
            "the number of an order is like 51847 or ORD/26000123",
        ));
    }
    Ok(typed.parse::<ErpId>().map_or_else(|_| typed.to_uppercase(), |id| id.to_string()))
}

/// The longest number of an order; real ones have twelve characters.
const ORDER_NUMBER_CHARS_MAX: usize = 30;

fn rows(query: &ListQuery) -> u32 {
    query.limit.unwrap_or(LIST_ROWS)
}

fn not_found(what: &str, id: &dyn std::fmt::Display) -> ApiError {
    ApiError::new(ErrorCode::NotFound, format!("there is no {what} {id}"))
}

fn conflict(why: &str) -> ApiError {
    ApiError::new(ErrorCode::Conflict, why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_has_one_marker_for_ever() {
        let id: DraftId = "0191e7a0-0000-7000-8000-000000000002".parse().unwrap();
        let other: DraftId = "0191e7a0-0000-7000-8000-000000000003".parse().unwrap();
        assert_eq!(marker_of(id, 0), marker_of(id, 0));
        assert_ne!(marker_of(id, 0), marker_of(id, 1));
        assert_ne!(marker_of(id, 0), marker_of(other, 0));
    }

    #[test]
    fn a_number_is_taken_as_people_type_it() {
        assert_eq!(order_number(" 51.847 ").unwrap(), "51847");
        assert_eq!(order_number("ord/26000123").unwrap(), "ORD/26000123");
        for wrong in ["", "ciao", "1; DROP TABLE", &"9".repeat(40)] {
            assert!(order_number(wrong).is_err(), "{wrong}");
        }
    }
}
