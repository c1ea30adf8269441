//! Tells pages when what they show has changed on the server.
//!
//! One event stream per tab. An event only nudges: whoever shows something counts on a number here and asks the server
//! again when it rises, so a lost event costs at most one tick of the fallback.

use domain::{EventKind, FormSessionId, SyncEvent, SyncType};
use leptos::prelude::*;

use crate::{
    browser::{self, EventStream, Pulse, StreamNews, Timer},
    session::{Session, SignIn},
};

/// How long after a refusal the stream is tried again; the session has been renewed by then.
const REOPEN_MS: u32 = 3_000;
/// How often everything is asked again while the stream is broken.
const FALLBACK_MS: u32 = 15_000;

/// What has changed, as numbers that rise.
#[derive(Debug, Clone, Copy)]
pub struct Live {
    /// Tasks, schedule, circuits and form leases.
    pub status: RwSignal<u32>,
    /// Placements.
    pub placements: RwSignal<u32>,
    /// Drafts on other devices.
    pub drafts: RwSignal<u32>,
    /// The customers this agent can choose.
    pub customers: RwSignal<u32>,
    /// Articles and prices.
    pub articles: RwSignal<u32>,
    /// Orders in the ERP and their documents.
    pub orders: RwSignal<u32>,
    /// The form lease that ended last, other than by leaving.
    pub ended_lease: RwSignal<Option<FormSessionId>>,
    /// Whether the stream stands.
    pub connected: RwSignal<bool>,
    /// The form lease the stream is bound to: if the connection goes, the lease follows.
    lease: RwSignal<Option<FormSessionId>>,
    attempts: RwSignal<u32>,
}

impl Live {
    /// Binds the stream to a form lease, or to none.
    pub fn bind(self, lease: Option<FormSessionId>) {
        if self.lease.try_get_untracked().is_some_and(|bound| bound != lease) {
            self.lease.set(lease);
        }
    }

    fn everything_may_have_changed(self) {
        for number in [self.status, self.placements, self.drafts, self.customers, self.articles, self.orders]
        {
            number.update(|number| *number += 1);
        }
    }

    fn hear(self, event: &SyncEvent) {
        for number in self.concerned(event) {
            number.update(|number| *number += 1);
        }
        if matches!(event.what, EventKind::SmartSyncTimeout | EventKind::LeaseExpired) {
            self.ended_lease.set(event.session_id);
        }
    }

    fn concerned(self, event: &SyncEvent) -> Vec<RwSignal<u32>> {
        match event.what {
            EventKind::SyncCompleted => {
                let data = match event.kind {
                    Some(SyncType::Customers) => Some(self.customers),
                    Some(SyncType::Products | SyncType::Prices) => Some(self.articles),
                    Some(SyncType::Orders | SyncType::Ddt | SyncType::Invoices) => Some(self.orders),
                    None => None,
                };
                data.into_iter().chain([self.status]).collect()
            }
            EventKind::PlacementChanged => vec![self.placements, self.orders],
            EventKind::DraftChanged => vec![self.drafts, self.placements],
            // A page that waits for the first orders has to say why they do not come.
            EventKind::SyncError if event.kind == Some(SyncType::Orders) => vec![self.status, self.orders],
            EventKind::SyncStarted
            | EventKind::SyncProgress
            | EventKind::SyncError
            | EventKind::SyncPreempted
            | EventKind::QueueUpdated
            | EventKind::SmartSyncStarted
            | EventKind::SmartSyncEnded
            | EventKind::SmartSyncSlow
            | EventKind::SmartSyncTimeout
            | EventKind::LeaseExpired
            | EventKind::CircuitOpened
            | EventKind::CircuitClosed
            | EventKind::LoginHeld
            | EventKind::LoginReleased
            | EventKind::ScheduleUpdated
            | EventKind::OrderFormEntered
            | EventKind::OrderFormExited => vec![self.status],
        }
    }
}

/// Provides the numbers, and keeps a stream open while somebody is signed in.
pub fn provide_live(session: Session) -> Live {
    let live = Live {
        status: RwSignal::new(0),
        placements: RwSignal::new(0),
        drafts: RwSignal::new(0),
        customers: RwSignal::new(0),
        articles: RwSignal::new(0),
        orders: RwSignal::new(0),
        ended_lease: RwSignal::new(None),
        connected: RwSignal::new(false),
        lease: RwSignal::new(None),
        attempts: RwSignal::new(0),
    };
    provide_context(live);
    let stream = StoredValue::new_local(None::<EventStream>);
    let again = StoredValue::new_local(None::<Timer>);
    let signed_in = Memo::new(move |_| matches!(session.get(), SignIn::In(_)));
    Effect::new(move || {
        live.attempts.track();
        let address = address(live.lease.get());
        // The old one goes first, so that a lease is never bound twice.
        stream.set_value(None);
        if signed_in.get() {
            stream.set_value(EventStream::open(&address, move |news| hear_news(live, session, again, news)));
        } else {
            live.connected.set(false);
        }
    });
    Effect::new(move || {
        let fallback = Pulse::every(FALLBACK_MS, move || {
            if signed_in.get_untracked() && !live.connected.get_untracked() && browser::is_online() {
                live.everything_may_have_changed();
            }
        });
        let fallback = StoredValue::new_local(Some(fallback));
        on_cleanup(move || fallback.set_value(None));
    });
    live
}

/// The page's numbers, from context.
pub fn use_live() -> Live {
    expect_context()
}

fn address(lease: Option<FormSessionId>) -> String {
    match lease {
        Some(lease) => format!("/api/sync/events?sessionId={lease}"),
        None => "/api/sync/events".to_owned(),
    }
}

fn hear_news(
    live: Live,
    session: Session,
    again: StoredValue<Option<Timer>, LocalStorage>,
    news: StreamNews,
) {
    match news {
        StreamNews::Open => {
            live.connected.set(true);
            live.everything_may_have_changed();
        }
        StreamNews::Broken => live.connected.set(false),
        StreamNews::Refused => {
            live.connected.set(false);
            again.set_value(Some(Timer::after(REOPEN_MS, move || {
                leptos::task::spawn_local(async move {
                    session.find_out().await;
                    live.attempts.update(|attempts| *attempts += 1);
                });
            })));
        }
        StreamNews::Event(event) => live.hear(&event),
    }
}
