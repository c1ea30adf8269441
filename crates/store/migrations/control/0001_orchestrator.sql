-- The orchestrator's board, its history and its event log.
-- All times are milliseconds since 1970-01-01T00:00:00Z. A scope is an agent's id, or '' for shared data.

-- Live tasks. A finished one leaves this table for the history.
CREATE TABLE tasks (
    id            INTEGER NOT NULL PRIMARY KEY,
    scope         TEXT    NOT NULL,
    work          TEXT    NOT NULL
                  CHECK (work IN ('orders', 'customers', 'ddt', 'invoices', 'prices', 'products', 'placement')),
    class         TEXT    NOT NULL CHECK (class IN ('background', 'interactive', 'write')),
    draft         TEXT    CHECK ((draft IS NOT NULL) = (work = 'placement')),
    asked_at      INTEGER NOT NULL,
    needed_from   INTEGER NOT NULL,
    run_at        INTEGER,
    attempts      INTEGER NOT NULL,
    forms_only    INTEGER NOT NULL CHECK (forms_only IN (0, 1)),
    pass_began    INTEGER,
    pass_cursor   INTEGER CHECK ((pass_cursor IS NULL) = (pass_began IS NULL)),
    pass_pages    INTEGER CHECK ((pass_pages IS NULL) = (pass_began IS NULL)),
    state         TEXT    NOT NULL CHECK (state IN ('queued', 'running')),
    token         INTEGER CHECK ((token IS NOT NULL) = (state = 'running')),
    slot          INTEGER CHECK ((slot IS NOT NULL) = (state = 'running')),
    login         TEXT    CHECK ((login IS NOT NULL) = (state = 'running')),
    started_at    INTEGER CHECK ((started_at IS NOT NULL) = (state = 'running')),
    worker_until  INTEGER CHECK ((worker_until IS NOT NULL) = (state = 'running')),
    through_valve INTEGER CHECK ((through_valve IS NOT NULL) = (state = 'running')),
    conduct       TEXT    CHECK ((conduct IN ('working', 'yielding', 'dropping')) = (state = 'running')),
    conduct_since INTEGER,
    conduct_then  TEXT    CHECK (conduct_then IN ('requeue', 'cancel', 'retry')),
    done          INTEGER,
    total         INTEGER,
    told_at       INTEGER
);

-- The limits. They are indexes over rows, so a mistake in the scheduler fails a commit instead of overloading the ERP.
CREATE UNIQUE INDEX tasks_one_per_token ON tasks (token) WHERE state = 'running';
CREATE UNIQUE INDEX tasks_one_per_slot ON tasks (slot) WHERE state = 'running';
CREATE UNIQUE INDEX tasks_one_running_per_login ON tasks (login) WHERE state = 'running';
CREATE UNIQUE INDEX tasks_one_running_per_type ON tasks (scope, work) WHERE state = 'running' AND work <> 'placement';
CREATE UNIQUE INDEX tasks_one_queued_twin ON tasks (scope, work, class) WHERE state = 'queued' AND work <> 'placement';
CREATE UNIQUE INDEX tasks_one_queued_placement ON tasks (scope, draft) WHERE state = 'queued' AND work = 'placement';

-- Open order forms, and those that have ended and must not come back.
CREATE TABLE form_leases (
    agent      TEXT    NOT NULL,
    session    TEXT    NOT NULL,
    opened_at  INTEGER NOT NULL,
    last_beat  INTEGER NOT NULL,
    last_input INTEGER NOT NULL,
    pause      TEXT    NOT NULL CHECK (pause IN ('held', 'lifted-by-failure', 'lifted-by-placement')),
    failed_at  INTEGER CHECK ((failed_at IS NOT NULL) = (pause = 'lifted-by-failure')),
    smart      TEXT    NOT NULL CHECK (smart IN ('none', 'wants', 'waits')),
    smart_task INTEGER CHECK ((smart_task IS NULL) = (smart = 'none')),
    PRIMARY KEY (agent, session)
);
CREATE TABLE ended_form_leases (
    agent    TEXT    NOT NULL,
    session  TEXT    NOT NULL,
    ended_at INTEGER NOT NULL,
    PRIMARY KEY (agent, session)
);

-- ERP logins the scheduler may use, with their circuits.
CREATE TABLE logins (
    agent           TEXT    NOT NULL PRIMARY KEY,
    circuit         TEXT    NOT NULL CHECK (circuit IN ('closed', 'open', 'half-open')),
    circuit_errors  INTEGER CHECK ((circuit_errors IS NOT NULL) = (circuit = 'closed')),
    circuit_until   INTEGER CHECK ((circuit_until IS NOT NULL) = (circuit = 'open')),
    circuit_wait_ms INTEGER CHECK ((circuit_wait_ms IS NULL) = (circuit = 'closed')),
    circuit_probe   INTEGER CHECK ((circuit_probe IS NOT NULL) = (circuit = 'half-open')),
    auth_needed     INTEGER NOT NULL CHECK (auth_needed IN (0, 1)),
    served          INTEGER NOT NULL,
    used            INTEGER NOT NULL
);

CREATE TABLE schedule (
    type        TEXT    NOT NULL PRIMARY KEY,
    interval_ms INTEGER NOT NULL CHECK (interval_ms > 0),
    offset_ms   INTEGER NOT NULL,
    anchor      INTEGER NOT NULL,
    enabled     INTEGER NOT NULL CHECK (enabled IN (0, 1)),
    next_due    INTEGER NOT NULL
);

-- The last complete pass and the failures since, per type and scope.
CREATE TABLE last_outcomes (
    scope           TEXT    NOT NULL,
    type            TEXT    NOT NULL,
    success_began   INTEGER,
    success_ended   INTEGER CHECK ((success_ended IS NULL) = (success_began IS NULL)),
    success_rows    INTEGER CHECK ((success_rows IS NULL) = (success_began IS NULL)),
    failed_at       INTEGER,
    failure_kind    TEXT    CHECK ((failure_kind IS NULL) = (failed_at IS NULL)),
    failure_message TEXT    CHECK ((failure_message IS NULL) = (failed_at IS NULL)),
    failures_in_row INTEGER NOT NULL,
    PRIMARY KEY (scope, type)
);

-- What only ever rises; one row.
CREATE TABLE counters (
    id            INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    task          INTEGER NOT NULL,
    token         INTEGER NOT NULL,
    event         INTEGER NOT NULL,
    shared_served INTEGER NOT NULL,
    clock         INTEGER NOT NULL
);

-- Ended tasks, for people.
CREATE TABLE history (
    id           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    task         INTEGER NOT NULL,
    scope        TEXT    NOT NULL,
    work         TEXT    NOT NULL,
    class        TEXT    NOT NULL,
    draft        TEXT,
    asked_at     INTEGER NOT NULL,
    started_at   INTEGER,
    ended_at     INTEGER NOT NULL,
    ending       TEXT    NOT NULL CHECK (ending IN ('done', 'failed', 'cancelled', 'served')),
    rows_read    INTEGER,
    rows_new     INTEGER,
    rows_updated INTEGER,
    served_by    INTEGER,
    error        TEXT,
    message      TEXT
);
CREATE INDEX history_by_type ON history (scope, work, id);

-- Numbers are dense: `body` is the event as sent to browsers.
CREATE TABLE events (
    number INTEGER NOT NULL PRIMARY KEY,
    scope  TEXT    NOT NULL,
    body   TEXT    NOT NULL
);
