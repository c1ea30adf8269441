//! Kills the real server at every edge of a placement's life, whatever the ERP did with the save, and counts in the end.
//!
//! `cargo xtask crash --runs N --seed S` runs this. Each run sends one order, has the server kill itself with SIGKILL at
//! one named place (for places behind a doubtful end: a second time), starts it again on what is on disk, and waits until
//! the order is verified. The simulated ERP lives in this process and is the judge: it must hold each marker once.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::{collections::BTreeMap, path::PathBuf, time::Instant};

use erp_sim::{Fault, Place, Trouble};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};
use reqwest::Method;
use serde_json::json;
use support::{
    Stack,
    orders::{orders_with, ready_to_order, small_world, state, write_an_order},
};

/// Runs when the environment does not say how many; each takes a few seconds.
const RUNS: usize = 60;
/// How long after the click a late save is done, milliseconds. The looks that prove an order absent end after that.
const LATE_MS: std::ops::Range<u64> = 200..1_200;
/// Around the click the server dies so many milliseconds after the step has begun.
const AROUND_MS: std::ops::Range<u64> = 0..900;
/// How long an order may take to be verified after the last kill, in looks of a tenth of a second.
const LOOKS_MAX: usize = 900;

/// What the ERP does with the first save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Save {
    Saved,
    NotSaved,
    SavedLate,
}

const SAVES: [Save; 3] = [Save::Saved, Save::NotSaved, Save::SavedLate];

/// Places that every order passes.
const STRAIGHT: [&str; 17] = [
    "ask before",
    "ask after",
    "queued>filling before",
    "queued>filling after",
    "order: form",
    "order: customer",
    "order: reference",
    "order: line",
    "order: check",
    "filling>armed before",
    "filling>armed after",
    "armed>saving before",
    "armed>saving after",
    "order: save",
    "order: save+",
    "placed>verified before",
    "placed>verified after",
];
/// Places that an order passes when its save is answered.
const ANSWERED: [&str; 3] = ["order: number", "saving>placed before", "saving>placed after"];
/// Places behind a doubtful end.
const DOUBTFUL: [&str; 4] = ["saving>unknown before", "saving>unknown after", "look before", "look after"];
/// Places where the doubt ends, when the ERP has it, and when it has not.
const FOUND: [&str; 2] = ["unknown>placed before", "unknown>placed after"];
const ABSENT: [&str; 2] = ["unknown>queued before", "unknown>queued after"];

#[derive(Debug, Clone, Copy)]
struct Case {
    place: &'static str,
    save: Save,
    /// A first death around the click, because only a doubtful end leads to the place.
    after_a_doubt: bool,
}

fn cases() -> Vec<Case> {
    let all = |places: &'static [&'static str], saves: &'static [Save], after_a_doubt| {
        places
            .iter()
            .flat_map(move |place| saves.iter().map(move |save| Case { place, save: *save, after_a_doubt }))
    };
    const THERE: &[Save] = &[Save::Saved, Save::SavedLate];
    all(&STRAIGHT, &SAVES, false)
        .chain(all(&ANSWERED, THERE, false))
        .chain(all(&DOUBTFUL, &SAVES, true))
        .chain(all(&FOUND, THERE, true))
        .chain(all(&ABSENT, &[Save::NotSaved], true))
        .collect()
}

/// What the runs came to.
#[derive(Debug, Default, PartialEq, Eq)]
struct Counts {
    kills: usize,
    duplicates: usize,
    lost: usize,
    stuck: usize,
    unknown_left: usize,
    missed: usize,
}

struct Matrix {
    stack: Stack,
    crash_file: PathBuf,
    chance: StdRng,
    counts: Counts,
    per_place: BTreeMap<&'static str, usize>,
    markers: Vec<String>,
}

impl Matrix {
    fn aim(&self, place: &str) {
        std::fs::write(&self.crash_file, place).unwrap();
    }

    fn fault(&mut self, save: Save) {
        self.stack.sim.mend();
        let trouble = match save {
            Save::Saved => return,
            // A connection that is only cut would not do: the browser repeats the request by itself.
            Save::NotSaved => Trouble::Status { status: if self.chance.random() { 500 } else { 502 } },
            Save::SavedLate => Trouble::Stall { ms: self.chance.random_range(LATE_MS) },
        };
        self.stack.sim.break_with(Fault::once(Place::Save, trouble));
    }

    fn around(&mut self) -> String {
        format!("order: save+{}", self.chance.random_range(AROUND_MS))
    }

