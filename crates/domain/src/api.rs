//! Shapes the questions and answers of the REST interface; browser and server share them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    AgentId, ArticleId, Cents, Class, Customer, DraftId, DurationMs, ErpId, ErrorKind, FormSessionId,
    Package, Percent, Quantity, QuantityRule, Scope, SyncType, Timestamp, TypeState, VatRate, WaitReason,
};

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Me {
    /// The ERP account.
    pub agent: AgentId,
    /// May change schedules and see every agent's state.
    pub admin: bool,
}

/// What a form's smart sync came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SmartSyncOutcome {
    /// Customers were read from the ERP.
    Synced,
    /// A complete pass had ended less than 60 s before; the ERP was not asked.
    AlreadyFresh,
    /// The ERP could not be read; the data of `fresh_as_of` stands. The lease lives, nothing is paused by it.
    Failed,
    /// The form was left, or its lease ended, before the sync came to an end.
    Left,
}

/// Answer of `POST /api/customers/smart-sync`. Sent when the sync has ended, well or badly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SmartSyncAnswer {
    /// Whether the customers are fresh now.
    pub success: bool,
    /// What happened.
    pub outcome: SmartSyncOutcome,
    /// Rows read.
    pub customers_processed: u32,
    /// Rows that were not known before.
    pub new_customers: u32,
    /// Rows that changed.
    pub updated_customers: u32,
    /// From asking to answering, milliseconds.
    pub duration: DurationMs,
    /// When the last complete pass over the customers began; `None` before the first.
    pub fresh_as_of: Option<Timestamp>,
    /// This agent's live form leases, this one included.
    pub active_sessions: u32,
    /// Why it failed, when it did.
    pub error: Option<ErrorKind>,
    /// One Italian sentence, for logs and API users; the page has its own texts.
    pub message: String,
}

/// Body of `POST /api/customers/smart-sync` and `…/resume-syncs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FormSession {
    /// The form's id.
    pub session_id: FormSessionId,
}

/// Body of `POST /api/customers/session-beat`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Beat {
    /// The form's id.
    pub session_id: FormSessionId,
    /// Whether there was input since the last beat.
    pub active: bool,
}

/// Answer of `POST /api/sync/{type}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AskAnswer {
    /// The task that serves the request.
    pub ticket: u64,
    /// Whether it joined a task that was already queued.
    pub coalesced: bool,
    /// Tasks that go before it in its login, 0 when it starts at once.
    pub position: u32,
    /// Why it is not running yet.
    pub waiting_because: Option<WaitReason>,
}

/// Answer of `GET /api/sync/status` (design: everything in it is recomputed from rows).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncStatus {
    /// Running tasks.
    pub current_sync: Vec<RunningTask>,
    /// Queued tasks in the order they would be claimed.
    pub queue: Vec<QueuedTask>,
    /// All six types, for the asking agent's scope and the shared one.
    pub statuses: Vec<TypeStatus>,
    /// Whether all is well.
    pub health: Health,
    /// Open order forms.
    pub smart_sync: SmartSyncStatus,
    /// ERP logins and what they do.
    pub logins: Vec<LoginStatus>,
    /// When each type is due next; a type without a reader is missing.
    pub next_due: BTreeMap<SyncType, Timestamp>,
    /// The newest event this status includes.
    pub as_of_event: u64,
}

/// A task that has an ERP login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunningTask {
    /// The ticket its requesters got.
    pub ticket: u64,
    /// What it does: a sync type, or `placement`.
    pub work: WorkName,
    /// Whose data.
    pub scope: Scope,
    /// How urgent.
    pub class: Class,
    /// In whose login.
    pub login: AgentId,
    /// Since when.
    pub started_at: Timestamp,
    /// Pages or lines done.
    pub done: u32,
    /// Out of how many, once known.
    pub total: Option<u32>,
    /// Whether it has been asked to yield.
    pub yielding: bool,
}

/// A task that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueuedTask {
    /// The ticket its requesters got.
    pub ticket: u64,
    /// What it will do.
    pub work: WorkName,
    /// Whose data.
    pub scope: Scope,
    /// How urgent.
    pub class: Class,
    /// When it was first asked for.
    pub asked_at: Timestamp,
    /// Not before this moment (a retry's back-off).
    pub run_at: Option<Timestamp>,
    /// Base priority with ageing.
    pub effective_priority: u8,
    /// Why it is not running; `None` for the moment between two ticks in which nothing hinders it.
    pub waiting_because: Option<WaitReason>,
}

