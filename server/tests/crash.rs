//! Kills the real server at every edge of a placement's life that the server goes by itself, whatever the ERP did with the
//! save, and counts in the end.
//!
//! `cargo xtask crash --runs N --seed S` runs this. Each run sends one order, has the server kill itself with SIGKILL at
//! one named place (where only a mishap leads to the place: a second time), starts it again on what is on disk, does what
//! its agent would do, and waits until the order is verified. The simulated ERP lives in this process and is the judge: it
//! must hold each marker once.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod support;

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Instant,
};

use erp_sim::{Fault, Place, Trouble};
use rand::{RngExt, SeedableRng, rngs::StdRng, seq::SliceRandom};
use reqwest::Method;
use serde_json::json;
use support::{
    Stack, eventually,
    orders::{orders_with, ready_to_order, small_world, state, write_an_order},
};
use tempfile::TempDir;

/// Runs when the environment does not say how many; each takes about ten seconds, most of them waiting for a page.
const RUNS: usize = 60;
/// Servers, each with its browser and its ERP, that are killed side by side when the environment does not say how many.
const LANES: usize = 4;
/// How long after the click a late save is done, milliseconds. The looks that prove an order absent end after that.
const LATE_MS: std::ops::Range<u64> = 200..1_200;
/// How much later than the save the answer comes that a server did not live to see, milliseconds.
const ANSWER_LATE_MS: u64 = 10_000;
/// Around the click the server dies so many milliseconds after the step has begun.
const AROUND_MS: std::ops::Range<u64> = 0..900;
/// How long an order may take to be verified after the last kill, in looks of a tenth of a second.
const LOOKS_MAX: usize = 1_800;

/// What the ERP does with the first save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Save {
    Saved,
    NotSaved,
    SavedLate,
}

const SAVES: [Save; 3] = [Save::Saved, Save::NotSaved, Save::SavedLate];

/// Places that every order passes.
const STRAIGHT: [&str; 18] = [
    "submit before",
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

/// Places that only a mishap leads to.
const AFTER_A_MISHAP: [(Mishap, Save, [&str; 2]); 7] = [
    (Mishap::Death("order: line"), Save::Saved, ["filling>queued before", "filling>queued after"]),
    (Mishap::Death("filling>armed after"), Save::Saved, ["armed>queued before", "armed>queued after"]),
    (Mishap::Forgotten, Save::Saved, ["queued>unknown before", "queued>unknown after"]),
    (Mishap::Twin, Save::NotSaved, ["unknown>needs-attention before", "unknown>needs-attention after"]),
    (Mishap::WrongNumber, Save::NotSaved, ["placed>needs-attention before", "placed>needs-attention after"]),
    (Mishap::Refusal, Save::NotSaved, ["saving>rejected before", "saving>rejected after"]),
    (Mishap::BrokenCustomer, Save::Saved, ["filling>rejected before", "filling>rejected after"]),
];

/// What happens before the server comes to the place where it dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mishap {
    Nothing,
    /// It died in `saving`.
    Doubt,
    /// It died at this place.
    Death(&'static str),
    /// It died after the save, and its row is of before.
    Forgotten,
    /// It died in `saving`, and an order like this one was typed by hand.
    Twin,
    /// The same, and a person then names an order that there is not.
    WrongNumber,
    /// The ERP refuses the save.
    Refusal,
    /// The ERP cannot open the customer.
    BrokenCustomer,
}

#[derive(Debug, Clone, Copy)]
struct Case {
    place: &'static str,
    save: Save,
    mishap: Mishap,
}

fn cases() -> Vec<Case> {
    let all = |places: &'static [&'static str], saves: &'static [Save], mishap| {
        places.iter().flat_map(move |place| saves.iter().map(move |save| Case { place, save: *save, mishap }))
    };
    let behind = AFTER_A_MISHAP.iter().flat_map(|(mishap, save, places)| {
        places.iter().map(|place| Case { place, save: *save, mishap: *mishap })
    });
    const THERE: &[Save] = &[Save::Saved, Save::SavedLate];
    all(&STRAIGHT, &SAVES, Mishap::Nothing)
        .chain(all(&ANSWERED, THERE, Mishap::Nothing))
        .chain(all(&DOUBTFUL, &SAVES, Mishap::Doubt))
        .chain(all(&FOUND, THERE, Mishap::Doubt))
        .chain(all(&ABSENT, &[Save::NotSaved], Mishap::Doubt))
        .chain(behind)
        .collect()
}

