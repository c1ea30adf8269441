//! Reads and searches the agent's customers.

use domain::{Customer, CustomerSummary, ErpId, PageOf};
use sqlx::{AssertSqlSafe, Row, sqlite::SqliteRow};

use super::AgentStore;
use crate::{
    Result,
    search::{SearchQuery, cursor::Place, query::QueryWords},
    sync::Entity,
};

/// How well a customer matches: its name begins with the query, words of its name do, other words do, or none.
fn rank_by(words: &QueryWords) -> String {
    let in_name =
        (0..words.terms().len()).map(|term| format!("instr(' ' || name_key, ?{}) > 0", FIRST_TERM + term));
    let in_name = in_name.collect::<Vec<_>>().join(" AND ");
    // Short words match at starts only, so there is nothing to tell apart.
    let elsewhere = if words.are_all_short() {
        "?3 <> ''"
    } else {
        "row_id IN (SELECT rowid FROM customer_words WHERE customer_words MATCH ?3)"
    };
    format!(
        "CASE WHEN substr(name_key, 1, length(?2)) = ?2 THEN 0 WHEN {in_name} THEN 1
         WHEN {elsewhere} THEN 2 ELSE 3 END"
    )
}

/// The number of the first SQL parameter that is a word of the query.
const FIRST_TERM: usize = 8;

const SUMMARY: &str = "c.id, c.account, c.name, c.vat_number, c.street, c.zip, c.city, c.phone, c.mobile";

impl AgentStore {
    /// Customers that match `query`, best first, `limit` of them from `cursor` on; all by name when it is empty.
    ///
    /// # Errors
    /// `InvalidCursor` for a cursor of another list. No query is an error.
    pub async fn search_customers(
        &self,
        query: &str,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<PageOf<CustomerSummary>> {
        let place = Place::parse(cursor)?;
        let limit = limit.clamp(1, self.config.page_rows_max);
        match SearchQuery::parse(query, &self.config) {
            SearchQuery::Nothing => Ok(PageOf { items: Vec::new(), total: 0, next: None, coming: false }),
            SearchQuery::Everything => self.all_customers(&place, limit).await,
            SearchQuery::Words(words) => self.matching_customers(&words, &place, limit).await,
        }
    }

    /// One customer with all its fields.
    pub async fn customer(&self, id: &ErpId) -> Result<Option<Customer>> {
        let table = Customer::TABLE;
        let sql = format!("SELECT {} FROM customers WHERE id = ?", table.column_list(""));
        let row =
            sqlx::query(AssertSqlSafe(sql)).bind(id.as_str()).fetch_optional(self.database.readers()).await?;
        row.map(|row| table.read(&row)).transpose()
    }

    async fn all_customers(&self, place: &Place, limit: u32) -> Result<PageOf<CustomerSummary>> {
        let total =
            sqlx::query_scalar("SELECT count(*) FROM customers").fetch_one(self.database.readers()).await?;
        let sql = format!(
            "SELECT {SUMMARY}, 0 AS rank, c.name_key FROM customers AS c
             WHERE (c.name_key, c.id) > (?, ?) ORDER BY c.name_key, c.id LIMIT ?"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(&place.name_key)
            .bind(&place.key)
            .bind(limit + 1)
            .fetch_all(self.database.readers())
            .await?;
        page(&rows, total, limit)
    }

    async fn matching_customers(
        &self,
        words: &QueryWords,
        place: &Place,
        limit: u32,
    ) -> Result<PageOf<CustomerSummary>> {
        let total = sqlx::query_scalar("SELECT count(*) FROM customer_words WHERE customer_words MATCH ?")
            .bind(words.anywhere())
            .fetch_one(self.database.readers())
            .await?;
        // The places are found and ordered first, then only the rows of the page are read.
        let sql = format!(
            "SELECT {SUMMARY}, found.rank, found.name_key FROM (
                 SELECT * FROM (
                     SELECT row_id, id, name_key, {} AS rank
                     FROM customer_words JOIN customers ON row_id = customer_words.rowid
                     WHERE customer_words MATCH ?1
                 ) AS ranked
                 WHERE (rank, name_key, id) > (?4, ?5, ?6) ORDER BY rank, name_key, id LIMIT ?7
             ) AS found JOIN customers AS c ON c.row_id = found.row_id
             ORDER BY found.rank, found.name_key, found.id",
            rank_by(words)
        );
        let query = sqlx::query(AssertSqlSafe(sql))
            .bind(words.anywhere())
            .bind(words.spaced())
            .bind(words.at_starts())
            .bind(place.rank)
            .bind(&place.name_key)
            .bind(&place.key)
            .bind(limit + 1);
        let query = words.terms().iter().fold(query, |query, term| query.bind(format!(" {term}")));
        page(&query.fetch_all(self.database.readers()).await?, total, limit)
    }
}

fn page(rows: &[SqliteRow], total: u32, limit: u32) -> Result<PageOf<CustomerSummary>> {
    let shown = &rows[..rows.len().min(limit as usize)];
    let items = shown.iter().map(summary).collect::<Result<_>>()?;
    let next = match shown.last() {
        Some(last) if rows.len() > shown.len() => {
            let (rank, name_key, key) =
                (last.try_get("rank")?, last.try_get("name_key")?, last.try_get("id")?);
            Some(Place { rank, name_key, key }.to_cursor())
        }
        Some(_) | None => None,
    };
    Ok(PageOf { items, total, next, coming: false })
}

fn summary(row: &SqliteRow) -> Result<CustomerSummary> {
    let id: String = row.try_get("id")?;
    Ok(CustomerSummary {
        id: id.parse().map_err(|fault| crate::StoreError::unreadable(format!("customer {id}"), fault))?,
        account: row.try_get("account")?,
        name: row.try_get("name")?,
        vat_number: row.try_get("vat_number")?,
        street: row.try_get("street")?,
        zip: row.try_get("zip")?,
        city: row.try_get("city")?,
        phone: row.try_get("phone")?,
        mobile: row.try_get("mobile")?,
    })
}
