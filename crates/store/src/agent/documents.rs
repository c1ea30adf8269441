//! Lists the agent's orders, transport documents and invoices, newest first.

use domain::{
    Ddt, DurationMs, ErpId, Invoice, Order, OrderState, OrderWithDocuments, PageOf, Placement,
    PlacementState, SentOrder, SyncType, Timestamp, order_totals, search_key,
};
use sqlx::{AssertSqlSafe, Row};

use super::{
    AgentStore,
    placement_rows::{COLUMNS, parse},
};
use crate::{Result, search::cursor::Place, sync::Synced};

/// How long the ERP's list may lag behind its orders. One that a reading begun later did not find was deleted there.
const LIST_LAG: DurationMs = DurationMs::minutes(10);

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
        self.documents_where("1 = 1", query, limit, cursor).await
    }

    /// Orders in this state, or in any, that match `query`, as [`Self::documents`] does.
    ///
    /// # Errors
    /// `InvalidCursor` for a cursor of another list.
    pub async fn orders(
        &self,
        query: &str,
        state: Option<OrderState>,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<PageOf<Order>> {
        self.documents_where(&state.map_or_else(|| "1 = 1".to_owned(), in_state), query, limit, cursor).await
    }

    async fn documents_where<T: Synced>(
        &self,
        condition: &str,
        query: &str,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<PageOf<T>> {
        let place = cursor.map(|cursor| Place::parse(Some(cursor))).transpose()?;
        let limit = limit.clamp(1, self.config.page_rows_max);
        let (table, key) = (T::TABLE.name, T::TABLE.key().name);
        let (columns, day) = (T::TABLE.column_list(""), day_column(T::KIND));
        // Without a number it is told by its key.
        let found = format!(
            "({condition}) AND (?1 = '' OR instr(name_key, ?1) > 0 OR instr(lower(coalesce(number, {key})), ?2) > 0)"
        );
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
    pub async fn order(&self, id: &ErpId) -> Result<Option<OrderWithDocuments>> {
        let orders: Vec<Order> = self.where_equal("id", id.as_str()).await?;
        let Some(order) = orders.into_iter().next() else { return Ok(None) };
        let Some(number) = order.number.clone() else {
            return Ok(Some(OrderWithDocuments { order, ddt: Vec::new(), invoices: Vec::new() }));
        };
        let ddt: Vec<Ddt> = self.where_equal("order_number", &number).await?;
        let invoices: Vec<Invoice> = self.where_equal("order_number", &number).await?;
        Ok(Some(OrderWithDocuments { order, ddt, invoices }))
    }

    /// Orders typed into the ERP for this agent that the copy of its list does not have yet, the one sent last first;
    /// those whose customer or number contains `query`.
    pub async fn sent_orders(&self, query: &str) -> Result<Vec<SentOrder>> {
        let read_from = self.last_pass(SyncType::Orders).await?.map(|pass| pass.began_at);
        let sql = format!(
            "SELECT {COLUMNS} FROM placements WHERE state IN ('placed', 'verified') AND NOT EXISTS (
                 SELECT 1 FROM orders WHERE orders.id = placements.number OR orders.number = placements.number
                     OR orders.number LIKE '%/' || placements.number
                     OR instr(customer_reference, placements.marker) > 0
             ) AND changed_at > ? ORDER BY submitted_at DESC, draft_id DESC"
        );
        let since = read_from.map_or(Timestamp(i64::MIN), |began| began.minus(LIST_LAG));
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(since.0).fetch_all(self.database.readers()).await?;
        let placements: Vec<_> = rows.iter().map(parse).collect::<Result<_>>()?;
        let (name, number) = (search_key(query), query.trim().to_lowercase());
        let matches = |order: &SentOrder| {
            search_key(&order.customer_name).contains(&name) || order.number.to_lowercase().contains(&number)
        };
        Ok(placements.into_iter().filter_map(sent).filter(matches).collect())
    }

    async fn where_equal<T: Synced>(&self, column: &str, value: &str) -> Result<Vec<T>> {
        let (table, key) = (T::TABLE.name, T::TABLE.key().name);
        let columns = T::TABLE.column_list("");
        let sql = format!("SELECT {columns} FROM {table} WHERE {column} = ? ORDER BY {key}");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(value).fetch_all(self.database.readers()).await?;
        rows.iter().map(|row| T::TABLE.read(row)).collect()
    }
}

/// The rows of `orders` in a state; says in SQL what [`Order::state`] says.
fn in_state(state: OrderState) -> String {
    let captions: Vec<_> = state.captions().iter().map(|caption| format!("'{caption}'")).collect();
    match state {
        OrderState::Pending => "number IS NULL".to_owned(),
        OrderState::Open | OrderState::Delivered | OrderState::Invoiced | OrderState::Cancelled => {
            format!("number IS NOT NULL AND lower(trim(sales_status)) IN ({})", captions.join(", "))
        }
    }
}

/// What the list of orders shows of a placement that has reached the ERP.
fn sent(placement: Placement) -> Option<SentOrder> {
    let number = match placement.state {
        PlacementState::Placed { number } | PlacementState::Verified { number } => number,
        PlacementState::Queued
        | PlacementState::Filling
        | PlacementState::Armed
        | PlacementState::Saving
        | PlacementState::Unknown
        | PlacementState::Rejected { .. }
        | PlacementState::NeedsAttention { .. }
        | PlacementState::Withdrawn => return None,
    };
    let order = placement.order;
    Some(SentOrder {
        draft_id: placement.draft_id,
        number,
        marker: placement.marker,
        lines: u32::try_from(order.lines.len()).unwrap_or(u32::MAX),
        total: order_totals(&order).net,
        customer_name: order.customer.map(|customer| customer.name).unwrap_or_default(),
        sent_at: placement.submitted_at,
    })
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
