//! Walks many seeded worlds on all cores and stops at the first broken invariant, with its journal.
//!
//! Arguments: the first seed, how many seeds, how many commands in each. `cargo xtask simulate` is the way to call it.

use std::{
    process::ExitCode,
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::Instant,
};

use orchestrator::simulation::{self, Failure};

fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map(|word| word.parse::<u64>());
    let (Some(Ok(first)), Some(Ok(seeds)), Some(Ok(commands))) =
        (numbers.next(), numbers.next(), numbers.next())
    else {
        eprintln!("three numbers: the first seed, how many, commands in each");
        return ExitCode::from(2);
    };
    let begun = Instant::now();
    let (next, steps, claims) = (AtomicU64::new(first), AtomicU64::new(0), AtomicU64::new(0));
    let (broken, stop) = (Mutex::new(None::<Failure>), AtomicBool::new(false));
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while !stop.load(Relaxed) {
                    let seed = next.fetch_add(1, Relaxed);
                    if seed - first >= seeds {
                        break;
                    }
                    match simulation::run(seed, commands) {
                        Ok(report) => {
                            steps.fetch_add(report.steps, Relaxed);
                            claims.fetch_add(report.claims, Relaxed);
                        }
                        Err(failure) => {
                            stop.store(true, Relaxed);
                            *broken.lock().expect("no thread panics while it holds this lock") =
                                Some(failure);
                        }
                    }
                }
            });
        }
    });
    if let Some(failure) = broken.into_inner().expect("all threads have ended") {
        println!("{failure}");
        return ExitCode::FAILURE;
    }
    let (steps, claims, seconds) = (steps.into_inner(), claims.into_inner(), begun.elapsed().as_secs_f64());
    println!("{seeds} worlds, {steps} steps, {claims} claims, every invariant held, {seconds:.1} s");
    ExitCode::SUCCESS
}
