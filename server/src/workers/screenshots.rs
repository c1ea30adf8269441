//! Keeps what unexpected ERP screens looked like, for an operator, and forgets the oldest.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use domain::Timestamp;
use erp::Snapshot;

/// A folder of screenshots with a limit.
#[derive(Debug, Clone)]
pub(crate) struct Screenshots {
    folder: PathBuf,
    kept_max: usize,
}

impl Screenshots {
    /// Screenshots in `folder`, at most `kept_max` of them.
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
        let name = format!("{:014}-{word}.png", now.0);
        match self.write(&name, &snapshot.png) {
            Ok(()) => Some(name),
            Err(error) => {
                tracing::warn!(%error, "cannot keep a screenshot");
                None
            }
        }
    }

    fn write(&self, name: &str, png: &[u8]) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        fs::write(self.folder.join(name), png)?;
        self.forget_the_oldest()
    }

    fn forget_the_oldest(&self) -> io::Result<()> {
        let mut names = names_in(&self.folder)?;
        names.sort_unstable();
        let surplus = names.len().saturating_sub(self.kept_max);
        names.iter().take(surplus).try_for_each(fs::remove_file)
    }
}

fn names_in(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_newest_screenshots_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let kept = Screenshots::new(folder.path().join("screenshots"), 2);
        let snapshot = Snapshot { png: vec![1], ..Snapshot::default() };
        let names: Vec<_> =
            (1..=3).map(|ms| kept.keep("order/form", &snapshot, Timestamp(ms)).unwrap()).collect();
        assert_eq!(names[2], "00000000000003-order-form.png");
        assert_eq!(names_in(&folder.path().join("screenshots")).unwrap().len(), 2);
        assert!(!folder.path().join("screenshots").join(&names[0]).exists());
    }

    #[test]
    fn an_empty_screenshot_is_not_kept() {
        let kept = Screenshots::new("/nonexistent".into(), 2);
        assert_eq!(kept.keep("x", &Snapshot::default(), Timestamp(1)), None);
    }
}
