-- Operator holds and the ERP budget of each login, since when a form waits, and what every smart sync came to.
-- All times are milliseconds since 1970-01-01T00:00:00Z.

-- Set exactly when `smart` is not 'none'; for a form that waits during the update, since its last beat.
ALTER TABLE form_leases ADD COLUMN smart_since INTEGER;
UPDATE form_leases SET smart_since = last_beat WHERE smart <> 'none';

ALTER TABLE logins ADD COLUMN hold_reason TEXT;
ALTER TABLE logins ADD COLUMN hold_until INTEGER CHECK ((hold_until IS NULL) = (hold_reason IS NULL));

-- What a login has cost the ERP on its last day of use; it outlives the login's own row.
CREATE TABLE erp_spending (
    login     TEXT    NOT NULL PRIMARY KEY,
    local_day INTEGER NOT NULL,
    logins    INTEGER NOT NULL,
    requests  INTEGER NOT NULL
);

-- One row per time an order form asked for fresh customers, kept for 30 days.
CREATE TABLE smart_syncs (
    id          INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    asked_at    INTEGER NOT NULL,
    agent       TEXT    NOT NULL,
    duration_ms INTEGER NOT NULL,
    processed   INTEGER NOT NULL,
    new         INTEGER NOT NULL,
    updated     INTEGER NOT NULL,
    outcome     TEXT    NOT NULL CHECK (outcome IN ('synced', 'already-fresh', 'failed', 'left')),
    error       TEXT
);
CREATE INDEX smart_syncs_by_time ON smart_syncs (asked_at);
