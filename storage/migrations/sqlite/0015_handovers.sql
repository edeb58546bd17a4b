-- What an add-on reads once, with the token in the address a browser brought it (HipChat Connect §2.3). The secret is
-- looked up where it is kept. onward is where the browser goes next, when it has not arrived.
CREATE TABLE handovers (
    token_hash BLOB NOT NULL PRIMARY KEY,
    integration_key TEXT NOT NULL,
    oauth_id TEXT NOT NULL,
    room_ref BIGINT NOT NULL,
    onward TEXT,
    taken BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX handovers_by_expiry ON handovers (expires_at);
