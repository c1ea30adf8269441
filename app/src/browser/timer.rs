//! Runs something later, or again and again, until its handle is dropped.

/// Something that happens once, later; dropping it calls it off.
pub struct Timer {
    #[cfg(feature = "hydrate")]
    _timeout: gloo_timers::callback::Timeout,
}

impl Timer {
    /// Calls `act` after `ms` milliseconds.
    pub fn after(ms: u32, act: impl FnOnce() + 'static) -> Self {
        #[cfg(not(feature = "hydrate"))]
        let _ = (ms, act);
        Self {
            #[cfg(feature = "hydrate")]
            _timeout: gloo_timers::callback::Timeout::new(ms, act),
        }
    }
}

/// Something that happens at a steady pace; dropping it ends it.
pub struct Pulse {
    #[cfg(feature = "hydrate")]
    _interval: gloo_timers::callback::Interval,
}

impl Pulse {
    /// Calls `act` every `ms` milliseconds, the first time after `ms`.
    pub fn every(ms: u32, act: impl FnMut() + 'static) -> Self {
        #[cfg(not(feature = "hydrate"))]
        let _ = (ms, act);
        Self {
            #[cfg(feature = "hydrate")]
            _interval: gloo_timers::callback::Interval::new(ms, act),
        }
    }
}
