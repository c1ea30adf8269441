//! Lists the agent's orders, transport documents and invoices, newest first.

use domain::{Ddt, ErpId, Invoice, Order, PageOf, SyncType, search_key};
use sqlx::{AssertSqlSafe, Row};

use super::AgentStore;
use crate::{Result, search::cursor::Place, sync::Synced};

impl AgentStore {
    /// Records whose customer or number contains `query`, newest first, `limit` of them from `cursor` on.
    ///
    /// # Errors
    /// `InvalidCursor` for a cursor of another list.
    pub async fn documents<T: Synced>(
        &self,
        query: &str,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<PageOf<T>> {
        let place = cursor.map(|cursor| Place::parse(Some(cursor))).transpose()?;
        let limit = limit.clamp(1, self.config.page_rows_max);
        let (table, key) = (T::TABLE.name, T::TABLE.key().name);
        let (columns, day) = (T::TABLE.column_list(""), day_column(T::KIND));
        let found = "(?1 = '' OR instr(name_key, ?1) > 0 OR instr(lower(number), ?2) > 0)";
        let sql = format!(
            "SELECT {columns}, coalesce({day}, '') AS at, {key} AS place FROM {table} WHERE {found}
             AND (?3 IS NULL OR (coalesce({day}, ''), {key}) < (?3, ?4)) ORDER BY at DESC, place DESC LIMIT ?5"
        );
        let (name, number) = (search_key(query), query.trim().to_lowercase());
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(&name)
            .bind(&number)
            .bind(place.as_ref().map(|place| place.name_key.as_str()))
            .bind(place.as_ref().map(|place| place.key.as_str()))
            .bind(limit + 1)
            .fetch_all(self.database.readers())
            .await?;
        let total = sqlx::query_scalar(AssertSqlSafe(format!("SELECT count(*) FROM {table} WHERE {found}")))
            .bind(&name)
            .bind(&number)
            .fetch_one(self.database.readers())
            .await?;
        let shown = &rows[..rows.len().min(limit as usize)];
        let next = match shown.last() {
            Some(last) if rows.len() > shown.len() => {
                let (name_key, key) = (last.try_get("at")?, last.try_get("place")?);
                Some(Place { rank: 0, name_key, key }.to_cursor())
            }
            Some(_) | None => None,
        };
        let items = shown.iter().map(|row| T::TABLE.read(row)).collect::<Result<_>>()?;
        Ok(PageOf { items, total, next, coming: false })
    }

    /// An order, with the transport documents and invoices that name it.
    pub async fn order(&self, id: &ErpId) -> Result<Option<(Order, Vec<Ddt>, Vec<Invoice>)>> {
        let orders: Vec<Order> = self.where_equal("id", id.as_str()).await?;
        let Some(order) = orders.into_iter().next() else { return Ok(None) };
        let Some(number) = order.number.as_deref() else { return Ok(Some((order, Vec::new(), Vec::new()))) };
        let ddt = self.where_equal("order_number", number).await?;
        let invoices = self.where_equal("order_number", number).await?;
        Ok(Some((order, ddt, invoices)))
    }

    async fn where_equal<T: Synced>(&self, column: &str, value: &str) -> Result<Vec<T>> {
        let (table, key) = (T::TABLE.name, T::TABLE.key().name);
        let columns = T::TABLE.column_list("");
        let sql = format!("SELECT {columns} FROM {table} WHERE {column} = ? ORDER BY {key}");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(value).fetch_all(self.database.readers()).await?;
        rows.iter().map(|row| T::TABLE.read(row)).collect()
    }
}

/// The column by which a list is ordered.
const fn day_column(kind: SyncType) -> &'static str {
    match kind {
        SyncType::Orders => "created_at",
        SyncType::Ddt => "delivery_date",
        SyncType::Invoices => "day",
        // They have no day; their key orders them.
        SyncType::Customers | SyncType::Products | SyncType::Prices => "NULL",
    }
}
