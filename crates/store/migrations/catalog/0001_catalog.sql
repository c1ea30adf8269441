-- Products and prices, one copy for all agents. Money in cents, quantities in hundredths, percentages in hundredths,
-- days as yyyy-mm-dd, times as milliseconds since 1970-01-01T00:00:00Z. Everything here can be read from the ERP again.

CREATE TABLE fences (
    kind  TEXT    NOT NULL PRIMARY KEY,
    token INTEGER NOT NULL
);

-- The pass that is under way or was interrupted, at most one per kind, and what it has seen so far.
CREATE TABLE passes (
    kind         TEXT    NOT NULL PRIMARY KEY,
    token        INTEGER NOT NULL,
    began_at     INTEGER NOT NULL,
    next_page    INTEGER NOT NULL,
    new_rows     INTEGER NOT NULL,
    updated_rows INTEGER NOT NULL
);
CREATE TABLE pass_pages (
    kind TEXT    NOT NULL REFERENCES passes (kind) ON DELETE CASCADE,
    page INTEGER NOT NULL,
    seen BLOB    NOT NULL, -- row ids, eight bytes each, little end first
    PRIMARY KEY (kind, page)
);
CREATE TABLE last_passes (
    kind         TEXT    NOT NULL PRIMARY KEY,
    began_at     INTEGER NOT NULL,
    ended_at     INTEGER NOT NULL,
    seen_rows    INTEGER NOT NULL
);

CREATE TABLE products (
    row_id       INTEGER NOT NULL PRIMARY KEY,
    id           TEXT    NOT NULL UNIQUE,
    name         TEXT    NOT NULL,
    description  TEXT,
    search_name  TEXT,
    product_group     TEXT,
    group_id          TEXT,
    group_description TEXT,
    package_content   INTEGER,
    price_unit        INTEGER,
    quantity_minimum  INTEGER,
    quantity_multiple INTEGER,
    quantity_maximum  INTEGER,
    quantity_default  INTEGER,
    quantity_standard INTEGER,
    figure       TEXT,
    shank        TEXT,
    size         TEXT,
    package      TEXT,
    bulk_id      TEXT,
    configuration TEXT,
    standard_configuration TEXT,
    unit         TEXT,
    vat          INTEGER,
    orderable    INTEGER,
    stopped      INTEGER,
    line_discount  TEXT,
    total_discount INTEGER,
    purchase_price INTEGER,
    display_number TEXT,
    record_id    TEXT,
    company      TEXT,
    created_by   TEXT,
    created_at   TEXT,
    modified_by  TEXT,
    modified_at  TEXT,
    name_key     TEXT    NOT NULL DEFAULT '',
    content_hash BLOB    NOT NULL,
    absences     INTEGER NOT NULL DEFAULT 0,
    changed_at   INTEGER NOT NULL
);
CREATE INDEX products_by_name ON products (name);
CREATE INDEX products_by_name_key ON products (name_key, name);

CREATE TABLE prices (
    row_id       INTEGER NOT NULL PRIMARY KEY,
    id           TEXT    NOT NULL UNIQUE,
    account_code TEXT,
    account      TEXT,
    account_description TEXT,
    item_selection      TEXT,
    item_description    TEXT,
    valid_from   TEXT,
    valid_to     TEXT,
    quantity_from INTEGER,
    quantity_to   INTEGER,
    price_unit   INTEGER,
    unit_price   INTEGER,
    currency     TEXT,
    net_price    INTEGER,
    name_key     TEXT    NOT NULL DEFAULT '',
    content_hash BLOB    NOT NULL,
    absences     INTEGER NOT NULL DEFAULT 0,
    changed_at   INTEGER NOT NULL
);
CREATE INDEX prices_by_item ON prices (item_selection);
CREATE INDEX prices_by_name_key ON prices (name_key);
