-- What an agent's file of the first version may hold.
INSERT INTO fences (kind, token) VALUES ('customers', 12), ('placements', 14);
INSERT INTO last_passes (kind, began_at, ended_at, seen_rows) VALUES ('customers', 1700000000000, 1700000060000, 2);
INSERT INTO customers (id, name, city, phone, name_key, content_hash, absences, changed_at)
VALUES ('50', 'Società Rossi S.r.l.', 'Forlì', '+390543123456', '', zeroblob(32), 0, 1700000000000),
       ('57185', 'Bianchi & Figli', NULL, NULL, '', zeroblob(32), 1, 1700000000000);
INSERT INTO drafts (id, state, version, body, edited_at)
VALUES ('00000000-0000-0000-0000-000000000001', 'open', 3,
        '{"id":"00000000-0000-0000-0000-000000000001","version":2,"customer":null,"lines":[],"createdAt":1,"editedAt":2}', 2),
       ('00000000-0000-0000-0000-000000000002', 'submitted', 1,
        '{"id":"00000000-0000-0000-0000-000000000002","version":0,"customer":null,"lines":[],"createdAt":1,"editedAt":2}', 2),
       ('00000000-0000-0000-0000-000000000003', 'deleted', 2, NULL, 0);
INSERT INTO placements (draft_id, marker, state, submission, body, differences, twin_key, submitted_at, changed_at)
VALUES ('00000000-0000-0000-0000-000000000002', 'A7K3-9QF2', 'saving', 1,
        '{"id":"00000000-0000-0000-0000-000000000002","version":1,"customer":null,"lines":[],"createdAt":1,"editedAt":2}',
        '[]', ': ', 1700000000000, 1700000000000);
INSERT INTO placement_log (draft_id, submission, at, to_state)
VALUES ('00000000-0000-0000-0000-000000000002', 1, 1700000000000, 'queued');