/// What the runs came to.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Counts {
    kills: usize,
    duplicates: usize,
    lost: usize,
    stuck: usize,
    unknown_left: usize,
    missed: usize,
}

impl Counts {
    fn plus(self, other: Self) -> Self {
        Self {
            kills: self.kills + other.kills,
            duplicates: self.duplicates + other.duplicates,
            lost: self.lost + other.lost,
            stuck: self.stuck + other.stuck,
            unknown_left: self.unknown_left + other.unknown_left,
            missed: self.missed + other.missed,
        }
    }
}

/// Which runs are still to come; all lanes draw from it.
struct Plan {
    chance: StdRng,
    waiting: Vec<Case>,
    drawn: usize,
    runs: usize,
    began: Instant,
}

impl Plan {
    fn new(runs: usize, seed: u64) -> Self {
        Self {
            chance: StdRng::seed_from_u64(seed),
            waiting: Vec::new(),
            drawn: 0,
            runs,
            began: Instant::now(),
        }
    }

    /// The next case, every case once before any comes again, and a seed for what chance decides in its run.
    fn draw(&mut self) -> Option<(Case, u64)> {
        if self.drawn == self.runs {
            return None;
        }
        if self.waiting.is_empty() {
            self.waiting = cases();
            self.waiting.shuffle(&mut self.chance);
        }
        if self.drawn.is_multiple_of(20) {
            println!("{} of {} runs begun after {} s", self.drawn, self.runs, self.began.elapsed().as_secs());
        }
        self.drawn += 1;
        Some((self.waiting.pop()?, self.chance.random()))
    }
}

/// One server with its browser and its ERP, killed again and again.
struct Lane {
    stack: Stack,
    crash_file: PathBuf,
    /// What the file is in is removed at the end.
    _folder: TempDir,
    chance: StdRng,
    counts: Counts,
    per_place: BTreeMap<&'static str, usize>,
    markers: Vec<String>,
}

