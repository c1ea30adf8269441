//! Holds what all requests share.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
};

use domain::Locale;

use crate::{
    export::ExportCache,
    faults::Faults,
    journal::Journal,
    options::Options,
    preferences::Preferences,
    session::Sessions,
    world::{Records, World},
};

/// The running simulator's memory.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) options: Options,
    pub(crate) seed: u64,
    pub(crate) records: Mutex<Records>,
    pub(crate) sessions: Sessions,
    /// Per account, in lower case: filters and pages persist on the server and are shared by all sessions of a person.
    pub(crate) preferences: Mutex<HashMap<String, Preferences>>,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
    pub(crate) exports: ExportCache,
    pub(crate) down: Mutex<bool>,
    renders: AtomicU64,
    turns: AtomicU64,
}

impl Shared {
    pub(crate) fn new(world: World, options: Options) -> Arc<Self> {
        Arc::new(Self {
            options,
            seed: world.seed,
            records: Mutex::new(Records::of(&world)),
            sessions: Sessions::default(),
            preferences: Mutex::default(),
            journal: Journal::default(),
            exports: ExportCache::default(),
            down: Mutex::new(false),
            renders: AtomicU64::new(0),
            turns: AtomicU64::new(0),
            faults: Faults::new(world.faults),
        })
    }

    /// A new number for a rendered page: seven or eight digits, different at each render.
    pub(crate) fn render_number(&self) -> u64 {
        let count = self.renders.fetch_add(1, Ordering::Relaxed) + self.seed * 1_000_003;
        // A multiplication by a number without common factors walks through all values before repeating one.
        1_000_000 + count.wrapping_mul(48_271_337) % 89_999_999
    }

    /// Rises with every request; the spread of latencies follows it.
    pub(crate) fn turn(&self) -> u64 {
        self.turns.fetch_add(1, Ordering::Relaxed) + self.seed
    }
}

/// What a screen needs to know about who is asking.
#[derive(Debug, Clone)]
pub(crate) struct Asker {
    /// In lower case.
    pub(crate) account: String,
    pub(crate) locale: Locale,
}

impl Asker {
    /// One of two texts by language.
    pub(crate) fn say<T>(&self, italian: T, english: T) -> T {
        say(self.locale, italian, english)
    }
}

/// One of two texts by language.
pub(crate) fn say<T>(locale: Locale, italian: T, english: T) -> T {
    match locale {
        Locale::Italian => italian,
        Locale::English => english,
    }
}
