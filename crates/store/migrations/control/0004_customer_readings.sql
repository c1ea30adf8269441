-- In which way the customers were read for somebody who waited, and why not in a quicker one. The last 200 per agent.
CREATE TABLE customer_readings (
    id      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL, -- milliseconds since 1970-01-01T00:00:00Z
    agent   TEXT    NOT NULL,
    way     TEXT    NOT NULL,
    skipped TEXT,             -- why the REST API was not used
    took_ms INTEGER NOT NULL,
    changed INTEGER NOT NULL  -- rows that were new or changed
);
CREATE INDEX customer_readings_by_agent ON customer_readings (agent, id);
