//! Shows what the ERP saved: the judge of every placement test.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::Refusal;
use crate::{
    session::lock,
    state::Shared,
    world::{Entity, OrderRecord},
};

/// Which orders.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Wanted {
    /// Also those of the invented past.
    #[serde(default)]
    all: bool,
    /// Only those with this customer reference.
    reference: Option<String>,
}

/// `GET /_sim/orders`: every order a form saved, oldest first, and how many there are per reference.
pub(super) async fn list(State(shared): State<Arc<Shared>>, Query(wanted): Query<Wanted>) -> Json<Value> {
    let records = lock(&shared.records);
    let chosen = |order: &&OrderRecord| {
        let fits = wanted.reference.as_ref().is_none_or(|reference| order.customer_reference == *reference);
        fits && (wanted.all || order.placed_by.is_some())
    };
    let orders: Vec<&OrderRecord> = records.orders.values().filter(chosen).collect();
    let mut markers: BTreeMap<&str, usize> = BTreeMap::new();
    for order in orders.iter().filter(|order| !order.customer_reference.is_empty()) {
        *markers.entry(&order.customer_reference).or_default() += 1;
    }
    let shown: Vec<Value> = orders.iter().copied().map(shown).collect();
    Json(json!({ "count": shown.len(), "orders": shown, "markers": markers }))
}

/// `GET /_sim/orders/{id}`
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<u64>,
) -> Result<Json<Value>, Refusal> {
    let records = lock(&shared.records);
    records.orders.get(&id).map(|order| Json(shown(order))).ok_or_else(|| Refusal::missing("order", id))
}

/// What somebody may change in the ERP's own form.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Changes {
    customer_reference: String,
}

/// `PATCH /_sim/orders/{id}`: as if somebody had changed it in the ERP.
pub(super) async fn change(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<u64>,
    Json(changes): Json<Changes>,
) -> Result<Json<Value>, Refusal> {
    let mut records = lock(&shared.records);
    let now = records.now();
    let order = records.orders.get_mut(&id).ok_or_else(|| Refusal::missing("order", id))?;
    order.customer_reference = changes.customer_reference;
    order.modified_at = now;
    let changed = shown(order);
    records.touch(Entity::Orders);
    Ok(Json(changed))
}

/// `POST /_sim/orders/{id}/again`: as if somebody had typed the same order once more by hand, with another reference.
pub(super) async fn type_again(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<u64>,
    Json(changes): Json<Changes>,
) -> Result<Json<Value>, Refusal> {
    let mut records = lock(&shared.records);
    let again = records.type_again(id, &changes.customer_reference);
    let again = again.ok_or_else(|| Refusal::missing("order", id))?;
    Ok(Json(shown(&records.orders[&again])))
}

/// `DELETE /_sim/orders/{id}`: as if somebody had deleted it in the ERP.
pub(super) async fn delete(
    State(shared): State<Arc<Shared>>,
    Path(id): Path<u64>,
) -> Result<StatusCode, Refusal> {
    let mut records = lock(&shared.records);
    records.orders.remove(&id).ok_or_else(|| Refusal::missing("order", id))?;
    records.touch(Entity::Orders);
    Ok(StatusCode::NO_CONTENT)
}

/// Amounts in cents, percentages in hundredths, quantities in hundredths of a piece.
fn shown(order: &OrderRecord) -> Value {
    let lines: Vec<Value> = order
        .lines
        .iter()
        .map(|line| {
            json!({
                "article": line.article, "name": line.name, "quantity": line.quantity, "unitPrice": line.unit_price,
                "systemDiscount": line.system_discount, "discount": line.discount, "amount": line.amount,
            })
        })
        .collect();
    json!({
        "id": order.id.to_string(), "number": order.number, "pending": !order.stage.is_sent(), "stage": order.stage, "placedBy": order.placed_by,
        "customer": order.customer, "customerName": order.customer_name, "customerReference": order.customer_reference,
        "description": order.description, "textExternal": order.text_external, "textInternal": order.text_internal,
        "delivery": order.delivery, "deliveryDate": order.delivery_date, "createdAt": order.created_at,
        "discount": order.discount, "lineDiscount": order.line_discount, "gross": order.gross, "total": order.total,
        "lines": lines,
    })
}
