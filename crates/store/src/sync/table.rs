//! Writes and reads every kind of synced row from a list of its columns.
//!
//! An entity is its column list (`entities.rs`); the SQL and the conversion are the same for all. Values travel as the
//! JSON object that the entity's own serialisation makes, so each field is described once, in `domain`. Unchanged rows
//! are told by their hash and never get this far.

use std::{collections::HashMap, fmt::Write as _};

use domain::{ContentHash, SyncType, Timestamp};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Map, Value};
use sqlx::{
    AssertSqlSafe, Row, Sqlite, SqliteConnection,
    query::Query,
    sqlite::{SqliteArguments, SqliteRow},
};

use crate::{Result, StoreError};

/// How a field is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColumnKind {
    /// Text; days and times in their sortable text form.
    Text,
    /// Cents, hundredths, counts.
    Integer,
    /// True and false as 1 and 0.
    Flag,
}

/// One field of an entity and where it is stored.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    /// The field's name in JSON.
    pub(crate) field: &'static str,
    /// The column's name in SQL.
    pub(crate) name: &'static str,
    pub(crate) kind: ColumnKind,
}

/// A table of synced rows. Its first column is the ERP's key.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [Column],
    /// The full-text index that goes with it, if it is searched.
    pub(crate) index: Option<&'static str>,
}

/// A kind of record that the ERP exports and the store keeps a copy of.
pub trait Synced: Serialize + DeserializeOwned + Send + Sync + sealed::Entity {
    /// Which sync brings it.
    const KIND: SyncType;
}

/// What stays inside the store about an entity.
pub(crate) mod sealed {
    use super::Table;

    #[allow(unnameable_types, reason = "seals `Synced`: the tables are this crate's business")]
    pub trait Entity {
        #[allow(private_interfaces, reason = "only this crate reads it")]
        const TABLE: Table;

        /// The ERP's key.
        fn key(&self) -> &str;

        /// The folded name, by which rows are ranked and matched; empty when there is none.
        fn name_key(&self) -> String {
            String::new()
        }

        /// What the search index holds of it; empty when it is not searched.
        fn words(&self) -> String {
            String::new()
        }
    }
}

/// A record's fields by their JSON names.
pub(crate) type Fields = Map<String, Value>;

/// What is remembered of a row to tell whether it has changed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Known {
    pub(crate) row_id: i64,
    pub(crate) hash: ContentHash,
}

/// A record ready to be written.
#[derive(Debug)]
pub(crate) struct NewValues<'a> {
    pub(crate) fields: &'a Fields,
    pub(crate) name_key: String,
    pub(crate) hash: ContentHash,
    pub(crate) now: Timestamp,
}

/// SQLite takes 32,766 values in a statement; this many keep it short.
const KEYS_PER_STATEMENT: usize = 500;

