//! Streams events to one subscriber: first from the table, then live, without gaps or repeats.

use std::{
    collections::VecDeque,
    ops::Deref,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU64, Ordering},
    },
};

use axum::body::Bytes;
use domain::{EventKind, Me, Scope, SyncEvent, SyncStatus};
use futures::{Stream, stream};
use orchestrator::Board;
use store::control::{Control, EventFilter};
use tokio::sync::{
    Mutex,
    broadcast::{self, error::RecvError},
    watch,
};

use super::Limits;

/// An event, and what is sent of it: written once, however many subscribers get it.
#[derive(Debug)]
pub struct LiveEvent {
    event: SyncEvent,
    text: OnceLock<Bytes>,
}

impl LiveEvent {
    pub(super) fn new(event: SyncEvent) -> Arc<Self> {
        Arc::new(Self { event, text: OnceLock::new() })
    }

    /// What is sent of it; `write` makes it for the first subscriber.
    pub fn text(&self, write: impl FnOnce(&SyncEvent) -> Bytes) -> Bytes {
        self.text.get_or_init(|| write(&self.event)).clone()
    }
}

impl Deref for LiveEvent {
    type Target = SyncEvent;

    fn deref(&self) -> &SyncEvent {
        &self.event
    }
}

/// What a subscriber is told.
#[derive(Debug, Clone)]
pub enum Told {
    /// The next event.
    Event(Arc<LiveEvent>),
    /// Too much was missed to repeat it: the state as of the event it names, from which the next ones go on.
    Snapshot(Box<SyncStatus>),
}

/// Where committed events come from.
#[derive(Debug, Clone)]
pub(super) struct EventSource {
    control: Control,
    board: Arc<Mutex<Board>>,
    live: broadcast::Sender<Arc<LiveEvent>>,
    /// The number of the newest committed event.
    newest: Arc<AtomicU64>,
    stopping: watch::Receiver<bool>,
    replay_rows: u32,
    missed_max: u64,
}

impl EventSource {
    pub(super) fn new(
        control: Control,
        board: Arc<Mutex<Board>>,
        newest: u64,
        limits: &Limits,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        Self {
            control,
            board,
            live: broadcast::Sender::new(limits.live_events_max),
            newest: Arc::new(AtomicU64::new(newest)),
            stopping,
            replay_rows: limits.replay_rows,
            missed_max: limits.missed_events_max,
        }
    }

    /// Hands committed events to whoever listens.
    pub(super) fn publish(&self, events: Vec<SyncEvent>) {
        let Some(last) = events.last() else { return };
        self.newest.store(last.number, Ordering::Release);
        for event in events {
            // Nobody listening is no fault.
            let _ = self.live.send(LiveEvent::new(event));
        }
    }

    /// What `viewer` may see after event number `after`; from now on if that is `None`. Ends when the process stops.
    pub(super) fn subscribe(
        &self,
        viewer: &Me,
        after: Option<u64>,
    ) -> impl Stream<Item = Told> + Send + use<> {
        let live = self.live.subscribe();
        let newest = self.newest.load(Ordering::Acquire);
        let last = after.map_or(newest, |after| after.min(newest));
        let follower = Follower {
            source: self.clone(),
            viewer: viewer.clone(),
            live,
            last,
            replayed: VecDeque::new(),
            must_replay: last < newest,
            may_lack: last < newest,
        };
        stream::unfold(follower, |mut follower| async move {
            let told = follower.next().await?;
            Some((told, follower))
        })
    }
}

/// One subscriber.
struct Follower {
    source: EventSource,
    viewer: Me,
    live: broadcast::Receiver<Arc<LiveEvent>>,
    /// Every visible event up to this number has been handed out.
    last: u64,
    replayed: VecDeque<SyncEvent>,
    must_replay: bool,
    /// Whether it is to be found out first if the table still has all that was missed.
    may_lack: bool,
}

impl Follower {
    async fn next(&mut self) -> Option<Told> {
        loop {
            if let Some(event) = self.replayed.pop_front() {
                self.last = event.number;
                return Some(Told::Event(LiveEvent::new(event)));
            }
            if std::mem::take(&mut self.may_lack) && self.missed_too_much().await? {
                return Some(self.snapshot().await);
            }
            if self.must_replay {
                self.replay().await?;
            } else if let Some(event) = self.next_live().await? {
                return Some(Told::Event(event));
            }
        }
    }

