-- What the accounts of the second version may hold.
INSERT INTO agents (agent, admin, added_at) VALUES ('anna', 0, 1700000000000), ('capo', 1, 1700000000000);
INSERT INTO sessions (id, agent, created_at, expires_at)
VALUES ('00000000-0000-0000-0000-000000000001', 'anna', 1700000000000, 1900000000000);
INSERT INTO refresh_tokens (token_hash, session, issued_at)
VALUES (zeroblob(32), '00000000-0000-0000-0000-000000000001', 1700000000000);
INSERT INTO erp_credentials (agent, nonce, sealed, saved_at) VALUES ('anna', zeroblob(12), zeroblob(40), 1700000000000);
INSERT INTO login_failures (kind, subject, failures, last_at) VALUES ('account', 'anna', 2, 1700000000000);