impl Table {
    /// The column of the ERP's key.
    pub(crate) fn key(&self) -> &'static Column {
        &self.columns[0]
    }

    /// All columns of the entity, for a `SELECT`, each with `prefix` before it.
    pub(crate) fn column_list(&self, prefix: &str) -> String {
        let names: Vec<String> = self.columns.iter().map(|c| format!("{prefix}{}", c.name)).collect();
        names.join(", ")
    }

    /// What is known of the rows with these keys.
    pub(crate) async fn known(
        &self,
        connection: &mut SqliteConnection,
        keys: &[String],
    ) -> Result<HashMap<String, Known>> {
        let mut known = HashMap::with_capacity(keys.len());
        for chunk in keys.chunks(KEYS_PER_STATEMENT) {
            let marks = vec!["?"; chunk.len()].join(", ");
            let (table, key) = (self.name, self.key().name);
            let sql = format!("SELECT {key}, row_id, content_hash FROM {table} WHERE {key} IN ({marks})");
            let query = chunk.iter().fold(sqlx::query(AssertSqlSafe(sql)), Query::bind);
            for row in query.fetch_all(&mut *connection).await? {
                let hash = ContentHash(row.try_get::<Vec<u8>, _>(2)?.try_into().unwrap_or([0; 32]));
                known.insert(row.try_get(0)?, Known { row_id: row.try_get(1)?, hash });
            }
        }
        Ok(known)
    }

    /// The stored fields of one row.
    pub(crate) async fn stored(&self, connection: &mut SqliteConnection, row_id: i64) -> Result<Fields> {
        let sql = format!("SELECT {} FROM {} WHERE row_id = ?", self.column_list(""), self.name);
        let row = sqlx::query(AssertSqlSafe(sql)).bind(row_id).fetch_one(connection).await?;
        self.fields(&row)
    }

    /// Every row with its id.
    pub(crate) async fn all<T: DeserializeOwned>(
        &self,
        connection: &mut SqliteConnection,
    ) -> Result<Vec<(i64, T)>> {
        let sql = format!("SELECT {}, row_id FROM {}", self.column_list(""), self.name);
        let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(connection).await?;
        rows.iter().map(|row| Ok((row.try_get("row_id")?, self.read(row)?))).collect()
    }

    /// Adds a row and returns its id.
    pub(crate) async fn insert(
        &self,
        connection: &mut SqliteConnection,
        values: &NewValues<'_>,
    ) -> Result<i64> {
        let marks = vec!["?"; self.columns.len() + 3].join(", ");
        let sql = format!(
            "INSERT INTO {} ({}, name_key, content_hash, changed_at) VALUES ({marks}) RETURNING row_id",
            self.name,
            self.column_list("")
        );
        let query = self.bind_all(sqlx::query(AssertSqlSafe(sql)), values);
        Ok(query.fetch_one(connection).await?.try_get(0)?)
    }

    /// Replaces a row's values.
    pub(crate) async fn update(
        &self,
        connection: &mut SqliteConnection,
        row_id: i64,
        values: &NewValues<'_>,
    ) -> Result<()> {
        let mut sql = format!("UPDATE {} SET ", self.name);
        for column in self.columns {
            write!(sql, "{} = ?, ", column.name).expect("writing to a string cannot fail");
        }
        sql.push_str("name_key = ?, content_hash = ?, changed_at = ? WHERE row_id = ?");
        let query = self.bind_all(sqlx::query(AssertSqlSafe(sql)), values);
        query.bind(row_id).execute(connection).await?;
        Ok(())
    }

    /// Remembers a new hash for a row whose values have not changed (its document had other columns).
    pub(crate) async fn rehash(
        &self,
        connection: &mut SqliteConnection,
        row_id: i64,
        hash: ContentHash,
    ) -> Result<()> {
        let sql = format!("UPDATE {} SET content_hash = ? WHERE row_id = ?", self.name);
        sqlx::query(AssertSqlSafe(sql)).bind(hash.0.to_vec()).bind(row_id).execute(connection).await?;
        Ok(())
    }

    /// The entity in a row that was selected with [`Table::column_list`] first.
    pub(crate) fn read<T: DeserializeOwned>(&self, row: &SqliteRow) -> Result<T> {
        self.record(self.fields(row)?)
    }

    /// The entity with these fields.
    pub(crate) fn record<T: DeserializeOwned>(&self, fields: Fields) -> Result<T> {
        let key = fields.get(self.key().field).map(ToString::to_string).unwrap_or_default();
        serde_json::from_value(Value::Object(fields))
            .map_err(|fault| StoreError::unreadable(format!("{} {key}", self.name), fault))
    }

    fn fields(&self, row: &SqliteRow) -> Result<Fields> {
        let value = |(place, column): (usize, &Column)| -> Result<(String, Value)> {
            let value = match column.kind {
                ColumnKind::Text => row.try_get::<Option<String>, _>(place)?.into(),
                ColumnKind::Integer => row.try_get::<Option<i64>, _>(place)?.into(),
                ColumnKind::Flag => row.try_get::<Option<bool>, _>(place)?.into(),
            };
            Ok((column.field.to_owned(), value))
        };
        self.columns.iter().enumerate().map(value).collect()
    }

    fn bind_all<'q>(
        &self,
        query: Query<'q, Sqlite, SqliteArguments>,
        values: &NewValues<'_>,
    ) -> Query<'q, Sqlite, SqliteArguments> {
        let mut query = query;
        for column in self.columns {
            let value = values.fields.get(column.field).unwrap_or(&Value::Null);
            query = match column.kind {
                ColumnKind::Text => query.bind(value.as_str().map(str::to_owned)),
                ColumnKind::Integer => query.bind(value.as_i64()),
                ColumnKind::Flag => query.bind(value.as_bool()),
            };
        }
        query.bind(values.name_key.clone()).bind(values.hash.0.to_vec()).bind(values.now.0)
    }
}

/// The fields of a record.
pub(crate) fn fields_of<T: Serialize>(record: &T) -> Result<Fields> {
    match serde_json::to_value(record) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Err(StoreError::unreadable("a record", "it is not an object")),
        Err(fault) => Err(StoreError::unreadable("a record", fault)),
    }
}
