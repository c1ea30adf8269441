-- What a catalogue of the first version may hold.
INSERT INTO fences (kind, token) VALUES ('products', 12), ('prices', 13);
INSERT INTO passes (kind, token, began_at, next_page, new_rows, updated_rows) VALUES ('prices', 13, 1700000000000, 1, 1, 0);
INSERT INTO pass_pages (kind, page, seen) VALUES ('prices', 0, x'0100000000000000');
INSERT INTO last_passes (kind, began_at, ended_at, seen_rows) VALUES ('products', 1700000000000, 1700000060000, 2);
INSERT INTO products (id, name, description, package, vat, orderable, name_key, content_hash, changed_at)
VALUES ('012345K2', 'AB12XY.104.023', 'Fresa diamantata', 'K2', 2200, 1, 'ab12xy104023', zeroblob(32), 1700000000000),
       ('012345K3', 'AB12XY.104.023', 'Fresa diamantata', 'K3', NULL, NULL, 'ab12xy104023', zeroblob(32), 1700000000000);
INSERT INTO prices (id, item_selection, item_description, valid_from, unit_price, name_key, content_hash, changed_at)
VALUES ('1', '012345K2', 'AB12XY.104.023', '2026-01-01', 1234, 'ab12xy104023', zeroblob(32), 1700000000000);