    async fn run(&mut self, case: Case) {
        let lines = if self.chance.random_ratio(1, 5) { 2 } else { 1 };
        let id = write_an_order(&self.stack, lines).await;
        self.fault(case.save);
        let aimed = match case.place {
            _ if case.after_a_doubt => self.around(),
            "order: save+" => self.around(),
            place => place.to_owned(),
        };
        self.aim(&aimed);
        self.send(&id).await;
        self.await_death(case).await;
        if case.after_a_doubt {
            self.aim(case.place);
            self.stack.start_again().await;
            self.await_death(case).await;
        }
        self.aim("");
        self.stack.start_again().await;
        // What an app does whose request got no answer.
        let marker = loop {
            if let Some(marker) = self.send(&id).await {
                break marker;
            }
        };
        self.markers.push(marker.clone());
        self.await_the_end(&id, case).await;
        *self.per_place.entry(case.place).or_default() += 1;
    }

    /// The placement's marker, if there is an answer.
    async fn send(&self, id: &str) -> Option<String> {
        let path = format!("/api/drafts/{id}/place");
        let answer = self.stack.try_ask(Method::POST, &path, Some(&json!({ "version": 1 }))).await.ok()?;
        let placement: serde_json::Value = answer.json().await.ok()?;
        Some(placement["marker"].as_str()?.to_owned())
    }

    async fn await_death(&mut self, case: Case) {
        if self.stack.dies().await {
            self.counts.kills += 1;
        } else {
            println!("{case:?} was not reached");
            self.counts.missed += 1;
            self.stack.kill().await;
        }
    }

    async fn await_the_end(&mut self, id: &str, case: Case) {
        for _ in 0..LOOKS_MAX {
            if state(&self.stack, id).await == "verified" {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        let placement = self.stack.get(&format!("/api/placements/{id}")).await;
        let log = self.stack.get(&format!("/api/placements/{id}/log")).await;
        println!("stuck: {case:?} {placement} {log}");
        self.counts.stuck += 1;
    }

    async fn judge(mut self) -> Counts {
        for marker in &self.markers {
            match orders_with(&self.stack, marker) {
                0 => self.counts.lost += 1,
                1 => {}
                _ => self.counts.duplicates += 1,
            }
        }
        let placements = self.stack.get("/api/placements").await;
        let unknown = |placement: &&serde_json::Value| placement["state"] == "unknown";
        self.counts.unknown_left = placements.as_array().unwrap().iter().filter(unknown).count();
        let kept = placements.as_array().unwrap().len();
        assert_eq!(kept, self.markers.len(), "one placement per order that was sent");
        for (place, runs) in &self.per_place {
            println!("{runs:>6}  {place}");
        }
        self.stack.stop().await;
        self.counts
    }
}

fn from_environment(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_kills_the_server_each_order_is_in_the_erp_once() {
    let runs = from_environment("CRASH_RUNS", RUNS as u64) as usize;
    let seed = from_environment("CRASH_SEED", 1);
    let folder = tempfile::tempdir().unwrap();
    let crash_file = folder.path().join("crash-at");
    std::fs::write(&crash_file, "").unwrap();
    let settings = [
        ("CRASH_FILE", crash_file.to_str().unwrap().to_owned()),
        ("ARCHIBALD_RECONCILE_SECONDS", "0, 1".to_owned()),
        ("ARCHIBALD_ACCESS_MINUTES", "100000".to_owned()),
        ("ARCHIBALD_LOG", "error,chromiumoxide=off".to_owned()),
    ];
    let stack = Stack::start_with(small_world().with_orders(10), &settings).await;
    ready_to_order(&stack).await;
    let mut matrix = Matrix {
        stack,
        crash_file,
        chance: StdRng::seed_from_u64(seed),
        counts: Counts::default(),
        per_place: BTreeMap::new(),
        markers: Vec::new(),
    };
    let (mut waiting, began) = (Vec::new(), Instant::now());
    for run in 0..runs {
        if waiting.is_empty() {
            waiting = cases();
            waiting.shuffle(&mut matrix.chance);
        }
        let case = waiting.pop().unwrap();
        matrix.run(case).await;
        if (run + 1) % 20 == 0 {
            println!("{} runs after {} s: {:?}", run + 1, began.elapsed().as_secs(), matrix.counts);
        }
    }
    let counts = matrix.judge().await;
    println!(
        "seed {seed}: {runs} runs, {} kills, {} duplicates, {} lost, {} stuck, {} unknown left, {} places missed, {} s",
        counts.kills,
        counts.duplicates,
        counts.lost,
        counts.stuck,
        counts.unknown_left,
        counts.missed,
        began.elapsed().as_secs()
    );
    assert_eq!(counts, Counts { kills: counts.kills, ..Counts::default() });
}
