//! Shows that one process owns the folder, and that files of every earlier version open with all they hold.

#![allow(clippy::unwrap_used, reason = "a step that fails fails the test")]

mod support;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use domain::{DraftId, SyncType};
use sqlx::{
    AssertSqlSafe, SqlitePool,
    migrate::{Migration, Migrator},
    sqlite::SqliteConnectOptions,
};
use store::{Store, StoreError};
use support::{Claims, TestStore, agent, customers, draft};
use time::macros::date;
use uuid::Uuid;

#[tokio::test]
async fn a_second_process_is_refused_with_the_reason() {
    let store = TestStore::new().await;
    let second = Store::open(store.folder.path()).await;
    let Err(refusal @ StoreError::FolderInUse { .. }) = second else { panic!("{second:?}") };
    assert!(refusal.to_string().contains("in use by another process"), "{refusal}");
    let TestStore { store, folder } = store;
    drop(store);
    Store::open(folder.path()).await.unwrap();
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let refused = Store::open(&file.join("data")).await;
    assert!(matches!(refused, Err(StoreError::Folder { .. })), "{refused:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_look_into_the_folder() {
    use std::os::unix::fs::PermissionsExt;
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("data");
    let _store = Store::open(&folder).await.unwrap();
    assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
}

#[tokio::test]
async fn what_was_stored_is_there_after_the_next_start() {
    let store = TestStore::new().await;
    let mut claims = Claims::new();
    let before = claims.sync(SyncType::Products).number();
    store.sync(&mut claims, &customers(30), 1).await;
    store.anna().await.save_draft(&draft(1, 50, &[5])).await.unwrap();
    let TestStore { store, folder } = store;
    store.close().await;
    drop(store);
    let store = TestStore { store: Store::open(folder.path()).await.unwrap(), folder };
    let anna = store.anna().await;
    assert_eq!(anna.search_customers("", 50, None).await.unwrap().total, 30);
    assert_eq!(anna.drafts().await.unwrap().len(), 1);
    let newest = store.newest_token(&[agent("anna"), agent("bruno")]).await.unwrap();
    assert!(newest > before && newest < claims.sync(SyncType::Products).number());
}

#[tokio::test]
async fn a_file_of_a_newer_version_is_refused() {
    let TestStore { store, folder } = TestStore::new().await;
    drop(store);
    let pool = open(&folder.path().join("control.db")).await;
    sqlx::query(
        "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time)
         VALUES (9999, 'of the future', 1, x'00', 0)",
    )
    .execute(&pool)
    .await
    .unwrap();
    pool.close().await;
    let refused = Store::open(folder.path()).await;
    assert!(matches!(refused, Err(StoreError::Migration { .. })), "{refused:?}");
}

/// Files of every version there ever was, filled, in one folder per version.
#[tokio::test]
async fn filled_files_of_every_earlier_version_open_with_all_they_hold() {
    for (name, file) in [("control", "control.db"), ("catalog", "catalog.db"), ("agent", "agents/anna.db")] {
        let migrations =
            Migrator::new(here(&format!("migrations/{name}"))).await.unwrap().migrations.into_owned();
        for version in migrations.iter().map(|migration| migration.version) {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            let before = make_old_file(&path, name, &migrations, version).await;

            let store = TestStore { store: Store::open(folder.path()).await.unwrap(), folder };
            store.anna().await;
            store.close().await;
            let after = row_counts(&path).await;
            for (table, rows) in before.iter().filter(|(table, _)| !table.starts_with("sqlite_")) {
                let kept = after.get(table).copied().unwrap_or_default();
                assert!(kept >= *rows, "{name} {version}: {table} held {rows} rows and holds {kept}");
            }
            assert_sound(&path).await;
        }
    }
}

#[tokio::test]
async fn rows_from_before_the_index_are_found() {
    let folder = tempfile::tempdir().unwrap();
    for (name, file) in [("catalog", "catalog.db"), ("agent", "agents/anna.db")] {
        let path = folder.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let migrations =
            Migrator::new(here(&format!("migrations/{name}"))).await.unwrap().migrations.into_owned();
        make_old_file(&path, name, &migrations, 1).await;
    }
    let store = TestStore { store: Store::open(folder.path()).await.unwrap(), folder };
    let anna = store.anna().await;
    let found = anna.search_customers("srl forli 0543", 9, None).await.unwrap();
    assert_eq!(found.items[0].name, "Società Rossi S.r.l.");
    let article = store.catalog().search_products("ab12xy", 9, None, date!(2026 - 03 - 15)).await.unwrap();
    assert_eq!(article.items[0].variants[0].unit_price.map(|cents| cents.0), Some(1_234));
    assert_eq!(anna.drafts().await.unwrap()[0].version.0, 3);
    let placement = anna.placement(DraftId(Uuid::from_u128(2))).await.unwrap().unwrap();
    assert_eq!((placement.state.as_str(), placement.marker.as_str()), ("saving", "A7K3-9QF2"));
}

/// A file as that version left it: each migration up to it, each followed by what could be filled in then.
async fn make_old_file(
    path: &Path,
    name: &str,
    migrations: &[Migration],
    version: i64,
) -> BTreeMap<String, i64> {
    let pool = open(path).await;
    for upto in migrations.iter().map(|migration| migration.version).filter(|upto| *upto <= version) {
        let known = migrations.iter().filter(|migration| migration.version <= upto).cloned().collect();
        Migrator::with_migrations(known).run(&pool).await.unwrap();
        if let Ok(filling) = fs::read_to_string(here(&format!("tests/rehearsal/{name}/{upto:04}.sql"))) {
            sqlx::raw_sql(AssertSqlSafe(filling)).execute(&pool).await.unwrap();
        }
    }
    pool.close().await;
    row_counts(path).await
}

/// How many rows each table holds; the index's own tables are not ours to count.
async fn row_counts(path: &Path) -> BTreeMap<String, i64> {
    let pool = open(path).await;
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%\\_words%' ESCAPE '\\'",
    )
    .fetch_all(&pool)
    .await
    .unwrap();
    let mut counts = BTreeMap::new();
    for table in tables {
        let sql = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
        counts.insert(table, sqlx::query_scalar(sql).fetch_one(&pool).await.unwrap());
    }
    pool.close().await;
    counts
}

async fn assert_sound(path: &Path) {
    let pool = open(path).await;
    let verdict: String = sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&pool).await.unwrap();
    assert_eq!(verdict, "ok", "{}", path.display());
    let broken = sqlx::query("PRAGMA foreign_key_check").fetch_all(&pool).await.unwrap();
    assert_eq!(broken.len(), 0, "{}", path.display());
    pool.close().await;
}

async fn open(path: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(path).create_if_missing(true).foreign_keys(true);
    SqlitePool::connect_with(options).await.unwrap()
}

fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}
