-- Who may use the product, their sessions, and their ERP passwords (sealed by the server; opaque here).
-- All times are milliseconds since 1970-01-01T00:00:00Z.

CREATE TABLE agents (
    agent    TEXT    NOT NULL PRIMARY KEY,
    admin    INTEGER NOT NULL CHECK (admin IN (0, 1)),
    added_at INTEGER NOT NULL
);

CREATE TABLE sessions (
    id         TEXT    NOT NULL PRIMARY KEY,
    agent      TEXT    NOT NULL REFERENCES agents (agent) ON DELETE CASCADE,
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    revoked_at INTEGER,
    revoked_because TEXT
);
CREATE INDEX sessions_by_agent ON sessions (agent);

-- The tokens of one session are a family: each use of one replaces it by the next, and a token that comes back after
-- its time shows that it was stolen, which ends the session.
CREATE TABLE refresh_tokens (
    token_hash BLOB    NOT NULL PRIMARY KEY,
    session    TEXT    NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    issued_at  INTEGER NOT NULL,
    used_at    INTEGER
);
CREATE INDEX refresh_tokens_by_session ON refresh_tokens (session);

CREATE TABLE erp_credentials (
    agent    TEXT    NOT NULL PRIMARY KEY REFERENCES agents (agent) ON DELETE CASCADE,
    nonce    BLOB    NOT NULL,
    sealed   BLOB    NOT NULL,
    saved_at INTEGER NOT NULL
);

-- Failed log-ins, per account and per address; forgotten after a while.
CREATE TABLE login_failures (
    kind     TEXT    NOT NULL CHECK (kind IN ('account', 'address')),
    subject  TEXT    NOT NULL,
    failures INTEGER NOT NULL,
    last_at  INTEGER NOT NULL,
    PRIMARY KEY (kind, subject)
);
