//! Uses the product as an API client does, and watches what it costs.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread::{self, JoinHandle, sleep},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};

/// How often a running sync is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How often the reader of exports is looked at; it lives for some tenths of a second.
const WATCH_EVERY: Duration = Duration::from_millis(2);
/// The longest one sync may take before a measurement gives up.
const SYNC_SECONDS_MAX: u64 = 300;

/// The ports of a pair that runs.
#[derive(Clone, Copy)]
pub(super) struct Ports {
    pub(super) server: u16,
    pub(super) erp: u16,
    pub(super) metrics: u16,
}

/// A signed-in client.
pub(super) struct Api {
    base: String,
    metrics: String,
    erp: String,
    bearer: String,
}

/// Milliseconds spent and rows met so far by one type of sync.
#[derive(Clone, Copy, Default)]
pub(super) struct Counters {
    pub(super) erp: f64,
    pub(super) parsing: f64,
    pub(super) storing: f64,
    /// New and updated rows.
    pub(super) written: f64,
}

impl Counters {
    pub(super) fn since(self, before: Self) -> Self {
        Self {
            erp: self.erp - before.erp,
            parsing: self.parsing - before.parsing,
            storing: self.storing - before.storing,
            written: self.written - before.written,
        }
    }
}

impl Api {
    pub(super) fn sign_in(ports: Ports) -> Result<Self> {
        let base = format!("http://127.0.0.1:{}", ports.server);
        let answer: Value = ureq::post(format!("{base}/api/auth/login"))
            .header("origin", &base)
            .send_json(json!({ "account": "agente1", "password": "demo" }))?
            .body_mut()
            .read_json()?;
        let token = answer["token"].as_str().context("the sign-in answer has no token")?;
        Ok(Self {
            metrics: format!("http://127.0.0.1:{}/metrics", ports.metrics),
            erp: format!("http://127.0.0.1:{}", ports.erp),
            bearer: format!("Bearer {token}"),
            base,
        })
    }

    pub(super) fn get(&self, path: &str) -> Result<Value> {
        let mut answer = ureq::get(format!("{}{path}", self.base))
            .header("authorization", &self.bearer)
            .call()
            .with_context(|| format!("GET {path}"))?;
        Ok(answer.body_mut().read_json()?)
    }

    pub(super) fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let mut answer = ureq::post(format!("{}{path}", self.base))
            .header("authorization", &self.bearer)
            .send_json(body)
            .with_context(|| format!("POST {path}"))?;
        Ok(answer.body_mut().read_json().unwrap_or(Value::Null))
    }

    /// Changes every so manieth row of each list in the ERP.
    pub(super) fn drift(&self, nth: usize, word: &str) -> Result<()> {
        ureq::post(format!("{}/_sim/drift", self.erp)).send_json(json!({ "nth": nth, "word": word }))?;
        Ok(())
    }

    /// Changes some customers' phones in the ERP.
    pub(super) fn change_customers(&self, count: usize, round: usize) -> Result<()> {
        let ids: Value = ureq::get(format!("{}/_sim/customers", self.erp)).call()?.body_mut().read_json()?;
        for (index, customer) in ids.as_array().into_iter().flatten().take(count).enumerate() {
            let id = customer["id"].as_str().context("a customer of the simulator has an id")?;
            let phone = format!("+3905{round:03}{index:05}");
            ureq::patch(format!("{}/_sim/customers/{id}", self.erp)).send_json(json!({ "phone": phone }))?;
        }
        Ok(())
    }

    /// Asks for a list by hand and waits until that sync has ended; its row of the history.
    pub(super) fn sync(&self, kind: &str) -> Result<Value> {
        let ticket = self.post(&format!("/api/sync/{kind}"), &json!({}))?["ticket"].clone();
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(SYNC_SECONDS_MAX) {
            let history = self.get(&format!("/api/sync/history?type={kind}"))?;
            let ended = history.as_array().into_iter().flatten().find(|row| row["ticket"] == ticket);
            match ended {
                Some(row) if row["outcome"] == "done" => return Ok(row.clone()),
                Some(row) => bail!("the sync ended otherwise: {row}"),
                None => sleep(LOOK_EVERY),
            }
        }
        bail!("{kind} did not end within {SYNC_SECONDS_MAX} s")
    }

    /// Waits until a condition on the status holds.
    pub(super) fn wait_for(&self, what: &str, holds: impl Fn(&Value) -> bool) -> Result<()> {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(SYNC_SECONDS_MAX) {
            if holds(&self.get("/api/sync/status")?) {
                return Ok(());
            }
            sleep(LOOK_EVERY);
        }
        bail!("within {SYNC_SECONDS_MAX} s it is not true that {what}")
    }

    /// What one type of sync has cost so far.
    pub(super) fn counters(&self, kind: &str) -> Result<Counters> {
        let text = ureq::get(&self.metrics).call()?.body_mut().read_to_string()?;
        let value = |name: String| {
            let line = text.lines().find_map(|line| line.strip_prefix(&name));
            line.and_then(|number| number.trim().parse::<f64>().ok())
                .with_context(|| format!("the server counts no {name}"))
        };
        let phase = |phase: &str| value(format!("sync_phase_ms_sum{{type=\"{kind}\",phase=\"{phase}\"}}"));
        let fate = |fate: &str| value(format!("sync_rows_total{{type=\"{kind}\",fate=\"{fate}\"}}"));
        Ok(Counters {
            erp: phase("erp")?,
            parsing: phase("parse")?,
            storing: phase("store")?,
            written: fate("new")? + fate("updated")?,
        })
    }
}

/// Watches the memory of a server and of the child that reads its exports.
pub(super) struct Watch {
    server: u32,
    child_kib: Arc<AtomicU64>,
    over: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Watch {
    /// From now on; the server's peak starts anew.
    pub(super) fn start(server: u32) -> Self {
        // Without the right to do so, the peak is that of the server's whole life.
        let _ = fs::write(format!("/proc/{server}/clear_refs"), "5");
        let (child_kib, over) = (Arc::new(AtomicU64::new(0)), Arc::new(AtomicBool::new(false)));
        let (peak, stop) = (child_kib.clone(), over.clone());
        let thread = thread::spawn(move || {
            while !stop.load(Relaxed) {
                let readers = children(server).into_iter().filter(|child| reads_exports(*child));
                for kib in readers.filter_map(peak_kib) {
                    peak.fetch_max(kib, Relaxed);
                }
                sleep(WATCH_EVERY);
            }
        });
        Self { server, child_kib, over, thread: Some(thread) }
    }

    /// The peaks until now, MiB: the server's and the child's.
    pub(super) fn peaks_mib(&self) -> (f64, f64) {
        let server = peak_kib(self.server).unwrap_or(0);
        (server as f64 / 1_024.0, self.child_kib.load(Relaxed) as f64 / 1_024.0)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        self.over.store(true, Relaxed);
        if let Some(thread) = self.thread.take() {
            // It only reads files.
            let _ = thread.join();
        }
    }
}

fn children(of: u32) -> Vec<u32> {
    let tasks = fs::read_dir(format!("/proc/{of}/task")).into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists
        .flat_map(|list| list.split_whitespace().filter_map(|id| id.parse().ok()).collect::<Vec<_>>())
        .collect()
}

fn reads_exports(process: u32) -> bool {
    fs::read(format!("/proc/{process}/cmdline"))
        .is_ok_and(|line| line.split(|byte| *byte == 0).any(|word| word == b"parse-export"))
}

/// The most memory a process has had at once.
fn peak_kib(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix("kB")?.trim().parse().ok()
}