/// What a task works on, as shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum WorkName {
    /// An order on its way into the ERP.
    Placement,
    /// One of the six syncs.
    #[serde(untagged)]
    Sync(SyncType),
}

/// The state of one sync type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TypeStatus {
    /// Which.
    #[serde(rename = "type")]
    pub kind: SyncType,
    /// Projection of its tasks and last outcome.
    pub state: TypeState,
    /// False for a type that has no reader yet ("not available yet").
    pub available: bool,
    /// When a pass last completed.
    pub last_success: Option<Timestamp>,
    /// When it last failed and how, if it has failed since.
    pub last_error: Option<SyncFailure>,
    /// Failures since the last success.
    pub failures_in_row: u32,
    /// When it is due next.
    pub next_due: Option<Timestamp>,
    /// How often it runs.
    pub interval: DurationMs,
    /// Why a queued one waits.
    pub waiting_because: Option<WaitReason>,
    /// Rows of the last complete pass.
    pub rows: Option<u32>,
}

/// How a sync failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncFailure {
    /// When.
    pub at: Timestamp,
    /// Sorted by what can be done.
    pub kind: ErrorKind,
    /// One sentence for the operator.
    pub message: String,
}

/// Whether the services are healthy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Health {
    /// Every available type is healthy.
    pub all_healthy: bool,
    /// Per available type.
    pub services: BTreeMap<SyncType, ServiceHealth>,
}

/// One type's health: healthy when its last success is younger than two intervals, its circuit is closed and its last
/// outcome was a success; degraded after three failures in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[allow(missing_docs)]
pub enum ServiceHealth {
    Healthy,
    Stale,
    Degraded,
}

/// Open order forms of the asking agent (of everybody for an admin).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SmartSyncStatus {
    /// Live form leases.
    pub active_sessions: u32,
    /// Whether any of them is pausing.
    pub syncs_paused: bool,
    /// Whether an idle limit is running for any of them.
    pub safety_timeout_active: bool,
    /// The leases themselves.
    pub sessions: Vec<FormLeaseStatus>,
}

/// One live form lease.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FormLeaseStatus {
    /// The form.
    pub session_id: FormSessionId,
    /// Whose.
    pub agent: AgentId,
    /// Since when.
    pub opened_at: Timestamp,
    /// The last beat.
    pub last_beat: Timestamp,
    /// The last beat with input.
    pub last_input: Timestamp,
    /// Whether it pauses its agent's background syncs.
    pub pausing: bool,
}

/// One ERP login.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoginStatus {
    /// Whose credentials.
    pub login: AgentId,
    /// The ticket of the task that has it.
    pub busy_with: Option<u64>,
    /// `closed`, `open` or `half-open`.
    pub circuit: CircuitName,
    /// Until when an open circuit keeps it idle.
    pub open_until: Option<Timestamp>,
    /// The ERP refused its password; its owner must sign in again.
    pub auth_needed: bool,
    /// An operator keeps it idle for a while.
    pub held: Option<LoginHold>,
    /// What it has cost the ERP today.
    pub budget: LoginBudget,
}

/// Why an operator keeps a login idle, and until when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoginHold {
    /// In the operator's words.
    pub reason: String,
    /// Then it ends by itself.
    pub until: Timestamp,
}

/// What a login has cost the ERP since midnight, Italian time. A flood of logins once made an ERP's owner block us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LoginBudget {
    /// Times it signed in.
    pub logins_today: u32,
    /// How often it may; beyond that nothing runs in it until midnight.
    pub logins_per_day_max: u32,
    /// Exports, pages and forms it asked for.
    pub requests_today: u32,
}

/// The state of a login's circuit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum CircuitName {
    Closed,
    Open,
    HalfOpen,
}

/// One event of `GET /api/sync/events`; its number is the SSE id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SyncEvent {
    /// Dense and rising.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Whom it concerns; `Shared` concerns everybody.
    pub scope: Scope,
    /// What happened.
    pub what: EventKind,
    /// The type concerned, if one is.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none", default)]
    pub kind: Option<SyncType>,
    /// The task concerned, if one is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub ticket: Option<u64>,
    /// The form concerned, if one is.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub session_id: Option<FormSessionId>,
    /// The draft whose placement changed, if one did.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub draft_id: Option<DraftId>,
    /// Pages done, for progress.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub done: Option<u32>,
    /// Pages in all, for progress.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub total: Option<u32>,
    /// Rows that were new, at a completion.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub new_rows: Option<u32>,
    /// Rows that changed, at a completion.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub updated_rows: Option<u32>,
    /// What went wrong, at an error.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub error: Option<ErrorKind>,
    /// How long it took, at the end of a smart sync.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub duration: Option<DurationMs>,
}

