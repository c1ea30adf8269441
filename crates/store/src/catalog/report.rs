//! Tells which rows of the price list belong to which articles, and what has changed in the catalogue.

use std::collections::HashMap;

use domain::{ArticleWithoutPrice, CatalogChange, PageOf, Price, PriceMatch, PriceReport, Product, SyncType};
use sqlx::{Row, sqlite::SqliteRow};
use time::Date;

use super::{
    Catalog,
    pricing::{base_price, matches},
};
use crate::{
    Result, StoreError,
    control::words::Columns,
    search::{cursor::Place, words::article_key},
    sync::Entity,
};

/// Rows of each list in a report; whoever has more of them has one cause for all.
const ROWS_MAX: usize = 200;

impl Catalog {
    /// How the price list fits the articles on `today`.
    pub async fn price_report(&self, today: Date) -> Result<PriceReport> {
        let mut reader = self.database.readers().acquire().await?;
        let products: Vec<(i64, Product)> = Product::TABLE.all(&mut reader).await?;
        let prices: Vec<(i64, Price)> = Price::TABLE.all(&mut reader).await?;
        drop(reader);
        let (products, prices): (Vec<_>, Vec<_>) =
            (products.into_iter().map(|row| row.1).collect(), prices.into_iter().map(|row| row.1).collect());
        let mut report = tokio::task::spawn_blocking(move || fit(&products, prices, today))
            .await
            .map_err(|error| StoreError::unreadable("prices", error))?;
        report.prices_as_of = self.last_pass(SyncType::Prices).await?.map(|pass| pass.began_at);
        report.products_as_of = self.last_pass(SyncType::Products).await?.map(|pass| pass.began_at);
        Ok(report)
    }

    /// Changes of articles and prices, newest first, `limit` of them from `cursor` on; those about articles whose id or
    /// name contains `query`.
    ///
    /// # Errors
    /// `InvalidCursor` for a cursor of another list.
    pub async fn changes(
        &self,
        query: &str,
        limit: u32,
        cursor: Option<&str>,
    ) -> Result<PageOf<CatalogChange>> {
        let before = match cursor {
            None => i64::MAX,
            Some(cursor) => {
                let place = Place::parse(Some(cursor))?;
                place.key.parse().map_err(|_| StoreError::InvalidCursor)?
            }
        };
        let limit = limit.clamp(1, self.config.page_rows_max);
        let query = query.trim().to_lowercase();
        let rows = sqlx::query(
            "SELECT * FROM changes WHERE (?1 = '' OR instr(lower(item), ?1) > 0) AND number < ?2
             ORDER BY number DESC LIMIT ?3",
        )
        .bind(&query)
        .bind(before)
        .bind(limit + 1)
        .fetch_all(self.database.readers())
        .await?;
        let total =
            sqlx::query_scalar("SELECT count(*) FROM changes WHERE ?1 = '' OR instr(lower(item), ?1) > 0")
                .bind(&query)
                .fetch_one(self.database.readers())
                .await?;
        let shown = &rows[..rows.len().min(limit as usize)];
        let next = match shown.last() {
            Some(last) if rows.len() > shown.len() => {
                let key = last.try_get::<i64, _>("number")?.to_string();
                Some(Place { rank: 0, name_key: String::new(), key }.to_cursor())
            }
            Some(_) | None => None,
        };
        Ok(PageOf { items: shown.iter().map(change).collect::<Result<_>>()?, total, next, coming: false })
    }
}

fn change(row: &SqliteRow) -> Result<CatalogChange> {
    let row = Columns::new(row, "changes");
    Ok(CatalogChange {
        number: row.whole("number")?,
        at: row.at("at")?,
        kind: row.word("kind")?,
        key: row.text("row_key")?,
        item: row.text("item")?,
        what: row.word("what")?,
        field: row.maybe_text("field")?,
        from: row.maybe_text("before")?,
        to: row.maybe_text("after")?,
    })
}

