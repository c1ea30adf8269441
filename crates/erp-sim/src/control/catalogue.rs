//! Creates, changes and deletes articles, and changes prices.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};
use domain::{ArticleId, Cents, ErpId, Price, Product, Quantity, VatRate};
use serde_json::{Map, Value};

use super::{Refusal, fields_of, merge, object, typed};
use crate::{
    session::lock,
    state::Shared,
    world::{Entity, PriceRecord, Records},
};

/// `POST /_sim/products`: at least `id` and `name`; `unitPrice` in cents adds a price-list row.
pub(super) async fn create(
    State(shared): State<Arc<Shared>>,
    body: Bytes,
) -> Result<(StatusCode, Json<Map<String, Value>>), Refusal> {
    let mut changes = object(&body)?;
    let text = |field: Option<Value>| field.as_ref().and_then(Value::as_str).map(str::to_owned);
    let id = text(changes.remove("id")).ok_or_else(|| Refusal::bad("id is missing, e.g. \"012345K2\""))?;
    let id: ArticleId = id.parse().map_err(|error| Refusal::bad(format!("id: {error}")))?;
    let price = changes.remove("unitPrice").map(serde_json::from_value::<Cents>);
    let price = price.transpose().map_err(|error| Refusal::bad(format!("unitPrice: {error}")))?;
    let mut records = lock(&shared.records);
    if records.products.contains_key(&id) {
        return Err(Refusal(StatusCode::CONFLICT, format!("there is an article {id} already")));
    }
    let mut fields = fields_of(&blank(id.clone(), &records));
    merge(&mut fields, changes)?;
    let product: Product = typed(fields)?;
    if product.name.trim().is_empty() {
        return Err(Refusal::bad("name must not be empty"));
    }
    let answer = fields_of(&product);
    if let Some(price) = price {
        add_price(&mut records, &product, price);
    }
    records.products.insert(id, product);
    records.touch(Entity::Products);
    Ok((StatusCode::CREATED, Json(answer)))
}

fn blank(id: ArticleId, records: &Records) -> Product {
    let one = Some(Quantity::pieces(1));
    Product {
        name: String::new(),
        description: None,
        search_name: None,
        group: Some("11".to_owned()),
        group_id: Some("GR11".to_owned()),
        group_description: Some("Accessori vari".to_owned()),
        package_content: one,
        price_unit: one,
        quantity_minimum: one,
        quantity_multiple: one,
        quantity_maximum: Some(Quantity::pieces(0)),
        quantity_default: one,
        quantity_standard: one,
        figure: None,
        shank: None,
        size: None,
        package: id.as_str().get(6..).filter(|suffix| !suffix.is_empty()).map(str::to_owned),
        bulk_id: None,
        configuration: Some("STD".to_owned()),
        standard_configuration: Some("STD".to_owned()),
        unit: Some("PZ".to_owned()),
        vat: Some(VatRate::default()),
        orderable: Some(true),
        stopped: Some(false),
        line_discount: None,
        total_discount: None,
        purchase_price: None,
        display_number: Some(id.to_string()),
        record_id: Some((100_000 + records.products.len()).to_string()),
        company: Some("400".to_owned()),
        created_by: Some("sede".to_owned()),
        created_at: Some(records.now()),
        modified_by: Some("sede".to_owned()),
        modified_at: Some(records.now()),
        id,
    }
}

fn add_price(records: &mut Records, product: &Product, unit_price: Cents) {
    let id = records.prices.keys().last().copied().unwrap_or(900) + 1;
    let price = Price {
        id: ErpId::try_from(id.to_string()).expect("digits are an id"),
        account_code: Some("Gruppo".to_owned()),
        account: Some("IT01".to_owned()),
        account_description: Some("Listino Italia".to_owned()),
        item_selection: Some(product.id.to_string()),
        item_description: Some(product.name.clone()),
        from: Some(records.now().date()),
        to: None,
        quantity_from: Some(Quantity::pieces(0)),
        quantity_to: Some(Quantity::pieces(0)),
        price_unit: Some(Quantity::pieces(1)),
        unit_price: Some(unit_price),
        currency: Some("EUR".to_owned()),
        net_price: Some(false),
    };
    let modified_at = records.now();
    records.prices.insert(id, PriceRecord { price, modified_at });
    records.touch(Entity::Prices);
}

/// `PATCH /_sim/products/{id}`
pub(super) async fn change(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<ArticleId>,
    body: Bytes,
) -> Result<Json<Map<String, Value>>, Refusal> {
    let changes = object(&body)?;
    let mut records = lock(&shared.records);
    let mut fields = fields_of(records.products.get(&id).ok_or_else(|| Refusal::missing("article", &id))?);
    merge(&mut fields, changes)?;
    let product = Product { modified_at: Some(records.now()), ..typed(fields)? };
    let answer = fields_of(&product);
    records.products.insert(id, product);
    records.touch(Entity::Products);
    Ok(Json(answer))
}

/// `GET /_sim/products/{id}`
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<ArticleId>,
) -> Result<Json<Map<String, Value>>, Refusal> {
    let records = lock(&shared.records);
    records
        .products
        .get(&id)
        .map(|found| Json(fields_of(found)))
        .ok_or_else(|| Refusal::missing("article", &id))
}

/// `DELETE /_sim/products/{id}`
pub(super) async fn delete(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<ArticleId>,
) -> Result<StatusCode, Refusal> {
    let mut records = lock(&shared.records);
    records.products.remove(&id).ok_or_else(|| Refusal::missing("article", &id))?;
    records.touch(Entity::Products);
    Ok(StatusCode::NO_CONTENT)
}

/// `PATCH /_sim/prices/{id}`
pub(super) async fn change_price(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<u64>,
    body: Bytes,
) -> Result<Json<Map<String, Value>>, Refusal> {
    let changes = object(&body)?;
    let mut records = lock(&shared.records);
    let found = records.prices.get(&id).ok_or_else(|| Refusal::missing("price", id))?;
    let mut fields = fields_of(&found.price);
    merge(&mut fields, changes)?;
    let price: Price = typed(fields)?;
    let answer = fields_of(&price);
    let modified_at = records.now();
    records.prices.insert(id, PriceRecord { price, modified_at });
    records.touch(Entity::Prices);
    Ok(Json(answer))
}
