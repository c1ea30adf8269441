//! Searches articles by code, name and description, and shows each with its variants and prices.

use std::collections::BTreeMap;

use domain::{PageOf, Percent, Price, Product, ProductSummary, Quantity, VariantSummary};
use sqlx::{AssertSqlSafe, query::QueryAs};
use time::Date;

use super::{Catalog, pricing::base_price};
use crate::{
    Result,
    search::{SearchQuery, cursor::Place, query::QueryWords, words::article_key},
    sync::Entity,
};

/// The article's place in the list, and the name its variants share.
#[derive(Debug, sqlx::FromRow)]
struct Found {
    rank: i64,
    name_key: String,
    name: String,
    /// Articles that match, here and on every other page.
    total: u32,
}

/// All articles that match, each once: the variant that matches best decides.
const MATCHING: &str = "
    SELECT name, min(rank) AS rank, min(name_key) AS name_key, count(*) OVER () AS total FROM (
        SELECT p.name, p.name_key, CASE
            WHEN substr(p.name_key, 1, length(?2)) = ?2 OR substr(lower(p.id), 1, length(?2)) = ?2 THEN 0
            WHEN p.row_id IN (SELECT rowid FROM product_words WHERE product_words MATCH ?3) THEN 1
            ELSE 2 END AS rank
        FROM product_words JOIN products AS p ON p.row_id = product_words.rowid WHERE product_words MATCH ?1
    ) AS matching GROUP BY name";

/// All articles, for an empty search; the parameters are those of [`MATCHING`], all empty.
const EVERYTHING: &str = "
    SELECT name, 0 AS rank, min(name_key) AS name_key, count(*) OVER () AS total
    FROM products WHERE ?1 || ?2 || ?3 = '' GROUP BY name";

impl Catalog {
    /// Articles that match `query`, best first, `limit` of them from `cursor` on, with the prices of `today`.
    ///
    /// # Errors
    /// `InvalidCursor` for a cursor of another list. No query is an error.
    pub async fn search_products(
        &self,
        query: &str,
        limit: u32,
        cursor: Option<&str>,
        today: Date,
    ) -> Result<PageOf<ProductSummary>> {
        let place = Place::parse(cursor)?;
        let limit = limit.clamp(1, self.config.page_rows_max);
        let (articles, binds) = match SearchQuery::parse(query, &self.config) {
            SearchQuery::Nothing => {
                return Ok(PageOf { items: Vec::new(), total: 0, next: None, coming: false });
            }
            SearchQuery::Everything => (EVERYTHING, [String::new(), String::new(), String::new()]),
            SearchQuery::Words(words) => (MATCHING, binds(&words)),
        };
        let mut found = self.find(articles, &binds, &place, limit + 1).await?;
        let total = found.first().map_or(0, |article| article.total);
        let more = found.len() > limit as usize;
        found.truncate(limit as usize);
        let next = found.last().filter(|_| more).map(Found::place).map(|place| place.to_cursor());
        Ok(PageOf { items: self.summaries(&found, today).await?, total, next, coming: false })
    }

    async fn find(
        &self,
        articles: &str,
        binds: &[String; 3],
        place: &Place,
        limit: u32,
    ) -> Result<Vec<Found>> {
        let sql = format!(
            "SELECT rank, name_key, name, total FROM ({articles}) AS articles
             WHERE (rank, name_key, name) > (?4, ?5, ?6) ORDER BY rank, name_key, name LIMIT ?7"
        );
        let query = binds.iter().fold(sqlx::query_as(AssertSqlSafe(sql)), QueryAs::bind);
        let query = query.bind(place.rank).bind(&place.name_key).bind(&place.key).bind(limit);
        Ok(query.fetch_all(self.database.readers()).await?)
    }

    async fn summaries(&self, found: &[Found], today: Date) -> Result<Vec<ProductSummary>> {
        let names: Vec<&str> = found.iter().map(|article| article.name.as_str()).collect();
        let products = self.variants_of(&names).await?;
        let prices = self.prices_for(&products).await?;
        let mut by_name: BTreeMap<&str, Vec<&Product>> = BTreeMap::new();
        for product in &products {
            by_name.entry(&product.name).or_default().push(product);
        }
        let summary =
            |name: &&str| summarise(name, by_name.get(name).map_or(&[], Vec::as_slice), &prices, today);
        Ok(names.iter().map(summary).collect())
    }

    async fn variants_of(&self, names: &[&str]) -> Result<Vec<Product>> {
        let table = Product::TABLE;
        let marks = marks(names.len());
        let sql =
            format!("SELECT {} FROM products WHERE name IN ({marks}) ORDER BY id", table.column_list(""));
        let query = names.iter().fold(sqlx::query(AssertSqlSafe(sql)), |query, name| query.bind(*name));
        let rows = query.fetch_all(self.database.readers()).await?;
        rows.iter().map(|row| table.read(row)).collect()
    }

    /// Every price that might be one of these products', in one question.
    async fn prices_for(&self, products: &[Product]) -> Result<Vec<Price>> {
        let table = Price::TABLE;
        let marks = marks(products.len());
        let columns = table.column_list("");
        let sql = format!(
            "SELECT {columns} FROM prices WHERE item_selection IN ({marks})
             UNION SELECT {columns} FROM prices WHERE name_key IN ({marks})"
        );
        let query =
            products.iter().fold(sqlx::query(AssertSqlSafe(sql)), |query, p| query.bind(p.id.as_str()));
        let query = products.iter().fold(query, |query, product| query.bind(article_key(&product.name)));
        let rows = query.fetch_all(self.database.readers()).await?;
        rows.iter().map(|row| table.read(row)).collect()
    }
}

impl Found {
    fn place(&self) -> Place {
        Place { rank: self.rank, name_key: self.name_key.clone(), key: self.name.clone() }
    }
}

fn binds(words: &QueryWords) -> [String; 3] {
    [words.anywhere(), words.joined(), words.at_starts()]
}

fn marks(count: usize) -> String {
    vec!["?"; count].join(", ")
}

fn summarise(name: &str, variants: &[&Product], prices: &[Price], today: Date) -> ProductSummary {
    let mut shown: Vec<VariantSummary> =
        variants.iter().map(|product| variant(product, base_price(product, prices, today))).collect();
    // Small packages first, as in the ERP's own lookup.
    shown.sort_by_key(|variant| (variant.package_content, variant.id.clone()));
    let description = variants.iter().find_map(|product| product.description.clone());
    ProductSummary { name: name.to_owned(), description, variants: shown }
}

fn variant(product: &Product, price: Option<&Price>) -> VariantSummary {
    VariantSummary {
        id: product.id.clone(),
        package: product.package.clone(),
        package_content: product.package_content,
        quantity_minimum: product.quantity_minimum,
        quantity_multiple: product.quantity_multiple,
        quantity_maximum: product.quantity_maximum,
        unit_price: price.and_then(|price| price.unit_price),
        price_unit: price
            .and_then(|price| price.price_unit)
            .or(product.price_unit)
            .unwrap_or(Quantity::pieces(1)),
        system_discount: Percent(0),
        vat: product.vat.unwrap_or_default(),
        orderable: product.orderable.unwrap_or(true) && !product.stopped.unwrap_or(false),
    }
}
