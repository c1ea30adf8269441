//! Keeps the browser's files in private folders and removes what a killed process left behind.
//!
//! A folder's name carries the process that made it (its id and start time, because ids come again), so that the next
//! start can tell the left-behind ones from those of a server that still runs.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

const PREFIX: &str = "archibald-erp-";

/// Makes a private folder below `parent` (or the system's temporary folder), removed when dropped.
pub(crate) fn make(parent: Option<&Path>) -> io::Result<TempDir> {
    let parent = parent.map_or_else(std::env::temp_dir, Path::to_path_buf);
    fs::create_dir_all(&parent)?;
    let process = std::process::id();
    let started = start_ticks(process).unwrap_or(0);
    tempfile::Builder::new().prefix(&format!("{PREFIX}{process}-{started}-")).tempdir_in(parent)
}

/// Removes the folders of processes that are gone; returns how many.
pub(crate) fn sweep(parent: Option<&Path>) -> usize {
    let parent = parent.map_or_else(std::env::temp_dir, Path::to_path_buf);
    let Ok(entries) = fs::read_dir(parent) else { return 0 };
    entries
        .flatten()
        .filter(|entry| entry.file_name().to_str().and_then(owner).is_some_and(|owner| !owner.is_alive()))
        .filter(|entry| fs::remove_dir_all(entry.path()).is_ok())
        .count()
}

#[derive(Debug, PartialEq, Eq)]
struct Owner {
    process: u32,
    started: u64,
}

impl Owner {
    fn is_alive(&self) -> bool {
        start_ticks(self.process) == Some(self.started)
    }
}

fn owner(folder: &str) -> Option<Owner> {
    let mut parts = folder.strip_prefix(PREFIX)?.splitn(3, '-');
    let process = parts.next()?.parse().ok()?;
    let started = parts.next()?.parse().ok()?;
    parts.next()?;
    Some(Owner { process, started })
}

/// When a process started, in clock ticks since boot: field 22 of `/proc/<id>/stat`.
fn start_ticks(process: u32) -> Option<u64> {
    let path: PathBuf = ["/proc", &process.to_string(), "stat"].iter().collect();
    let stat = fs::read_to_string(path).ok()?;
    // The name (field 2) may hold spaces and parentheses, so counting starts after its last parenthesis.
    let after_name = stat.rsplit_once(')')?.1;
    after_name.split_whitespace().nth(19)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_of_dead_processes_are_swept() {
        let parent = tempfile::tempdir().expect("a temporary folder can be made");
        let ours = make(Some(parent.path())).expect("a folder can be made");
        let dead = parent.path().join(format!("{PREFIX}4294967294-1-abc"));
        let foreign = parent.path().join("something-else");
        fs::create_dir(&dead).expect("a folder can be made");
        fs::create_dir(&foreign).expect("a folder can be made");
        assert_eq!(sweep(Some(parent.path())), 1);
        assert!(ours.path().exists() && foreign.exists() && !dead.exists());
    }
}