impl Lane {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let crash_file = folder.path().join("crash-at");
        std::fs::write(&crash_file, "").unwrap();
        let settings = [
            ("CRASH_FILE", crash_file.to_str().unwrap().to_owned()),
            ("ARCHIBALD_RECONCILE_SECONDS", "0, 1".to_owned()),
            ("ARCHIBALD_ACCESS_MINUTES", "100000".to_owned()),
            // Each death costs a sign-in, which is what the day's budget is there to prevent.
            ("ARCHIBALD_ERP_LOGINS_PER_DAY_MAX", "100000".to_owned()),
            ("ARCHIBALD_LOG", "error,chromiumoxide=off".to_owned()),
        ];
        let stack = Stack::start_with(small_world().with_orders(10), &settings).await;
        ready_to_order(&stack).await;
        Self {
            stack,
            crash_file,
            _folder: folder,
            chance: StdRng::seed_from_u64(0),
            counts: Counts::default(),
            per_place: BTreeMap::new(),
            markers: Vec::new(),
        }
    }

    /// Runs what is left of the plan, side by side with other lanes, and judges what its own ERP holds in the end.
    async fn work_through(plan: Arc<Mutex<Plan>>) -> (Counts, BTreeMap<&'static str, usize>) {
        let mut lane = Self::start().await;
        while let Some((case, seed)) = { plan.lock().unwrap().draw() } {
            lane.chance = StdRng::seed_from_u64(seed);
            lane.run(case).await;
        }
        lane.judge().await
    }

    fn aim(&self, place: &str) {
        std::fs::write(&self.crash_file, place).unwrap();
    }

    fn fault(&mut self, save: Save) {
        self.stack.sim.mend();
        let trouble = match save {
            Save::Saved => return,
            Save::NotSaved => match self.chance.random_range(0..3) {
                0 => Trouble::Drop,
                1 => Trouble::Status { status: 500 },
                _ => Trouble::Status { status: 502 },
            },
            Save::SavedLate => Trouble::Stall { ms: self.chance.random_range(LATE_MS) },
        };
        self.stack.sim.break_with(Fault::once(Place::Save, trouble));
    }

    async fn run(&mut self, case: Case) {
        let lines = if self.chance.random_ratio(1, 5) { 2 } else { 1 };
        let id = write_an_order(&self.stack, lines).await;
        let mut by_hand = None;
        match case.mishap {
            Mishap::Nothing => self.fault(case.save),
            Mishap::Refusal => {
                self.stack.sim.mend();
                let text = "Cliente bloccato".to_owned();
                self.stack.sim.break_with(Fault::once(Place::Save, Trouble::SaveRefused { text }));
            }
            Mishap::Doubt => self.die_in_doubt(&id, case).await,
            Mishap::Death(place) => {
                self.stack.sim.mend();
                self.aim(place);
                self.send(&id).await;
                self.await_death(case).await;
            }
            Mishap::Forgotten => {
                self.die_in_doubt(&id, case).await;
                let sql = format!("UPDATE placements SET state = 'queued' WHERE draft_id = '{id}'");
                self.stack.change_file("agents/agente1.db", &sql).await;
            }
            Mishap::Twin | Mishap::WrongNumber => {
                by_hand = Some(self.type_by_hand(lines, case).await);
                self.die_in_doubt(&id, case).await;
            }
            Mishap::BrokenCustomer => {
                self.stack.sim.mend();
                self.break_customers(true);
            }
        }
        match case.mishap {
            Mishap::Nothing | Mishap::Refusal | Mishap::BrokenCustomer => {
                let delay = self.chance.random_range(AROUND_MS);
                self.aim(&case.place.replace('+', &format!("+{delay}")));
                self.send(&id).await;
            }
            Mishap::WrongNumber => {
                self.stack.start_again().await;
                eventually("a person must decide", || async {
                    state(&self.stack, &id).await == "needs-attention"
                })
                .await;
                self.aim(case.place);
                let named = json!({ "decision": "already-placed", "number": "26123456" });
                // The server may be dead before it answers.
                let path = format!("/api/placements/{id}/resolve");
                drop(self.stack.try_ask(Method::POST, &path, Some(&named)).await);
            }
            Mishap::Doubt | Mishap::Death(_) | Mishap::Forgotten | Mishap::Twin => {
                self.aim(case.place);
                self.stack.launch_again();
            }
        }
        self.await_death(case).await;
        self.aim("");
        self.break_customers(false);
        self.stack.start_again().await;
        // What an app does whose request got no answer.
        let marker = loop {
            if let Some(marker) = self.send(&id).await {
                break marker;
            }
        };
        self.markers.push(marker.clone());
        self.await_the_end(&id, case).await;
        if let Some(by_hand) = by_hand {
            // The next order is none of its twins.
            self.stack.sim.records(|records| records.orders.remove(&by_hand));
        }
        *self.per_place.entry(case.place).or_default() += 1;
    }

    fn break_customers(&self, broken: bool) {
        self.stack.sim.records(|records| {
            records.customers.values_mut().for_each(|customer| customer.broken = broken);
        });
    }

    /// An order of so many lines in the ERP that carries nobody's marker.
    async fn type_by_hand(&mut self, lines: usize, case: Case) -> u64 {
        self.stack.sim.mend();
        let id = write_an_order(&self.stack, lines).await;
        let marker = self.send(&id).await.unwrap();
        self.await_the_end(&id, case).await;
        self.markers.push(marker.clone());
        self.stack.sim.records(|records| {
            let carries = |order: &&erp_sim::OrderRecord| order.customer_reference.contains(&marker);
            let sent = records.orders.values().find(carries).unwrap().id;
            records.type_again(sent, "").unwrap()
        })
    }

    /// The server dies in `saving`: before the click, or once the ERP has heard of it and before it has answered.
    async fn die_in_doubt(&mut self, id: &str, case: Case) {
        self.stack.sim.mend();
        let trouble = match case.save {
            Save::NotSaved => {
                self.aim("order: save");
                self.send(id).await;
                return self.await_death(case).await;
            }
            Save::Saved => Trouble::AnswerLate { ms: ANSWER_LATE_MS },
            Save::SavedLate => Trouble::Stall { ms: self.chance.random_range(LATE_MS) },
        };
        self.stack.sim.break_with(Fault::once(Place::Save, trouble));
        self.send(id).await;
        eventually("the ERP is asked to save", || async { !self.stack.sim.has_faults_waiting() }).await;
        self.stack.kill().await;
        self.counts.kills += 1;
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
            match state(&self.stack, id).await.as_str() {
                Some("verified") => return,
                // What an agent does then.
                Some("rejected") if matches!(case.mishap, Mishap::Refusal | Mishap::BrokenCustomer) => {
                    let draft = self.stack.post(&format!("/api/placements/{id}/edit"), &json!(null)).await;
                    let version = json!({ "version": draft["version"] });
                    self.stack.post(&format!("/api/drafts/{id}/place"), &version).await;
                }
                Some("needs-attention") if matches!(case.mishap, Mishap::Twin | Mishap::WrongNumber) => {
                    let repeat = json!({ "decision": "repeat" });
                    self.stack.post(&format!("/api/placements/{id}/resolve"), &repeat).await;
                }
                _ => {}
            }
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        let placement = self.stack.get(&format!("/api/placements/{id}")).await;
        let log = self.stack.get(&format!("/api/placements/{id}/log")).await;
        println!("stuck: {case:?} {placement} {log}");
        self.counts.stuck += 1;
    }

    async fn judge(mut self) -> (Counts, BTreeMap<&'static str, usize>) {
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
        // Of what is settled the last hundred are listed.
        assert_eq!(kept, self.markers.len().min(100), "one placement per order that was sent");
        self.stack.stop().await;
        (self.counts, self.per_place)
    }
}

