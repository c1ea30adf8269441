//! Makes records for this crate's own tests.

use domain::{Price, Product};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// A record from the few fields that matter; the rest is empty.
fn sparse<T: DeserializeOwned>(fields: Value) -> T {
    serde_json::from_value(fields).unwrap()
}

pub(crate) fn product(id: &str, name: &str, description: &str) -> Product {
    sparse(json!({ "id": id, "name": name, "description": description }))
}

pub(crate) fn price(id: &str, selection: &str, description: &str, cents: i64) -> Price {
    sparse(
        json!({ "id": id, "itemSelection": selection, "itemDescription": description, "unitPrice": cents }),
    )
}
