//! Streams events to one subscriber: first from the table, then live, without gaps or repeats.

use std::{
    collections::VecDeque,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use domain::{EventKind, Me, Scope, SyncEvent};
use futures::{Stream, stream};
use store::control::{Control, EventFilter};
use tokio::sync::{
    broadcast::{self, error::RecvError},
    watch,
};

/// Where committed events come from.
#[derive(Debug, Clone)]
pub(super) struct EventSource {
    control: Control,
    live: broadcast::Sender<Arc<SyncEvent>>,
    /// The number of the newest committed event.
    newest: Arc<AtomicU64>,
    stopping: watch::Receiver<bool>,
    replay_rows: u32,
}

impl EventSource {
    pub(super) fn new(
        control: Control,
        newest: u64,
        live_max: usize,
        replay_rows: u32,
        stopping: watch::Receiver<bool>,
    ) -> Self {
        let newest = Arc::new(AtomicU64::new(newest));
        Self { control, live: broadcast::Sender::new(live_max), newest, stopping, replay_rows }
    }

    /// Hands committed events to whoever listens.
    pub(super) fn publish(&self, events: Vec<SyncEvent>) {
        let Some(last) = events.last() else { return };
        self.newest.store(last.number, Ordering::Release);
        for event in events {
            // Nobody listening is no fault.
            let _ = self.live.send(Arc::new(event));
        }
    }

    /// What `viewer` may see after event number `after`; from now on if that is `None`. Ends when the process stops.
    pub(super) fn subscribe(
        &self,
        viewer: &Me,
        after: Option<u64>,
    ) -> impl Stream<Item = SyncEvent> + Send + use<> {
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
        };
        stream::unfold(follower, |mut follower| async move {
            let event = follower.next().await?;
            Some((event, follower))
        })
    }
}

/// One subscriber.
struct Follower {
    source: EventSource,
    viewer: Me,
    live: broadcast::Receiver<Arc<SyncEvent>>,
    /// Every visible event up to this number has been handed out.
    last: u64,
    replayed: VecDeque<SyncEvent>,
    must_replay: bool,
}

impl Follower {
    async fn next(&mut self) -> Option<SyncEvent> {
        loop {
            if let Some(event) = self.replayed.pop_front() {
                self.last = event.number;
                return Some(event);
            }
            if self.must_replay {
                self.replay().await?;
            } else if let Some(event) = self.next_live().await? {
                return Some(event);
            }
        }
    }

    /// The next live event if it is visible and follows on; `None` inside when another look is needed.
    #[allow(clippy::option_option)]
    async fn next_live(&mut self) -> Option<Option<SyncEvent>> {
        let received = tokio::select! {
            biased;
            received = self.live.recv() => received,
            _ = self.source.stopping.wait_for(|stopping| *stopping) => return None,
        };
        match received {
            Ok(event) if event.number <= self.last => Some(None),
            Ok(event) if event.number == self.last + 1 => {
                self.last = event.number;
                Some(self.sees(&event.scope).then(|| (*event).clone()))
            }
            Ok(_) | Err(RecvError::Lagged(_)) => {
                self.must_replay = true;
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
        | EventKind::OrderFormEntered
        | EventKind::OrderFormExited => tracing::info!(?what, ?scope, ticket, ?kind, "sync"),
        EventKind::SyncError | EventKind::SmartSyncTimeout | EventKind::CircuitOpened => {
            tracing::warn!(?what, ?scope, ticket, ?kind, error = ?event.error, "sync");
        }
    }
}
