-- What has changed in the catalogue since it was first read whole: the newest 200,000 changes.
CREATE TABLE changes (
    number  INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL, -- milliseconds since 1970-01-01T00:00:00Z
    kind    TEXT    NOT NULL CHECK (kind IN ('products', 'prices')),
    row_key TEXT    NOT NULL, -- the row's id in the ERP
    item    TEXT    NOT NULL, -- the article in the row's words: id and name
    what    TEXT    NOT NULL CHECK (what IN ('added', 'changed', 'removed')),
    field   TEXT    CHECK ((field IS NOT NULL) = (what = 'changed')),
    before  TEXT,
    after   TEXT
);
CREATE INDEX changes_by_row ON changes (kind, row_key, number);
