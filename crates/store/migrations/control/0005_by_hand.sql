-- Whether somebody asked for the list to be read, however unchanged it looks; and endings of passes that only looked.

ALTER TABLE tasks ADD COLUMN by_hand INTEGER NOT NULL DEFAULT 0 CHECK (by_hand IN (0, 1));

-- A check cannot be altered, so the table is made anew.
CREATE TABLE new_history (
    id           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    task         INTEGER NOT NULL,
    scope        TEXT    NOT NULL,
    work         TEXT    NOT NULL,
    class        TEXT    NOT NULL,
    draft        TEXT,
    asked_at     INTEGER NOT NULL,
    started_at   INTEGER,
    ended_at     INTEGER NOT NULL,
    ending       TEXT    NOT NULL CHECK (ending IN ('done', 'unchanged', 'failed', 'cancelled', 'served')),
    rows_read    INTEGER,
    rows_new     INTEGER,
    rows_updated INTEGER,
    served_by    INTEGER,
    error        TEXT,
    message      TEXT
);
INSERT INTO new_history SELECT * FROM history;
DROP TABLE history;
ALTER TABLE new_history RENAME TO history;
CREATE INDEX history_by_type ON history (scope, work, id);
