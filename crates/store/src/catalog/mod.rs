//! Reads products and prices, which all agents share.

mod pricing;
mod products;
mod report;

use std::sync::Arc;

use domain::{ArticleId, PageOf, Price, Product, SyncType};
use sqlx::{AssertSqlSafe, Row};

use crate::{
    Config, LastPass, Result,
    search::cursor::Place,
    sqlite::Database,
    sync::{self, Entity},
};

/// The shared catalogue.
#[derive(Debug, Clone)]
pub struct Catalog {
    pub(super) database: Database,
    pub(super) config: Arc<Config>,
}

impl Catalog {
    pub(crate) fn new(database: Database, config: Arc<Config>) -> Self {
        Self { database, config }
    }

    /// The last complete pass over products or prices; `None` before the first.
    pub async fn last_pass(&self, kind: SyncType) -> Result<Option<LastPass>> {
        sync::last_pass(&self.database, kind).await
    }

    /// One package variant with all its fields.
    pub async fn product(&self, id: &ArticleId) -> Result<Option<Product>> {
        let table = Product::TABLE;
        let sql = format!("SELECT {} FROM products WHERE id = ?", table.column_list(""));
        let row =
            sqlx::query(AssertSqlSafe(sql)).bind(id.as_str()).fetch_optional(self.database.readers()).await?;
        row.map(|row| table.read(&row)).transpose()
    }

    /// The price list in the ERP's words, ordered by article; only the entries that name `article`, if one is given.
    ///
    /// # Errors
    /// `InvalidCursor` for a cursor of another list.
    pub async fn prices(
        &self,
        article: Option<&ArticleId>,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<PageOf<Price>> {
        let (table, place) = (Price::TABLE, Place::parse(cursor)?);
        let limit = limit.clamp(1, self.config.page_rows_max);
        let sql = format!(
            "SELECT {}, coalesce(item_selection, '') AS item FROM prices
             WHERE (?1 IS NULL OR item_selection = ?1) AND (coalesce(item_selection, ''), id) > (?2, ?3)
             ORDER BY item, id LIMIT ?4",
            table.column_list("")
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(article.map(ArticleId::as_str))
            .bind(&place.name_key)
            .bind(&place.key)
            .bind(limit + 1)
            .fetch_all(self.database.readers())
            .await?;
        let total =
            sqlx::query_scalar("SELECT count(*) FROM prices WHERE (?1 IS NULL OR item_selection = ?1)")
                .bind(article.map(ArticleId::as_str))
                .fetch_one(self.database.readers())
                .await?;
        let shown = rows.iter().take(limit as usize);
        let items = shown.map(|row| table.read(row)).collect::<Result<Vec<Price>>>()?;
        let next = match rows.get(limit as usize - 1) {
            Some(last) if rows.len() > limit as usize => {
                let name_key = last.try_get("item")?;
                Some(Place { rank: 0, name_key, key: last.try_get("id")? }.to_cursor())
            }
            _ => None,
        };
        Ok(PageOf { items, total, next, coming: false })
    }
}
