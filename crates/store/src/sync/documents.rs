//! Lists the columns of orders, transport documents and invoices.

use domain::{Ddt, Invoice, Order, SyncType, search_key};

use super::{
    entities::columns,
    table::{
        Column,
        ColumnKind::{Flag, Integer, Text},
        Synced, Table,
        sealed::Entity,
    },
};

/// Rows of `Order`.
pub(super) const ORDERS: Table = Table {
    name: "orders",
    index: None,
    columns: columns! {
        "id" "id" Text,
        "number" "number" Text,
        "account" "account" Text,
        "customerName" "customer_name" Text,
        "deliveryName" "delivery_name" Text,
        "deliveryAddress" "delivery_address" Text,
        "createdAt" "created_at" Text,
        "deliveryDate" "delivery_date" Text,
        "description" "description" Text,
        "customerReference" "customer_reference" Text,
        "salesStatus" "sales_status" Text,
        "orderType" "order_type" Text,
        "documentStatus" "document_status" Text,
        "salesOrigin" "sales_origin" Text,
        "transferStatus" "transfer_status" Text,
        "transferDate" "transfer_date" Text,
        "completionDate" "completion_date" Text,
        "quote" "quote" Flag,
        "discount" "discount" Integer,
        "gross" "gross" Integer,
        "total" "total" Integer,
        "gift" "gift" Flag,
        "email" "email" Text,
    },
};

/// Rows of `Ddt`.
pub(super) const DDT: Table = Table {
    name: "ddt",
    index: None,
    columns: columns! {
        "id" "id" Text,
        "number" "number" Text,
        "deliveryDate" "delivery_date" Text,
        "orderNumber" "order_number" Text,
        "account" "account" Text,
        "salesName" "sales_name" Text,
        "deliveryName" "delivery_name" Text,
        "deliveryAddress" "delivery_address" Text,
        "quantity" "quantity" Integer,
        "customerReference" "customer_reference" Text,
        "description" "description" Text,
        "trackingNumber" "tracking_number" Text,
        "carrier" "carrier" Text,
        "deliveryTerms" "delivery_terms" Text,
        "deliveryMode" "delivery_mode" Text,
        "attention" "attention" Text,
        "email" "email" Text,
    },
};

/// Rows of `Invoice`.
pub(super) const INVOICES: Table = Table {
    name: "invoices",
    index: None,
    columns: columns! {
        "number" "number" Text,
        "date" "day" Text,
        "account" "account" Text,
        "billingName" "billing_name" Text,
        "quantity" "quantity" Integer,
        "salesBalance" "sales_balance" Integer,
        "lineDiscount" "line_discount" Integer,
        "totalDiscount" "total_discount" Integer,
        "tax" "tax" Integer,
        "amount" "amount" Integer,
        "purchaseOrder" "purchase_order" Text,
        "customerReference" "customer_reference" Text,
        "dueDate" "due_date" Text,
        "paymentTerm" "payment_term" Text,
        "daysPastDue" "days_past_due" Integer,
        "settled" "settled" Integer,
        "lastPaymentId" "last_payment_id" Text,
        "lastSettlementDate" "last_settlement_date" Text,
        "closedDate" "closed_date" Text,
        "remaining" "remaining" Integer,
        "orderNumber" "order_number" Text,
    },
};

impl Synced for Order {
    const KIND: SyncType = SyncType::Orders;
}

#[allow(private_interfaces, reason = "the trait is sealed; only this crate reads the table")]
impl Entity for Order {
    const TABLE: Table = ORDERS;

    fn key(&self) -> &str {
        self.id.as_str()
    }

    fn name_key(&self) -> String {
        search_key(&self.customer_name)
    }
}

impl Synced for Ddt {
    const KIND: SyncType = SyncType::Ddt;
}

#[allow(private_interfaces, reason = "the trait is sealed; only this crate reads the table")]
impl Entity for Ddt {
    const TABLE: Table = DDT;

    fn key(&self) -> &str {
        self.id.as_str()
    }

    fn name_key(&self) -> String {
        self.sales_name.as_deref().map(search_key).unwrap_or_default()
    }
}

impl Synced for Invoice {
    const KIND: SyncType = SyncType::Invoices;
}

#[allow(private_interfaces, reason = "the trait is sealed; only this crate reads the table")]
impl Entity for Invoice {
    const TABLE: Table = INVOICES;

    fn key(&self) -> &str {
        &self.number
    }

    fn name_key(&self) -> String {
        self.billing_name.as_deref().map(search_key).unwrap_or_default()
    }
}
