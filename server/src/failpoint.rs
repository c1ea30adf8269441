//! Kills this process where a test wants it dead, as a power cut would: at once, without a last word.
//!
//! Compiled only under the feature `failpoints`, and never with optimisations, so that no shipped program can have it. The
//! environment variable `CRASH_FILE` names a file; while the file holds the name of a place, the process dies when it
//! gets there, or so many milliseconds later if a number follows. Otherwise every call here is nothing.

#[cfg(all(feature = "failpoints", not(debug_assertions)))]
compile_error!("failpoints are for tests; a program that is shipped must not have them");

/// A step of a placement's life cycle, before or after it is on disk.
#[cfg(feature = "failpoints")]
pub(crate) fn step(from: &str, to: &str, when: &str) {
    at(&format!("{from}>{to} {when}"));
}

#[cfg(not(feature = "failpoints"))]
pub(crate) const fn step(_from: &str, _to: &str, _when: &str) {}

/// A place that has no step of its own.
#[cfg(feature = "failpoints")]
pub(crate) fn at(place: &str) {
    use rustix::process::{Signal, getpid, kill_process};
    let Some(file) = std::env::var_os("CRASH_FILE") else { return };
    let Ok(text) = std::fs::read_to_string(file) else { return };
    let (wanted, delay) = text.trim().split_once('+').unwrap_or((text.trim(), ""));
    if wanted != place {
        return;
    }
    let die = || kill_process(getpid(), Signal::KILL);
    match delay.parse::<u64>() {
        Ok(ms) => {
            std::thread::spawn(move || {
                std::thread::sleep(std::time::Duration::from_millis(ms));
                die()
            });
        }
        Err(_) => {
            // It cannot fail: the process exists and is ours.
            let _ = die();
        }
    }
}

#[cfg(not(feature = "failpoints"))]
pub(crate) const fn at(_place: &str) {}
