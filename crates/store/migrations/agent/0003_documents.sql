-- Copies of the ERP's orders, transport documents and invoices.

CREATE TABLE orders (
    row_id               INTEGER NOT NULL PRIMARY KEY,
    id                   TEXT    NOT NULL UNIQUE,
    number               TEXT   ,
    account              TEXT   ,
    customer_name        TEXT    NOT NULL,
    delivery_name        TEXT   ,
    delivery_address     TEXT   ,
    created_at           TEXT   ,
    delivery_date        TEXT   ,
    description          TEXT   ,
    customer_reference   TEXT   ,
    sales_status         TEXT   ,
    order_type           TEXT   ,
    document_status      TEXT   ,
    sales_origin         TEXT   ,
    transfer_status      TEXT   ,
    transfer_date        TEXT   ,
    completion_date      TEXT   ,
    quote                INTEGER,
    discount             INTEGER,
    gross                INTEGER,
    total                INTEGER,
    gift                 INTEGER,
    email                TEXT   ,
    name_key             TEXT    NOT NULL DEFAULT '',
    content_hash         BLOB    NOT NULL,
    absences             INTEGER NOT NULL DEFAULT 0,
    changed_at           INTEGER NOT NULL
);

CREATE TABLE ddt (
    row_id               INTEGER NOT NULL PRIMARY KEY,
    id                   TEXT    NOT NULL UNIQUE,
    number               TEXT    NOT NULL,
    delivery_date        TEXT   ,
    order_number         TEXT   ,
    account              TEXT   ,
    sales_name           TEXT   ,
    delivery_name        TEXT   ,
    delivery_address     TEXT   ,
    quantity             INTEGER,
    customer_reference   TEXT   ,
    description          TEXT   ,
    tracking_number      TEXT   ,
    carrier              TEXT   ,
    delivery_terms       TEXT   ,
    delivery_mode        TEXT   ,
    attention            TEXT   ,
    email                TEXT   ,
    name_key             TEXT    NOT NULL DEFAULT '',
    content_hash         BLOB    NOT NULL,
    absences             INTEGER NOT NULL DEFAULT 0,
    changed_at           INTEGER NOT NULL
);

CREATE TABLE invoices (
    row_id               INTEGER NOT NULL PRIMARY KEY,
    number               TEXT    NOT NULL UNIQUE,
    day                  TEXT   ,
    account              TEXT   ,
    billing_name         TEXT   ,
    quantity             INTEGER,
    sales_balance        INTEGER,
    line_discount        INTEGER,
    total_discount       INTEGER,
    tax                  INTEGER,
    amount               INTEGER,
    purchase_order       TEXT   ,
    customer_reference   TEXT   ,
    due_date             TEXT   ,
    payment_term         TEXT   ,
    days_past_due        INTEGER,
    settled              INTEGER,
    last_payment_id      TEXT   ,
    last_settlement_date TEXT   ,
    closed_date          TEXT   ,
    remaining            INTEGER,
    order_number         TEXT   ,
    name_key             TEXT    NOT NULL DEFAULT '',
    content_hash         BLOB    NOT NULL,
    absences             INTEGER NOT NULL DEFAULT 0,
    changed_at           INTEGER NOT NULL
);

-- Shown newest first, and an order with its documents.
CREATE INDEX orders_by_day ON orders (created_at, id);
CREATE INDEX ddt_by_day ON ddt (delivery_date, id);
CREATE INDEX ddt_by_order ON ddt (order_number);
CREATE INDEX invoices_by_day ON invoices (day, number);
CREATE INDEX invoices_by_order ON invoices (order_number);
