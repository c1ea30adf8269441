-- Placements learn the state `withdrawn`, what was seen when a person must decide, which line a refusal concerns, and
-- how long they take. SQLite cannot change a CHECK, so both tables are made anew.

CREATE TABLE new_placements (
    draft_id     TEXT    NOT NULL PRIMARY KEY,
    marker       TEXT    NOT NULL UNIQUE,
    state        TEXT    NOT NULL CHECK (state IN ('queued', 'filling', 'armed', 'saving', 'unknown', 'placed',
                                                   'verified', 'rejected', 'needs-attention', 'withdrawn')),
    number       TEXT,   -- the ERP's number or id of the order
    reason       TEXT,   -- why it was rejected, or what a person has to look at
    submission   INTEGER NOT NULL, -- 1, and one more each time an order that came back is sent again
    lines_done   INTEGER,
    lines_total  INTEGER,
    body         TEXT    NOT NULL, -- JSON of the draft as it was sent
    differences  TEXT    NOT NULL, -- JSON array of sentences
    twin_key     TEXT    NOT NULL, -- customer and lines; equal for orders that ask for the same
    submitted_at INTEGER NOT NULL,
    changed_at   INTEGER NOT NULL,
    typing_since INTEGER, -- when the latest attempt began
    usual_ms     INTEGER, -- how long one of its size usually takes
    refused_line TEXT,    -- the id of the line that the refusal concerns
    seen         TEXT    NOT NULL DEFAULT '[]', -- JSON array of the orders a person must tell apart
    screenshot   TEXT,    -- the name of a picture of them
    CHECK ((number IS NOT NULL) = (state IN ('placed', 'verified'))),
    CHECK ((reason IS NOT NULL) = (state IN ('rejected', 'needs-attention')))
);
INSERT INTO new_placements (draft_id, marker, state, number, reason, submission, lines_done, lines_total, body,
                            differences, twin_key, submitted_at, changed_at)
SELECT draft_id, marker, state, number, reason, submission, lines_done, lines_total, body,
       differences, twin_key, submitted_at, changed_at
FROM placements;

CREATE TABLE new_placement_log (
    number     INTEGER NOT NULL PRIMARY KEY,
    draft_id   TEXT    NOT NULL REFERENCES new_placements (draft_id),
    submission INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    from_state TEXT,
    to_state   TEXT    NOT NULL,
    token      INTEGER, -- of the task that did it; NULL for a person
    words      TEXT
);
INSERT INTO new_placement_log (number, draft_id, submission, at, from_state, to_state, token, words)
SELECT number, draft_id, submission, at, from_state, to_state, token, words FROM placement_log;

DROP TABLE placement_log;
DROP TABLE placements;
ALTER TABLE new_placements RENAME TO placements;
ALTER TABLE new_placement_log RENAME TO placement_log;
CREATE INDEX placements_by_twin ON placements (twin_key, submitted_at);
CREATE INDEX placements_unfinished ON placements (state)
    WHERE state IN ('queued', 'filling', 'armed', 'saving', 'unknown', 'placed');
CREATE INDEX placement_log_by_draft ON placement_log (draft_id, number);

-- How long each step of the typing took: for whoever asks what happened, and to say how long the next order will take.
CREATE TABLE placement_steps (
    number     INTEGER NOT NULL PRIMARY KEY,
    draft_id   TEXT    NOT NULL REFERENCES placements (draft_id),
    submission INTEGER NOT NULL,
    at         INTEGER NOT NULL,
    name       TEXT    NOT NULL,
    took_ms    INTEGER NOT NULL
);
CREATE INDEX placement_steps_by_draft ON placement_steps (draft_id, number);

-- When this file was last brought back from an older copy. What was sent before that may be in the ERP without our
-- knowing.
CREATE TABLE restores (
    at INTEGER NOT NULL PRIMARY KEY
);

-- Which file of the disk this is, by its inode and birth: a copy that was put in its place says another.
CREATE TABLE file_identity (
    id       INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    identity TEXT    NOT NULL
);
