//! Gives the conductor a time that never jumps by itself.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use domain::Timestamp;
use tokio::time::Instant;

/// A difference to the wall clock that is worth moving deadlines for; smaller ones are the clock being disciplined.
const JUMP_MS: i64 = 2_000;

/// Where the conductor gets its time; tests have their own.
#[async_trait]
pub trait Clock: Send + Sync + 'static {
    /// The present, on a time line without jumps.
    fn now(&self) -> Timestamp;

    /// By how many milliseconds the wall clock has left this time line since the last call that said so. From then on
    /// `now` follows the wall clock's new line.
    fn take_jump(&self) -> Option<i64>;

    /// Returns when so much time has passed.
    async fn sleep(&self, span: Duration);
}

/// The real clock.
#[derive(Debug)]
pub struct SteadyClock {
    /// A wall-clock time and the monotonic moment it belongs to.
    anchor: Mutex<(Timestamp, Instant)>,
}

impl SteadyClock {
    /// A time line that starts at the wall clock.
    pub fn start() -> Self {
        Self { anchor: Mutex::new((crate::clock::now(), Instant::now())) }
    }

    fn read(&self) -> Timestamp {
        let (wall, moment) = *self.anchor.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = i64::try_from(moment.elapsed().as_millis()).unwrap_or(i64::MAX);
        Timestamp(wall.0.saturating_add(passed))
    }
}

#[async_trait]
impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        self.read()
    }

    fn take_jump(&self) -> Option<i64> {
        let wall = crate::clock::now();
        let jump = wall.0 - self.read().0;
        if jump.abs() < JUMP_MS {
            return None;
        }
        *self.anchor.lock().unwrap_or_else(PoisonError::into_inner) = (wall, Instant::now());
        Some(jump)
    }

    async fn sleep(&self, span: Duration) {
        tokio::time::sleep(span).await;
    }
}
