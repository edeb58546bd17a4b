-- 1 for rooms that are put away: members read them, and nothing is said in them.
ALTER TABLE rooms ADD COLUMN archived BIGINT NOT NULL DEFAULT 0;
