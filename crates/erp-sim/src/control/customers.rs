//! Creates, changes and deletes customers, as a colleague at head office would.

use std::sync::Arc;

use axum::{
    Json,
    body::Bytes,
    extract::{Path, State},
    http::StatusCode,
};
use domain::{Cents, Customer, ErpId};
use serde_json::{Map, Value, json};

use super::{Refusal, fields_of, merge, object, typed};
use crate::{
    session::lock,
    state::Shared,
    world::{CustomerRecord, Entity, LineDiscountGroup},
};

/// The fields of a record that are not the customer's own.
const EXTRA: [&str; 3] = ["addresses", "lineDiscount", "broken"];

fn shown(record: &CustomerRecord) -> Map<String, Value> {
    let mut fields = fields_of(&record.customer);
    fields.insert("addresses".to_owned(), json!(record.addresses));
    fields.insert("lineDiscount".to_owned(), json!(record.line_discount));
    fields.insert("broken".to_owned(), json!(record.broken));
    fields
}

fn read(mut fields: Map<String, Value>, like: &CustomerRecord) -> Result<CustomerRecord, Refusal> {
    let mut extra = EXTRA.map(|name| fields.remove(name).unwrap_or_default()).into_iter();
    let mut next = || extra.next().unwrap_or_default();
    let bad = |error: serde_json::Error| Refusal::bad(error.to_string());
    let addresses = serde_json::from_value(next()).map_err(bad)?;
    let line_discount = serde_json::from_value(next()).map_err(bad)?;
    let broken = serde_json::from_value(next()).map_err(bad)?;
    let customer: Customer = typed(fields)?;
    if customer.name.trim().is_empty() {
        return Err(Refusal::bad("name must not be empty"));
    }
    Ok(CustomerRecord { customer, addresses, line_discount, broken, modified_at: like.modified_at })
}

fn blank(id: u64, now: time::PrimitiveDateTime) -> CustomerRecord {
    let customer = Customer {
        id: ErpId::try_from(id.to_string()).expect("digits are an id"),
        account: None,
        name: String::new(),
        vat_number: None,
        pec: None,
        sdi: None,
        fiscal_code: None,
        delivery_mode: Some("FedEx".to_owned()),
        street: None,
        zip: None,
        city: None,
        phone: None,
        mobile: None,
        url: None,
        attention: None,
        last_order_date: None,
        orders_current: Some(0),
        sales_current: Some(Cents(0)),
        orders_previous: Some(0),
        sales_previous: Some(Cents(0)),
        orders_before_previous: Some(0),
        sales_before_previous: Some(Cents(0)),
        description: Some("Potential customer from database Italia".to_owned()),
        kind: Some("PotDentiItal".to_owned()),
        external_account: None,
        our_account: None,
    };
    let line_discount = LineDiscountGroup::StreetPrice;
    CustomerRecord { customer, addresses: Vec::new(), line_discount, broken: false, modified_at: now }
}

/// `POST /_sim/customers`: at least `name`; the answer carries the new id.
pub(super) async fn create(
    State(shared): State<Arc<Shared>>,
    body: Bytes,
) -> Result<(StatusCode, Json<Map<String, Value>>), Refusal> {
    let changes = object(&body)?;
    let mut records = lock(&shared.records);
    let id = records.customers.keys().last().copied().unwrap_or(49) + 1;
    let base = blank(id, records.now());
    let mut fields = shown(&base);
    merge(&mut fields, changes)?;
    let record = read(fields, &base)?;
    let answer = shown(&record);
    records.customers.insert(id, record);
    records.touch(Entity::Customers);
    Ok((StatusCode::CREATED, Json(answer)))
}

/// `PATCH /_sim/customers/{id}`: the fields to change; `null` empties one.
pub(super) async fn change(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<u64>,
    body: Bytes,
) -> Result<Json<Map<String, Value>>, Refusal> {
    let changes = object(&body)?;
    let mut records = lock(&shared.records);
    let before = records.customers.get(&id).ok_or_else(|| Refusal::missing("customer", id))?;
    let mut fields = shown(before);
    merge(&mut fields, changes)?;
    let mut record = read(fields, before)?;
    record.modified_at = records.now();
    let answer = shown(&record);
    records.customers.insert(id, record);
    records.touch(Entity::Customers);
    Ok(Json(answer))
}

/// `DELETE /_sim/customers/{id}`
pub(super) async fn delete(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<u64>,
) -> Result<StatusCode, Refusal> {
    let mut records = lock(&shared.records);
    records.customers.remove(&id).ok_or_else(|| Refusal::missing("customer", id))?;
    records.touch(Entity::Customers);
    Ok(StatusCode::NO_CONTENT)
}

/// `GET /_sim/customers/{id}`
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<u64>,
) -> Result<Json<Map<String, Value>>, Refusal> {
    let records = lock(&shared.records);
    records
        .customers
        .get(&id)
        .map(|record| Json(shown(record)))
        .ok_or_else(|| Refusal::missing("customer", id))
}

/// `GET /_sim/customers`: all, by id.
pub(super) async fn list(State(shared): State<Arc<Shared>>) -> Json<Vec<Map<String, Value>>> {
    Json(lock(&shared.records).customers.values().map(shown).collect())
}