/// Finds each price's article, and each article's price.
fn fit(products: &[Product], prices: Vec<Price>, today: Date) -> PriceReport {
    let mut report = PriceReport { prices: count(prices.len()), ..PriceReport::default() };
    let index = Articles::of(products);
    let mut of_article: Vec<Vec<Price>> = vec![Vec::new(); products.len()];
    for price in prices {
        let found = index.candidates(&price).into_iter();
        let fits: Vec<(PriceMatch, usize)> =
            found.filter_map(|at| Some((matches(&products[at], &price)?, at))).collect();
        match fits.iter().map(|(how, _)| *how).min() {
            Some(PriceMatch::Id) => report.by_id += 1,
            Some(PriceMatch::NameAndVariant) => report.by_name += 1,
            Some(PriceMatch::FoldedName) => report.by_likeness += 1,
            None => {
                report.unmatched += 1;
                if report.unmatched_rows.len() < ROWS_MAX {
                    report.unmatched_rows.push(price);
                }
                continue;
            }
        }
        for (_, at) in fits {
            of_article[at].push(price.clone());
        }
    }
    for (product, prices) in products.iter().zip(&of_article) {
        let sold = product.orderable.unwrap_or(true) && !product.stopped.unwrap_or(false);
        if sold && base_price(product, prices, today).is_none() {
            report.without_price += 1;
            if report.without_price_rows.len() < ROWS_MAX {
                report.without_price_rows.push(ArticleWithoutPrice {
                    id: product.id.clone(),
                    name: product.name.clone(),
                    package: product.package.clone(),
                });
            }
        }
    }
    report
}

/// The articles by what a price may call them.
struct Articles {
    by_id: HashMap<String, Vec<usize>>,
    by_name: HashMap<String, Vec<usize>>,
}

impl Articles {
    fn of(products: &[Product]) -> Self {
        let (mut by_id, mut by_name) = (HashMap::<_, Vec<_>>::new(), HashMap::<_, Vec<_>>::new());
        for (at, product) in products.iter().enumerate() {
            by_id.entry(product.id.as_str().to_ascii_uppercase()).or_default().push(at);
            by_name.entry(article_key(&product.name)).or_default().push(at);
        }
        Self { by_id, by_name }
    }

    /// The articles that a price can mean.
    fn candidates(&self, price: &Price) -> Vec<usize> {
        let selection = price.item_selection.as_deref().unwrap_or_default().trim().to_ascii_uppercase();
        let name = article_key(price.item_description.as_deref().unwrap_or_default());
        let by_id = self.by_id.get(&selection).into_iter();
        let mut found: Vec<usize> = by_id.chain(self.by_name.get(&name)).flatten().copied().collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

fn count(rows: usize) -> u32 {
    u32::try_from(rows).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::samples::{price, product};

    #[test]
    fn every_price_is_counted_once_and_what_fits_nothing_is_listed() {
        let products = [
            product("012345K2", "AB12XY.104.023", "Fresa"),
            product("012345K3", "AB12XY.104.023", "Fresa"),
            product("067890K2", "ZZ.1", "Punta"),
        ];
        let prices = vec![
            price("1", "012345K2", "qualunque", 100),
            price("2", "K3", "AB12XY.104.023", 200),
            price("3", "", "ab12xy 104 023", 300),
            price("4", "K2", "ex AB12XY.104.023", 400),
            price("5", "999999K2", "Sconosciuto", 500),
        ];
        let report = fit(&products, prices, date!(2026 - 03 - 15));
        let counted = (report.prices, report.by_id, report.by_name, report.by_likeness, report.unmatched);
        assert_eq!(counted, (5, 1, 1, 1, 2));
        let unmatched: Vec<_> = report.unmatched_rows.iter().map(|price| price.id.as_str()).collect();
        assert_eq!(unmatched, ["4", "5"]);
        let without: Vec<_> = report.without_price_rows.iter().map(|article| article.id.as_str()).collect();
        assert_eq!((report.without_price, without), (1, vec!["067890K2"]));
    }
}
