-- What the scheduler of the first version may hold: a queued and a running task, a form that waits, one that does not,
-- an open circuit, an outcome, a past task and an event.
INSERT INTO tasks (id, scope, work, class, asked_at, needed_from, attempts, forms_only, state)
VALUES (7, '', 'prices', 'background', 1700000000000, 1700000000000, 0, 0, 'queued');
INSERT INTO tasks (id, scope, work, class, asked_at, needed_from, attempts, forms_only, pass_began, pass_cursor, pass_pages,
                   state, token, slot, login, started_at, worker_until, through_valve, conduct, done, told_at)
VALUES (8, 'anna', 'customers', 'interactive', 1700000000000, 1700000000000, 0, 1, 1700000000000, 2, 2,
        'running', 5, 0, 'anna', 1700000000000, 1700000030000, 0, 'working', 2, 1700000000000);
INSERT INTO form_leases (agent, session, opened_at, last_beat, last_input, pause, smart, smart_task)
VALUES ('anna', '00000000-0000-0000-0000-000000000001', 1700000000000, 1700000000500, 1700000000000, 'held', 'waits', 8),
       ('anna', '00000000-0000-0000-0000-000000000002', 1700000000000, 1700000000000, 1700000000000, 'held', 'none', NULL);
INSERT INTO logins (agent, circuit, circuit_errors, circuit_until, circuit_wait_ms, auth_needed, served, used)
VALUES ('anna', 'closed', 0, NULL, NULL, 0, 5, 5), ('bruno', 'open', NULL, 1700000060000, 60000, 1, 3, 3);
INSERT INTO schedule (type, interval_ms, offset_ms, anchor, enabled, next_due)
VALUES ('orders', 600000, 0, 1700000000000, 1, 1700000600000);
INSERT INTO last_outcomes (scope, type, success_began, success_ended, success_rows, failures_in_row)
VALUES ('', 'products', 1700000000000, 1700000009000, 4540, 0);
INSERT INTO counters (id, task, token, event, shared_served, clock) VALUES (1, 8, 5, 1, 4, 1700000000000);
INSERT INTO history (task, scope, work, class, asked_at, ended_at, ending)
VALUES (6, '', 'products', 'background', 1700000000000, 1700000009000, 'cancelled');
INSERT INTO events (number, scope, body)
VALUES (1, '', '{"number":1,"at":1700000009000,"scope":"shared","what":"queue-updated"}');
