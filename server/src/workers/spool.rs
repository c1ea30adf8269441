//! Keeps the export that a pass is storing, so that a pass which was interrupted goes on with the same rows.
//!
//! An export is one reading: its pages belong together. Asking the ERP again would give other pages, whose rows may have
//! moved from one that is stored to one that is not, so going on at the cursor is only right on the very same file. The
//! file is named after all that its pages depend on; what does not fit exactly is not there.

use std::{
    io,
    path::{Path, PathBuf},
};

use domain::{Scope, SyncType, Timestamp};
use tokio::fs;

/// The exports of passes under way, at most one per scope and type.
#[derive(Debug)]
pub(super) struct Spool {
    folder: PathBuf,
    page_rows: usize,
}

impl Spool {
    /// Exports in `folder`, whose pages have so many rows.
    pub(super) fn new(folder: PathBuf, page_rows: usize) -> Self {
        Self { folder, page_rows }
    }

    /// Keeps a copy of the export of the pass that began then, in place of an earlier one. Without it the pass can only
    /// start over, so a disk that is full is no reason to give it up.
    pub(super) async fn keep(&self, scope: &Scope, kind: SyncType, began: Timestamp, export: &Path) {
        self.forget(scope, kind).await;
        let kept = async {
            fs::create_dir_all(&self.folder).await?;
            // Under its name it is whole, whenever the process dies or the power fails.
            let coming = self.folder.join(format!("{}.part", prefix(scope, kind)));
            fs::copy(export, &coming).await?;
            fs::File::open(&coming).await?.sync_all().await?;
            fs::rename(&coming, self.path(scope, kind, began)).await
        };
        if let Err(error) = kept.await {
            tracing::warn!(%error, %kind, "an export is not kept: if interrupted, its pass starts over");
        }
    }

    /// The export of the pass that began then.
    pub(super) async fn find(&self, scope: &Scope, kind: SyncType, began: Timestamp) -> Option<PathBuf> {
        let path = self.path(scope, kind, began);
        fs::try_exists(&path).await.is_ok_and(|exists| exists).then_some(path)
    }

    /// Removes what is kept of this scope and type: its pass is complete, or given up.
    pub(super) async fn forget(&self, scope: &Scope, kind: SyncType) {
        if let Err(error) = self.remove(&prefix(scope, kind)).await
            && error.kind() != io::ErrorKind::NotFound
        {
            tracing::warn!(%error, %kind, "an export that is done with was not removed");
        }
    }

    async fn remove(&self, prefix: &str) -> io::Result<()> {
        let mut files = fs::read_dir(&self.folder).await?;
        while let Some(file) = files.next_entry().await? {
            if file.file_name().to_str().is_some_and(|name| name.starts_with(prefix)) {
                fs::remove_file(file.path()).await?;
            }
        }
        Ok(())
    }

    fn path(&self, scope: &Scope, kind: SyncType, began: Timestamp) -> PathBuf {
        self.folder.join(format!("{}{}-{}.pdf", prefix(scope, kind), began.0, self.page_rows))
    }
}

/// An agent's id has no `@`, so no scope's name begins with another's.
fn prefix(scope: &Scope, kind: SyncType) -> String {
    match scope {
        Scope::Shared => format!("@{kind}@"),
        Scope::Agent(agent) => format!("{agent}@{kind}@"),
    }
}

#[cfg(test)]
mod tests {
    use domain::Timestamp;

    use super::*;

    #[tokio::test]
    async fn only_the_export_of_the_very_same_pass_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let export = folder.path().join("Clienti.pdf");
        std::fs::write(&export, "%PDF").unwrap();
        let (anna, ann) = ("anna".parse().unwrap(), "ann".parse().unwrap());
        let (anna, ann) = (Scope::Agent(anna), Scope::Agent(ann));
        let spool = Spool::new(folder.path().join("passes"), 200);
        let (customers, orders) = (SyncType::Customers, SyncType::Orders);
        spool.forget(&anna, customers).await;
        spool.keep(&anna, customers, Timestamp(7), &export).await;
        spool.keep(&ann, customers, Timestamp(7), &export).await;
        spool.keep(&anna, orders, Timestamp(7), &export).await;
        spool.keep(&anna, customers, Timestamp(8), &export).await;
        assert!(spool.find(&anna, customers, Timestamp(7)).await.is_none(), "a new pass takes its place");
        let other_pages = Spool::new(folder.path().join("passes"), 100);
        assert!(other_pages.find(&anna, customers, Timestamp(8)).await.is_none());
        assert!(spool.find(&anna, customers, Timestamp(8)).await.is_some());
        spool.forget(&anna, customers).await;
        assert!(spool.find(&anna, customers, Timestamp(8)).await.is_none());
        assert!(spool.find(&ann, customers, Timestamp(7)).await.is_some());
        assert!(spool.find(&anna, orders, Timestamp(7)).await.is_some());
    }
}
