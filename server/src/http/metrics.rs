//! Serves counters in Prometheus' text format on a listener of its own.

use std::{
    fmt::Write,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

use axum::{Router, extract::State, routing::get};
use domain::{ReadingWay, SyncStatus, SyncType};
use http::{StatusCode, header};
use store::PageOutcome;

use crate::{conductor::ConductorHandle, services::everybody};

/// Upper edges of the buckets of request times, milliseconds.
const EDGES_MS: [u64; 8] = [1, 5, 25, 100, 500, 2_500, 10_000, 60_000];

static BY_CLASS: [AtomicU64; 6] = [const { AtomicU64::new(0) }; 6];
static BY_TIME: [AtomicU64; EDGES_MS.len() + 1] = [const { AtomicU64::new(0) }; EDGES_MS.len() + 1];
static TOTAL_MS: AtomicU64 = AtomicU64::new(0);

/// Counts one answered request.
pub(crate) fn count(status: StatusCode, took: Duration) {
    let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
    let bucket = EDGES_MS.iter().position(|edge| ms <= *edge).unwrap_or(EDGES_MS.len());
    BY_CLASS[usize::from(status.as_u16() / 100).min(5)].fetch_add(1, Relaxed);
    BY_TIME[bucket].fetch_add(1, Relaxed);
    TOTAL_MS.fetch_add(ms, Relaxed);
}

/// What a sync spends its time on.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Phase {
    /// Signing in, finding the list, waiting for its export.
    Erp,
    /// Reading the export in a child process.
    Parse,
    /// Comparing and writing rows.
    Store,
}

impl Phase {
    const ALL: [(Self, &str); 3] = [(Self::Erp, "erp"), (Self::Parse, "parse"), (Self::Store, "store")];
}

/// Milliseconds per type and phase.
static PHASES: [[AtomicU64; 3]; SyncType::ALL.len()] = [const { [const { AtomicU64::new(0) }; 3] }; 6];

/// Does a part of a sync and adds its time to that phase.
pub(crate) async fn timed<T>(kind: SyncType, phase: Phase, work: impl Future<Output = T>) -> T {
    let begun = Instant::now();
    let done = work.await;
    let ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    PHASES[kind as usize][phase as usize].fetch_add(ms, Relaxed);
    done
}

/// Readings of customers per way.
static READINGS: [AtomicU64; 2] = [const { AtomicU64::new(0) }; 2];

/// Counts one reading of customers for somebody who waited.
pub(crate) fn count_reading(way: ReadingWay) {
    READINGS[way as usize].fetch_add(1, Relaxed);
}

fn readings() -> String {
    let mut text = String::from("# TYPE customer_readings_total counter\n");
    for (way, name) in [(ReadingWay::Api, "api"), (ReadingWay::Export, "export")] {
        let count = READINGS[way as usize].load(Relaxed);
        let _ = writeln!(text, "customer_readings_total{{way=\"{name}\"}} {count}");
    }
    text
}

/// Rows per type, by what became of them.
static ROWS: [[AtomicU64; 4]; SyncType::ALL.len()] = [const { [const { AtomicU64::new(0) }; 4] }; 6];
const FATES: [&str; 4] = ["new", "updated", "unchanged", "deleted"];

/// Counts what became of the rows of a page.
pub(crate) fn stored(kind: SyncType, page: &PageOutcome) {
    for (counter, rows) in ROWS[kind as usize].iter().zip([page.new, page.updated, page.unchanged]) {
        counter.fetch_add(u64::from(rows), Relaxed);
    }
}

/// Counts rows that complete passes did not see any more.
pub(crate) fn deleted(kind: SyncType, rows: u32) {
    ROWS[kind as usize][3].fetch_add(u64::from(rows), Relaxed);
}

fn rows() -> String {
    let mut text = String::from("# TYPE sync_rows_total counter\n");
    for kind in SyncType::ALL {
        for (fate, count) in FATES.iter().zip(&ROWS[kind as usize]) {
            let rows = count.load(Relaxed);
            let _ = writeln!(text, "sync_rows_total{{type=\"{kind}\",fate=\"{fate}\"}} {rows}");
        }
    }
    text
}

fn phases() -> String {
    let mut text = String::from("# TYPE sync_phase_ms_sum counter\n");
    for kind in SyncType::ALL {
        for (phase, name) in Phase::ALL {
            let ms = PHASES[kind as usize][phase as usize].load(Relaxed);
            let _ = writeln!(text, "sync_phase_ms_sum{{type=\"{kind}\",phase=\"{name}\"}} {ms}");
        }
    }
    text
}

/// `GET /metrics`
pub fn router(conductor: ConductorHandle) -> Router {
    Router::new().route("/metrics", get(serve)).with_state(conductor)
}

async fn serve(
    State(conductor): State<ConductorHandle>,
) -> ([(header::HeaderName, &'static str); 1], String) {
    let mut text = requests() + &phases() + &readings() + &rows();
    text += &syncs(&conductor.status(&everybody()).await);
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text)
}

fn requests() -> String {
    let mut text = String::from("# TYPE http_requests_total counter\n");
    for (class, count) in BY_CLASS.iter().enumerate().skip(1) {
        let _ = writeln!(text, "http_requests_total{{status=\"{class}xx\"}} {}", count.load(Relaxed));
    }
    text += "# TYPE http_request_duration_ms histogram\n";
    let mut so_far = 0;
    for (edge, count) in EDGES_MS.iter().zip(&BY_TIME) {
        so_far += count.load(Relaxed);
        let _ = writeln!(text, "http_request_duration_ms_bucket{{le=\"{edge}\"}} {so_far}");
    }
    so_far += BY_TIME[EDGES_MS.len()].load(Relaxed);
    let _ = writeln!(text, "http_request_duration_ms_bucket{{le=\"+Inf\"}} {so_far}");
    let _ = writeln!(text, "http_request_duration_ms_sum {}", TOTAL_MS.load(Relaxed));
    let _ = writeln!(text, "http_request_duration_ms_count {so_far}");
    text
}

fn syncs(status: &SyncStatus) -> String {
    let mut text = String::from("# TYPE sync_tasks gauge\n");
    let _ = writeln!(text, "sync_tasks{{state=\"running\"}} {}", status.current_sync.len());
    let _ = writeln!(text, "sync_tasks{{state=\"queued\"}} {}", status.queue.len());
    let _ = writeln!(
        text,
        "# TYPE order_forms_open gauge\norder_forms_open {}",
        status.smart_sync.active_sessions
    );
    text
}
