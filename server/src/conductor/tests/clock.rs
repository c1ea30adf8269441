//! A clock that only the scene moves.

use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use domain::Timestamp;
use tokio::sync::oneshot;

use super::super::Clock;

/// A clock that stands still until it is told to move.
pub(super) struct ManualClock {
    state: Mutex<ClockState>,
}

struct ClockState {
    now: Timestamp,
    jump: Option<i64>,
    sleepers: Vec<(Timestamp, oneshot::Sender<()>)>,
}

impl ManualClock {
    pub(super) fn new() -> Self {
        let now = Timestamp(1_700_000_000_000);
        Self { state: Mutex::new(ClockState { now, jump: None, sleepers: Vec::new() }) }
    }

    fn state(&self) -> MutexGuard<'_, ClockState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn advance(&self, ms: i64) {
        let mut state = self.state();
        state.now.0 += ms;
        state.wake_the_due();
    }

    /// A tenth of a second passes.
    pub(super) fn sleep_a_little(&self) {
        self.advance(100);
    }

    /// Somebody sets the wall clock.
    pub(super) fn jump(&self, ms: i64) {
        let mut state = self.state();
        state.jump = Some(ms);
        state.now.0 += ms;
        // A sleeper measures a span, and that has not changed.
        state.sleepers.iter_mut().for_each(|(at, _)| at.0 += ms);
    }
}

impl ClockState {
    fn wake_the_due(&mut self) {
        let now = self.now;
        for (_, sleeper) in self.sleepers.extract_if(.., |(at, sleeper)| *at <= now || sleeper.is_closed()) {
            let _ = sleeper.send(());
        }
    }
}

#[async_trait]
impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.state().now
    }

    fn take_jump(&self) -> Option<i64> {
        self.state().jump.take()
    }

    async fn sleep(&self, span: Duration) {
        let awake = {
            let mut state = self.state();
            let (sleeper, awake) = oneshot::channel();
            let at = Timestamp(state.now.0 + i64::try_from(span.as_millis()).unwrap());
            state.sleepers.push((at, sleeper));
            state.wake_the_due();
            awake
        };
        let _ = awake.await;
    }
}