    /// Whether it fell too far behind, or the table has forgotten what it missed. Ends the stream when that cannot be
    /// read.
    async fn missed_too_much(&self) -> Option<bool> {
        let newest = self.source.newest.load(Ordering::Acquire);
        if newest.saturating_sub(self.last) > self.source.missed_max {
            return Some(true);
        }
        match self.source.control.first_event().await {
            Ok(first) => Some(self.last + 1 < first),
            Err(error) => {
                tracing::error!(%error, "cannot replay events");
                None
            }
        }
    }

    /// The state now. It is committed, and so is every event up to its number.
    async fn snapshot(&mut self) -> Told {
        let status = self.source.board.lock().await.status(&self.viewer);
        self.last = status.as_of_event;
        self.must_replay = false;
        Told::Snapshot(Box::new(status))
    }

    /// The next live event if it is visible and follows on; `None` inside when another look is needed.
    #[allow(clippy::option_option)]
    async fn next_live(&mut self) -> Option<Option<Arc<LiveEvent>>> {
        let received = tokio::select! {
            biased;
            received = self.live.recv() => received,
            _ = self.source.stopping.wait_for(|stopping| *stopping) => return None,
        };
        match received {
            Ok(event) if event.number <= self.last => Some(None),
            Ok(event) if event.number == self.last + 1 => {
                self.last = event.number;
                Some(self.sees(&event.scope).then_some(event))
            }
            Ok(_) | Err(RecvError::Lagged(_)) => {
                (self.must_replay, self.may_lack) = (true, true);
                Some(None)
            }
            Err(RecvError::Closed) => None,
        }
    }

    /// Reads on from the table. Ends the stream when that fails: the browser comes back with the last number it has.
    async fn replay(&mut self) -> Option<()> {
        let newest = self.source.newest.load(Ordering::Acquire);
        let agent = self.viewer.agent.clone();
        let who = if self.viewer.admin { EventFilter::All } else { EventFilter::Agent(&agent) };
        let limit = self.source.replay_rows;
        match self.source.control.events_after(self.last, who, limit).await {
            Ok(events) => {
                if events.len() < limit as usize {
                    self.must_replay = false;
                    self.last = self.last.max(newest);
                }
                self.replayed = events.into();
                Some(())
            }
            Err(error) => {
                tracing::error!(%error, "cannot replay events");
                None
            }
        }
    }

    fn sees(&self, scope: &Scope) -> bool {
        match scope {
            Scope::Shared => true,
            Scope::Agent(agent) => self.viewer.admin || *agent == self.viewer.agent,
        }
    }
}

/// One line per change of state; what merely moves within a state is for debugging.
pub(super) fn log(event: &SyncEvent) {
    let (what, scope, ticket, kind) = (event.what, &event.scope, event.ticket, event.kind);
    match what {
        EventKind::SyncProgress
        | EventKind::QueueUpdated
        | EventKind::ScheduleUpdated
        | EventKind::PlacementChanged
        | EventKind::DraftChanged => tracing::debug!(?what, ?scope, ticket, ?kind, "event"),
        EventKind::SyncStarted
        | EventKind::SyncCompleted
        | EventKind::SyncPreempted
        | EventKind::SmartSyncStarted
        | EventKind::SmartSyncEnded
        | EventKind::LeaseExpired
        | EventKind::CircuitClosed
        | EventKind::LoginReleased
        | EventKind::OrderFormEntered
        | EventKind::OrderFormExited => tracing::info!(?what, ?scope, ticket, ?kind, "sync"),
        EventKind::SmartSyncSlow => {
            let ms = event.duration.map(|duration| duration.0);
            tracing::warn!(ms, ?scope, ticket, error = ?event.error, "a smart sync kept its form waiting too long");
        }
        EventKind::SyncError
        | EventKind::SmartSyncTimeout
        | EventKind::CircuitOpened
        | EventKind::LoginHeld => {
            tracing::warn!(?what, ?scope, ticket, ?kind, error = ?event.error, "sync");
        }
    }
}
