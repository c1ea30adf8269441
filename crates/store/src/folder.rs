//! Keeps the data folder to one process.

use std::{
    fs::{self, File, TryLockError},
    path::Path,
};

use crate::{Result, StoreError};

/// Held while the folder is open; the system frees it when the process ends, however it ends.
#[derive(Debug)]
pub(crate) struct FolderLock {
    _file: File,
}

/// The tasks and leases live in memory and are written through, so two processes on one folder would each be blind to
/// the other's: the second is refused.
pub(crate) fn lock(folder: &Path) -> Result<FolderLock> {
    let path = folder.join("in-use.lock");
    let file = File::create(&path).map_err(|source| StoreError::Folder { path: path.clone(), source })?;
    match file.try_lock() {
        Ok(()) => Ok(FolderLock { _file: file }),
        Err(TryLockError::WouldBlock) => Err(StoreError::FolderInUse { folder: folder.to_owned() }),
        Err(TryLockError::Error(source)) => Err(StoreError::Folder { path, source }),
    }
}

/// Makes the folder, readable by its owner only: it holds everybody's customers.
pub(crate) fn make(folder: &Path) -> Result<()> {
    let made = make_private(folder);
    made.map_err(|source| StoreError::Folder { path: folder.to_owned(), source })
}

#[cfg(unix)]
fn make_private(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_private(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}
