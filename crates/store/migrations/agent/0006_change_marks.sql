-- How far the changes of a kind of data were read from the ERP's REST API: the latest change known, by the ERP's clock,
-- as RFC 3339.
CREATE TABLE change_marks (
    kind TEXT NOT NULL PRIMARY KEY,
    mark TEXT NOT NULL
);