fn from_environment(name: &str, otherwise: u64) -> u64 {
    std::env::var(name).map_or(otherwise, |text| text.parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_kills_the_server_each_order_is_in_the_erp_once() {
    let runs = from_environment("CRASH_RUNS", RUNS as u64) as usize;
    // Sixty of the cases, every day others; what is printed in the end repeats them.
    let today = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() / 86_400;
    let seed = from_environment("CRASH_SEED", today);
    let plan = Arc::new(Mutex::new(Plan::new(runs, seed)));
    let lanes = from_environment("CRASH_LANES", LANES as u64);
    let lanes: Vec<_> = (0..lanes).map(|_| tokio::spawn(Lane::work_through(plan.clone()))).collect();
    let (mut counts, mut per_place) = (Counts::default(), BTreeMap::<_, usize>::new());
    for lane in lanes {
        let (lane_counts, lane_places) = lane.await.unwrap();
        counts = counts.plus(lane_counts);
        for (place, runs) in lane_places {
            *per_place.entry(place).or_default() += runs;
        }
    }
    for (place, runs) in &per_place {
        println!("{runs:>6}  {place}");
    }
    println!(
        "seed {seed}: {runs} runs, {} kills, {} duplicates, {} lost, {} stuck, {} unknown left, {} places missed, {} s",
        counts.kills,
        counts.duplicates,
        counts.lost,
        counts.stuck,
        counts.unknown_left,
        counts.missed,
        plan.lock().unwrap().began.elapsed().as_secs()
    );
    assert_eq!(per_place.values().sum::<usize>(), runs, "every run came to its end");
    assert_eq!(counts, Counts { kills: counts.kills, ..Counts::default() });
}
