//! Enters the order form, keeps its lease alive, and leaves: what [`presence`](super::presence) decides, done.

use domain::FormSessionId;
use leptos::{prelude::*, task::spawn_local};

use super::{
    fresh,
    freshness::Freshness,
    presence::{Act, Happening, Presence},
};
use crate::{
    api,
    browser::{self, Pulse},
    error::ErrorCode,
    live::{Live, use_live},
    session::{Session, use_session},
};

/// From one beat to the next; the server waits for seven of them before it ends a lease.
const BEAT_MS: u32 = 20_000;
/// A beat that comes so late was held up by a sleeping device. Hidden tabs get a timer once a minute, so it is more.
const ASLEEP_MS: u64 = 90_000;
/// Where this device remembers when the customers were read, for starts without a network.
const CUSTOMERS_AS_OF: &str = "archibald.customersAsOf";

/// The form's place on the server.
#[derive(Clone, Copy)]
pub(super) struct Doorway {
    presence: StoredValue<Presence>,
    session: Session,
    live: Live,
    /// How fresh the customers are.
    pub(super) freshness: RwSignal<Freshness>,
    /// Rises whenever an open search should be asked again.
    pub(super) refreshed: RwSignal<u32>,
}

impl Doorway {
    /// Reports what happened, and does what follows from it.
    pub(super) fn hear(self, happening: Happening) {
        let act = self.presence.try_update_value(|presence| presence.hear(happening, fresh::session_id));
        match act.unwrap_or(Act::Nothing) {
            Act::Nothing => {}
            Act::Enter(session) => {
                self.freshness.set(Freshness::Syncing);
                self.live.bind(Some(session));
                spawn_local(self.enter(session));
            }
            Act::Beat(session, input) => spawn_local(self.beat(session, input, happening)),
            Act::Release(session) => {
                // A beacon is sent even while the page goes away; losing it costs the 15 s after which the server
                // misses the event stream.
                let body = domain::FormSession { session_id: session };
                browser::send_beacon("/api/customers/resume-syncs", &body);
                self.live.bind(None);
            }
        }
    }

    async fn enter(self, session: FormSessionId) {
        let answer = self.session.call(|| api::smart_sync(session)).await;
        if !self.holds(session) {
            return;
        }
        match answer {
            Ok(answer) => {
                if let Some(as_of) = answer.fresh_as_of {
                    browser::remember(CUSTOMERS_AS_OF, Some(&as_of.0.to_string()));
                }
                self.freshness.set(Freshness::of(&answer, browser::now()));
                self.refreshed.update(|times| *times += 1);
            }
            Err(error) if error.code == ErrorCode::LeaseEnded => {
                // Only an id that was known before can have ended; a new one is taken at once.
                self.hear(Happening::LeaseEnded(session));
                self.hear(Happening::Retry);
            }
            Err(_) => {
                self.freshness.set(Freshness::Failed { as_of: remembered() });
                self.hear(Happening::NotReached);
                self.live.bind(None);
            }
        }
    }

    async fn beat(self, session: FormSessionId, input: bool, because: Happening) {
        let answer = self.session.call(|| api::session_beat(session, input)).await;
        let ended = answer.is_err_and(|error| error.code == ErrorCode::LeaseEnded);
        if ended && self.holds(session) {
            self.ended(session);
            if because == Happening::Woke {
                self.hear(Happening::Woke);
            }
        }
    }

    /// Notes calmly that the lease is over.
    fn ended(self, session: FormSessionId) {
        if self.holds(session) {
            self.hear(Happening::LeaseEnded(session));
            self.freshness.set(Freshness::Idle);
            self.live.bind(None);
        }
    }

    fn holds(self, session: FormSessionId) -> bool {
        self.presence.try_with_value(|presence| presence.session()) == Some(Some(session))
    }

    /// Whether the customers are being read right now.
    pub(super) fn is_syncing(self) -> bool {
        self.freshness.get() == Freshness::Syncing
    }
}

fn remembered() -> Option<domain::Timestamp> {
    browser::remembered(CUSTOMERS_AS_OF)?.parse().ok().map(domain::Timestamp)
}

/// Opens the doorway: enters when the page appears in the browser, leaves when it goes.
pub(super) fn open_doorway() -> Doorway {
    let doorway = Doorway {
        presence: StoredValue::new(Presence::Away),
        session: use_session(),
        live: use_live(),
        freshness: RwSignal::new(Freshness::Unknown),
        refreshed: RwSignal::new(0),
    };
    Effect::new(move || {
        doorway.hear(Happening::Appeared);
        keep_alive(doorway);
        listen_to_the_page(doorway);
    });
    Effect::new(move || {
        if let Some(ended) = doorway.live.ended_lease.get() {
            untrack(|| doorway.ended(ended));
        }
    });
    Effect::new(move |first: Option<()>| {
        doorway.live.customers.track();
        if first.is_some() {
            doorway.refreshed.update(|times| *times += 1);
        }
    });
    doorway
}

fn keep_alive(doorway: Doorway) {
    let mut last = browser::now();
    let pulse = Pulse::every(BEAT_MS, move || {
        let now = browser::now();
        let slept = now.since(last).0 > ASLEEP_MS && browser::is_visible();
        last = now;
        doorway.hear(if slept { Happening::Woke } else { Happening::Tick });
    });
    let pulse = StoredValue::new_local(Some(pulse));
    on_cleanup(move || {
        pulse.try_update_value(Option::take);
        doorway.hear(Happening::Left);
    });
}

fn listen_to_the_page(doorway: Doorway) {
    let woke = move || {
        if browser::is_visible() {
            doorway.hear(Happening::Woke);
        }
    };
    let listeners = [
        window_event_listener_untyped("visibilitychange", move |_| woke()),
        window_event_listener_untyped("online", move |_| woke()),
        window_event_listener_untyped("pagehide", move |_| doorway.hear(Happening::Left)),
        window_event_listener_untyped("pageshow", move |event| {
            if browser::is_from_cache(&event) {
                doorway.hear(Happening::Appeared);
            }
        }),
    ];
    let listeners = StoredValue::new_local(Some(listeners));
    on_cleanup(move || {
        if let Some(listeners) = listeners.try_update_value(Option::take).flatten() {
            listeners.into_iter().for_each(WindowListenerHandle::remove);
        }
    });
}
