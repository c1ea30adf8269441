//! Lists the columns of each entity. A further kind of sync needs a list here, a table in a migration, nothing else.

use domain::{Customer, Price, Product, SyncType, search_key};

use super::{
    documents::{DDT, INVOICES, ORDERS},
    table::{
        Column,
        ColumnKind::{Flag, Integer, Text},
        Synced, Table,
        sealed::Entity,
    },
};
use crate::search::words;

/// The table of a kind of rows.
pub(super) const fn table_of(kind: SyncType) -> Table {
    match kind {
        SyncType::Customers => CUSTOMERS,
        SyncType::Products => PRODUCTS,
        SyncType::Prices => PRICES,
        SyncType::Orders => ORDERS,
        SyncType::Ddt => DDT,
        SyncType::Invoices => INVOICES,
    }
}

/// Shorthand for a list of columns: JSON field, SQL name, kind.
macro_rules! columns {
    ($($field:literal $name:literal $kind:ident,)*) => {
        &[$(Column { field: $field, name: $name, kind: $kind }),*]
    };
}
pub(super) use columns;

const CUSTOMERS: Table = Table {
    name: "customers",
    index: Some("customer_words"),
    columns: columns! {
        "id" "id" Text,
        "account" "account" Text,
        "name" "name" Text,
        "vatNumber" "vat_number" Text,
        "pec" "pec" Text,
        "sdi" "sdi" Text,
        "fiscalCode" "fiscal_code" Text,
        "deliveryMode" "delivery_mode" Text,
        "street" "street" Text,
        "zip" "zip" Text,
        "city" "city" Text,
        "phone" "phone" Text,
        "mobile" "mobile" Text,
        "url" "url" Text,
        "attention" "attention" Text,
        "lastOrderDate" "last_order_date" Text,
        "ordersCurrent" "orders_current" Integer,
        "salesCurrent" "sales_current" Integer,
        "ordersPrevious" "orders_previous" Integer,
        "salesPrevious" "sales_previous" Integer,
        "ordersBeforePrevious" "orders_before_previous" Integer,
        "salesBeforePrevious" "sales_before_previous" Integer,
        "description" "description" Text,
        "kind" "kind" Text,
        "externalAccount" "external_account" Text,
        "ourAccount" "our_account" Text,
    },
};

const PRODUCTS: Table = Table {
    name: "products",
    index: Some("product_words"),
    columns: columns! {
        "id" "id" Text,
        "name" "name" Text,
        "description" "description" Text,
        "searchName" "search_name" Text,
        "group" "product_group" Text,
        "groupId" "group_id" Text,
        "groupDescription" "group_description" Text,
        "packageContent" "package_content" Integer,
        "priceUnit" "price_unit" Integer,
        "quantityMinimum" "quantity_minimum" Integer,
        "quantityMultiple" "quantity_multiple" Integer,
        "quantityMaximum" "quantity_maximum" Integer,
        "quantityDefault" "quantity_default" Integer,
        "quantityStandard" "quantity_standard" Integer,
        "figure" "figure" Text,
        "shank" "shank" Text,
        "size" "size" Text,
        "package" "package" Text,
        "bulkId" "bulk_id" Text,
        "configuration" "configuration" Text,
        "standardConfiguration" "standard_configuration" Text,
        "unit" "unit" Text,
        "vat" "vat" Integer,
        "orderable" "orderable" Flag,
        "stopped" "stopped" Flag,
        "lineDiscount" "line_discount" Text,
        "totalDiscount" "total_discount" Integer,
        "purchasePrice" "purchase_price" Integer,
        "displayNumber" "display_number" Text,
        "recordId" "record_id" Text,
        "company" "company" Text,
        "createdBy" "created_by" Text,
        "createdAt" "created_at" Text,
        "modifiedBy" "modified_by" Text,
        "modifiedAt" "modified_at" Text,
    },
};

const PRICES: Table = Table {
    name: "prices",
    index: None,
    columns: columns! {
        "id" "id" Text,
        "accountCode" "account_code" Text,
        "account" "account" Text,
        "accountDescription" "account_description" Text,
        "itemSelection" "item_selection" Text,
        "itemDescription" "item_description" Text,
        "from" "valid_from" Text,
        "to" "valid_to" Text,
        "quantityFrom" "quantity_from" Integer,
        "quantityTo" "quantity_to" Integer,
        "priceUnit" "price_unit" Integer,
        "unitPrice" "unit_price" Integer,
        "currency" "currency" Text,
        "netPrice" "net_price" Flag,
    },
};

impl Synced for Customer {
    const KIND: SyncType = SyncType::Customers;
}

#[allow(private_interfaces, reason = "the trait is sealed; only this crate reads the table")]
impl Entity for Customer {
    const TABLE: Table = CUSTOMERS;

    fn key(&self) -> &str {
        self.id.as_str()
    }

    fn name_key(&self) -> String {
        search_key(&self.name)
    }

    fn words(&self) -> String {
        words::of_customer(self)
    }
}

impl Synced for Product {
    const KIND: SyncType = SyncType::Products;
}

#[allow(private_interfaces, reason = "the trait is sealed; only this crate reads the table")]
impl Entity for Product {
    const TABLE: Table = PRODUCTS;

    fn key(&self) -> &str {
        self.id.as_str()
    }

    fn name_key(&self) -> String {
        search_key(&self.name)
    }

    fn words(&self) -> String {
        words::of_product(self)
    }
}

impl Synced for Price {
    const KIND: SyncType = SyncType::Prices;
}

#[allow(private_interfaces, reason = "the trait is sealed; only this crate reads the table")]
impl Entity for Price {
    const TABLE: Table = PRICES;

    fn key(&self) -> &str {
        self.id.as_str()
    }

    fn name_key(&self) -> String {
        self.item_description.as_deref().map(words::article_key).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use domain::{Ddt, Invoice, Order};
    use serde_json::json;

    use super::*;
    use crate::sync::table::{Fields, fields_of};

    /// The fields of a record's own serialisation and those of its column list.
    fn field_sets<T: Synced>(smallest: serde_json::Value) -> (BTreeSet<String>, BTreeSet<String>) {
        let record: T = serde_json::from_value(smallest).unwrap();
        let fields: Fields = fields_of(&record).unwrap();
        let listed = T::TABLE.columns.iter().map(|column| column.field.to_owned());
        (fields.keys().cloned().collect(), listed.collect())
    }

    #[test]
    fn each_field_has_its_column() {
        let sets = [
            field_sets::<Customer>(json!({ "id": "1", "name": "x" })),
            field_sets::<Product>(json!({ "id": "1", "name": "x" })),
            field_sets::<Price>(json!({ "id": "1" })),
            field_sets::<Order>(json!({ "id": "1", "customerName": "x" })),
            field_sets::<Ddt>(json!({ "id": "1", "number": "x" })),
            field_sets::<Invoice>(json!({ "number": "x" })),
        ];
        for (fields, columns) in sets {
            assert_eq!(fields, columns);
        }
    }
}
