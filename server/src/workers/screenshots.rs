//! Keeps what ERP screens looked like, for an operator or for the person who must decide about an order, and forgets the
//! oldest of each sort: a screen that fails all day does not push out what somebody still has to look at.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use domain::Timestamp;
use erp::Snapshot;

/// A folder of screenshots with a limit for each screen.
#[derive(Debug, Clone)]
pub(crate) struct Screenshots {
    folder: PathBuf,
    kept_max: usize,
}

impl Screenshots {
    /// Screenshots in `folder`, at most `kept_max` of one screen.
    pub(crate) fn new(folder: PathBuf, kept_max: usize) -> Self {
        Self { folder, kept_max }
    }

    /// Keeps a screenshot of `screen` and answers its file name; `None` when there is none or it cannot be written, which
    /// must not hide the fault that it illustrates.
    pub(crate) fn keep(&self, screen: &str, snapshot: &Snapshot, now: Timestamp) -> Option<String> {
        if snapshot.png.is_empty() {
            return None;
        }
        let word: String =
            screen.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).take(40).collect();
        let sort = format!("-{word}.png");
        let name = format!("{:014}{sort}", now.0);
        match self.write(&name, &snapshot.png).and_then(|()| self.forget_the_oldest(&sort)) {
            Ok(()) => Some(name),
            Err(error) => {
                tracing::warn!(%error, "cannot keep a screenshot");
                None
            }
        }
    }

    fn write(&self, name: &str, png: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        fs::write(self.folder.join(name), png)
    }

    fn forget_the_oldest(&self, sort: &str) -> io::Result<()> {
        let mut names = names_in(&self.folder)?;
        names.retain(|name| sort_of(name).is_some_and(|other| other == sort));
        names.sort_unstable();
        let surplus = names.len().saturating_sub(self.kept_max);
        names.iter().take(surplus).try_for_each(fs::remove_file)
    }
}

/// What follows the time in a screenshot's name.
fn sort_of(name: &Path) -> Option<&str> {
    Some(name.file_name()?.to_str()?.trim_start_matches(|c: char| c.is_ascii_digit()))
}

fn names_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_screenshots_of_each_screen_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Screenshots::new(folder.path().join("screenshots"), 2);
        let snapshot = Snapshot { png: vec![1], ..Snapshot::default() };
        let other = kept.keep("placement", &snapshot, Timestamp(0)).unwrap();
        let names: Vec<_> =
            (1..=3).map(|ms| kept.keep("order/form", &snapshot, Timestamp(ms)).unwrap()).collect();
        assert_eq!(names[2], "00000000000003-order-form.png");
        let there = |name: &str| folder.path().join("screenshots").join(name).exists();
        assert_eq!(
            [&other, &names[0], &names[1], &names[2]].map(|name| there(name)),
            [true, false, true, true]
        );
    }

    #[test]
    fn an_empty_screenshot_is_not_kept() {
        let kept = Screenshots::new("/nonexistent".into(), 2);
        assert_eq!(kept.keep("x", &Snapshot::default(), Timestamp(1)), None);
    }
}
