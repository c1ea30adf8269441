-- How a list looked just before it was read whole: if it still looks so, it need not be read again.
-- The time is the ERP's own, as text; both are unknown where the list did not tell.

ALTER TABLE passes ADD COLUMN newest_change TEXT;
ALTER TABLE passes ADD COLUMN listed_rows INTEGER;
ALTER TABLE last_passes ADD COLUMN newest_change TEXT;
ALTER TABLE last_passes ADD COLUMN listed_rows INTEGER;
