-- What belongs to one agent: copies of the ERP's rows, and the orders the agent writes. Money in cents, quantities in
-- hundredths, days as yyyy-mm-dd, times as milliseconds since 1970-01-01T00:00:00Z.

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

CREATE TABLE customers (
    row_id        INTEGER NOT NULL PRIMARY KEY,
    id            TEXT    NOT NULL UNIQUE,
    account       TEXT,
    name          TEXT    NOT NULL,
    vat_number    TEXT,
    pec           TEXT,
    sdi           TEXT,
    fiscal_code   TEXT,
    delivery_mode TEXT,
    street        TEXT,
    zip           TEXT,
    city          TEXT,
    phone         TEXT,
    mobile        TEXT,
    url           TEXT,
    attention     TEXT,
    last_order_date TEXT,
    orders_current  INTEGER,
    sales_current   INTEGER,
    orders_previous INTEGER,
    sales_previous  INTEGER,
    orders_before_previous INTEGER,
    sales_before_previous  INTEGER,
    description   TEXT,
    kind          TEXT,
    external_account TEXT,
    our_account   TEXT,
    name_key      TEXT    NOT NULL DEFAULT '',
    content_hash  BLOB    NOT NULL,
    absences      INTEGER NOT NULL DEFAULT 0,
    changed_at    INTEGER NOT NULL
);
CREATE INDEX customers_by_name ON customers (name_key, id);

-- Orders being written. A deleted draft leaves its id behind for ever, so that no other device brings it back.
CREATE TABLE drafts (
    id        TEXT    NOT NULL PRIMARY KEY,
    state     TEXT    NOT NULL CHECK (state IN ('open', 'submitted', 'deleted')),
    version   INTEGER NOT NULL,
    body      TEXT, -- JSON; NULL when deleted
    edited_at INTEGER NOT NULL,
    CHECK ((body IS NULL) = (state = 'deleted'))
);
CREATE INDEX drafts_open ON drafts (edited_at) WHERE state = 'open';

-- Submitted drafts on their way into the ERP: one row per draft, for ever, and one marker per row, for ever.
CREATE TABLE placements (
    draft_id     TEXT    NOT NULL PRIMARY KEY,
    marker       TEXT    NOT NULL UNIQUE,
    state        TEXT    NOT NULL CHECK (state IN ('queued', 'filling', 'armed', 'saving', 'unknown', 'placed',
                                                   'verified', 'rejected', 'needs-attention')),
    number       TEXT,   -- the ERP's number or id of the order
    reason       TEXT,   -- why it was rejected, or what a person has to look at
    submission   INTEGER NOT NULL, -- 1, and one more each time a rejected order is sent again
    lines_done   INTEGER,
    lines_total  INTEGER,
    body         TEXT    NOT NULL, -- JSON of the draft as it was sent
    differences  TEXT    NOT NULL, -- JSON array of sentences
    twin_key     TEXT    NOT NULL, -- customer and lines; equal for orders that ask for the same
    submitted_at INTEGER NOT NULL,
    changed_at   INTEGER NOT NULL,
    CHECK ((number IS NOT NULL) = (state IN ('placed', 'verified'))),
    CHECK ((reason IS NOT NULL) = (state IN ('rejected', 'needs-attention')))
);
CREATE INDEX placements_by_twin ON placements (twin_key, submitted_at);
CREATE INDEX placements_unfinished ON placements (state)
    WHERE state IN ('queued', 'filling', 'armed', 'saving', 'unknown', 'placed');

-- What happened to a placement, step by step.
CREATE TABLE placement_log (
    number     INTEGER NOT NULL PRIMARY KEY,
    draft_id   TEXT    NOT NULL REFERENCES placements (draft_id),
    submission INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    from_state TEXT,
    to_state   TEXT    NOT NULL,
    token      INTEGER, -- of the task that did it; NULL for a person
    words      TEXT
);
CREATE INDEX placement_log_by_draft ON placement_log (draft_id, number);
