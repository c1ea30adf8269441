//! Opens one SQLite file: a single writer, a few readers, migrations applied.
//!
//! Everything that only SQLite has for connections and PRAGMAs is here. There is one writing connection per file, so
//! writers queue in the pool, in order, instead of meeting `SQLITE_BUSY`; every writing transaction begins `IMMEDIATE`,
//! so it never fails half-way for want of the lock. Readers run beside it on WAL snapshots. A transaction is never held
//! across anything but SQL: the writer is one connection, and who holds it stops everybody.

use std::{path::Path, time::Duration};

use sqlx::{
    Sqlite, SqlitePool, Transaction,
    migrate::Migrator,
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::{Config, Result, StoreError};

/// How much a commit may lose when the power fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// Nothing: each commit reaches the disk before it returns (`synchronous=FULL`).
    Full,
    /// The last commits, never consistency (`synchronous=NORMAL`): for copies that the ERP can give again.
    Recoverable,
}

/// One open data file. Clones share its connections.
#[derive(Debug, Clone)]
pub struct Database {
    writer: SqlitePool,
    readers: SqlitePool,
}

/// The write-ahead log is cut back to this size after a checkpoint, so one big pass does not keep its space for ever.
const WAL_BYTES_MAX: &str = "33554432";

impl Database {
    /// Opens `path`, making it if it is not there, and applies the migrations it has not seen.
    ///
    /// # Errors
    /// `Migration` when the file was written by a newer version; `Database` when SQLite cannot open it.
    pub async fn open(
        path: &Path,
        migrations: &Migrator,
        durability: Durability,
        config: &Config,
    ) -> Result<Self> {
        let writer = writer_pool(path, durability, config).await?;
        migrations
            .run(&writer)
            .await
            .map_err(|source| StoreError::Migration { path: path.to_owned(), source })?;
        Ok(Self { readers: reader_pool(path, config), writer })
    }

    /// Begins a writing transaction; waits for its turn. Dropping it without a commit rolls it back.
    pub async fn begin(&self) -> Result<Transaction<'static, Sqlite>> {
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// The connections for reading; each statement, or a transaction begun on one, sees one committed moment.
    pub fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    /// Waits for the running statements and closes the file; the write-ahead log is folded into it.
    pub async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

async fn writer_pool(path: &Path, durability: Durability, config: &Config) -> Result<SqlitePool> {
    let synchronous = match durability {
        Durability::Full => SqliteSynchronous::Full,
        Durability::Recoverable => SqliteSynchronous::Normal,
    };
    let options = base_options(path, config.busy_timeout)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(synchronous)
        .pragma("journal_size_limit", WAL_BYTES_MAX);
    // The writer stays open for the file's life: the log is only removed when the last connection closes.
    Ok(SqlitePoolOptions::new()
        .max_connections(1)
        .idle_timeout(None)
        .max_lifetime(None)
        .acquire_timeout(Duration::from_mins(1))
        .test_before_acquire(false)
        .connect_with(options)
        .await?)
}

fn reader_pool(path: &Path, config: &Config) -> SqlitePool {
    // `query_only` rather than a read-only open, which could not recover a log left by a crash.
    let options = base_options(path, config.busy_timeout).pragma("query_only", "ON");
    SqlitePoolOptions::new()
        .max_connections(config.readers_per_file)
        .idle_timeout(config.reader_idle)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_lazy_with(options)
}

fn base_options(path: &Path, busy_timeout: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .foreign_keys(true)
        .busy_timeout(busy_timeout)
        .pragma("temp_store", "MEMORY")
}
