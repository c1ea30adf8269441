//! Listens to the server's event stream.

use domain::SyncEvent;

/// What a stream tells its listener.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StreamNews {
    /// The connection stands, for the first time or again.
    Open,
    /// It broke; the browser connects again by itself.
    Broken,
    /// The server refused it; nobody connects again.
    Refused,
    /// An event.
    Event(Box<SyncEvent>),
}

/// An open event stream; dropping it closes the connection.
pub struct EventStream {
    #[cfg(feature = "hydrate")]
    source: web_sys::EventSource,
    #[cfg(feature = "hydrate")]
    _listeners: Vec<wasm_bindgen::prelude::Closure<dyn FnMut(web_sys::Event)>>,
}

#[cfg(feature = "hydrate")]
impl EventStream {
    /// Connects to `address` and tells `listener` all that comes; `None` where the browser has no event streams.
    pub fn open(address: &str, listener: impl Fn(StreamNews) + Clone + 'static) -> Option<Self> {
        use wasm_bindgen::{JsCast, prelude::Closure};

        let source = web_sys::EventSource::new(address).ok()?;
        let mut listeners = Vec::new();
        let mut listen = |name: &str, act: Box<dyn FnMut(web_sys::Event)>| {
            let closure = Closure::wrap(act);
            // Fails only for a callback that is no function.
            let _ = source.add_event_listener_with_callback(name, closure.as_ref().unchecked_ref());
            listeners.push(closure);
        };
        // The state instead of the events that this page has missed: whatever is shown is asked for again.
        for name in ["open", "snapshot"] {
            let tell = listener.clone();
            listen(name, Box::new(move |_| tell(StreamNews::Open)));
        }
        let (tell, state) = (listener.clone(), source.clone());
        listen(
            "error",
            Box::new(move |_| {
                let refused = state.ready_state() == web_sys::EventSource::CLOSED;
                tell(if refused { StreamNews::Refused } else { StreamNews::Broken });
            }),
        );
        for name in event_names() {
            let tell = listener.clone();
            listen(
                &name,
                Box::new(move |event| {
                    let text = event
                        .dyn_into::<web_sys::MessageEvent>()
                        .ok()
                        .and_then(|message| message.data().as_string());
                    if let Some(event) = text.and_then(|text| serde_json::from_str(&text).ok()) {
                        tell(StreamNews::Event(Box::new(event)));
                    }
                }),
            );
        }
        Some(Self { source, _listeners: listeners })
    }
}

#[cfg(not(feature = "hydrate"))]
impl EventStream {
    /// Never called on the server.
    pub fn open(_address: &str, _listener: impl Fn(StreamNews) + Clone + 'static) -> Option<Self> {
        None
    }
}

#[cfg(feature = "hydrate")]
impl Drop for EventStream {
    fn drop(&mut self) {
        self.source.close();
    }
}

/// The names under which events come, plus the unnamed one.
#[cfg(any(feature = "hydrate", test))]
fn event_names() -> Vec<String> {
    use domain::EventKind as Kind;
    let kinds = [
        Kind::SyncStarted,
        Kind::SyncProgress,
        Kind::SyncCompleted,
        Kind::SyncError,
        Kind::SyncPreempted,
        Kind::QueueUpdated,
        Kind::SmartSyncStarted,
        Kind::SmartSyncEnded,
        Kind::SmartSyncSlow,
        Kind::SmartSyncTimeout,
        Kind::LeaseExpired,
        Kind::CircuitOpened,
        Kind::CircuitClosed,
        Kind::LoginHeld,
        Kind::LoginReleased,
        Kind::ScheduleUpdated,
        Kind::OrderFormEntered,
        Kind::OrderFormExited,
        Kind::PlacementChanged,
        Kind::DraftChanged,
    ];
    let name = |kind| Some(serde_json::to_value(kind).ok()?.as_str()?.to_owned());
    kinds.into_iter().filter_map(name).chain(["message".to_owned()]).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn events_are_listened_to_under_their_own_names() {
        let names = super::event_names();
        assert!(names.contains(&"placement-changed".to_owned()), "{names:?}");
        assert_eq!(names.len(), 21);
    }
}
