-- What another system has told us already, so that each of its events counts once. Kept for an hour.
CREATE TABLE heard_events (
    event TEXT    NOT NULL PRIMARY KEY,
    at    INTEGER NOT NULL -- milliseconds since 1970-01-01T00:00:00Z
) WITHOUT ROWID;
