-- Catalogues of other servers. version names what the last good answer said, unused counts what could not be used of
-- it; problem is why the last try failed.
CREATE TABLE remote_catalogues (
    url TEXT NOT NULL PRIMARY KEY,
    etag TEXT,
    version TEXT NOT NULL,
    unused BIGINT NOT NULL,
    checked_at BIGINT NOT NULL,
    problem TEXT
);
CREATE INDEX remote_catalogues_by_time ON remote_catalogues (checked_at);

CREATE TABLE remote_entries (
    catalogue_url TEXT NOT NULL REFERENCES remote_catalogues (url) ON DELETE CASCADE,
    key TEXT NOT NULL,
    entry TEXT NOT NULL,
    search TEXT NOT NULL,
    PRIMARY KEY (catalogue_url, key)
);
CREATE INDEX remote_entries_by_key ON remote_entries (key);