/// The kinds of events, as SSE `event:` names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs)]
pub enum EventKind {
    SyncStarted,
    SyncProgress,
    SyncCompleted,
    SyncError,
    SyncPreempted,
    QueueUpdated,
    SmartSyncStarted,
    SmartSyncEnded,
    /// A smart sync kept its form waiting for more than ten seconds.
    SmartSyncSlow,
    SmartSyncTimeout,
    LeaseExpired,
    CircuitOpened,
    CircuitClosed,
    /// Nothing runs in a login until somebody acts: its password was refused, or an operator holds it.
    LoginHeld,
    LoginReleased,
    ScheduleUpdated,
    OrderFormEntered,
    OrderFormExited,
    PlacementChanged,
    DraftChanged,
}

/// One row of `GET /api/sync/schedule`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ScheduleRow {
    /// Which.
    #[serde(rename = "type")]
    pub kind: SyncType,
    /// Minutes between two runs.
    pub interval_minutes: u32,
    /// Minutes its runs are shifted from the anchor.
    pub offset_minutes: u32,
    /// Whether it runs by itself; false for a type without a reader.
    pub enabled: bool,
    /// When it is due next.
    pub next_due: Option<Timestamp>,
}

/// One customer as the combobox and `GET /api/customers` show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct CustomerSummary {
    pub id: ErpId,
    pub account: Option<String>,
    pub name: String,
    pub vat_number: Option<String>,
    pub street: Option<String>,
    pub zip: Option<String>,
    pub city: Option<String>,
    pub phone: Option<String>,
    pub mobile: Option<String>,
}

impl From<Customer> for CustomerSummary {
    fn from(customer: Customer) -> Self {
        Self {
            id: customer.id,
            account: customer.account,
            name: customer.name,
            vat_number: customer.vat_number,
            street: customer.street,
            zip: customer.zip,
            city: customer.city,
            phone: customer.phone,
            mobile: customer.mobile,
        }
    }
}

/// One article with all its variants, as the combobox and `GET /api/products` show it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct ProductSummary {
    /// The article's code, shared by its variants.
    pub name: String,
    pub description: Option<String>,
    pub variants: Vec<VariantSummary>,
}

/// One package variant with its quantity rule and price.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[allow(missing_docs)]
pub struct VariantSummary {
    pub id: ArticleId,
    /// The variant's suffix, e.g. `K2`.
    pub package: Option<String>,
    /// Pieces in one package.
    pub package_content: Option<Quantity>,
    pub quantity_minimum: Option<Quantity>,
    pub quantity_multiple: Option<Quantity>,
    pub quantity_maximum: Option<Quantity>,
    /// For `price_unit` pieces; `None` when the price list has no entry.
    pub unit_price: Option<Cents>,
    pub price_unit: Quantity,
    pub system_discount: Percent,
    pub vat: VatRate,
    /// False when the ERP no longer sells it.
    pub orderable: bool,
}

impl VariantSummary {
    /// What quantities it allows. Without a multiple of its own a package is sold whole, so its content counts.
    pub fn rule(&self) -> QuantityRule {
        let given = self.quantity_multiple.filter(|multiple| multiple.0 > 0);
        QuantityRule::new(self.quantity_minimum, given.or(self.package_content), self.quantity_maximum)
    }

    /// The variant as a package, for splitting a number of pieces.
    pub fn package(&self) -> Package {
        Package { article: self.id.clone(), rule: self.rule() }
    }
}

/// One page of a list; pass `next` as `cursor` to go on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PageOf<T> {
    /// The rows.
    pub items: Vec<T>,
    /// Rows that match in all.
    pub total: u32,
    /// Where to go on; `None` at the end.
    pub next: Option<String>,
    /// Whether rows are still to come: the list behind it was never read whole, and is being fetched.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub coming: bool,
}

/// The body of every error answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorBody {
    /// The error.
    pub error: ErrorDetail,
}

/// What machines read of an error.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ErrorDetail {
    /// Stable, kebab-case.
    pub code: String,
    /// One sentence.
    pub message: String,
}
