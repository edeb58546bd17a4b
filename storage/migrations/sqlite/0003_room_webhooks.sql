-- Webhooks that providers make for one room, beside those of their descriptors. Removed with the installation.
CREATE TABLE room_webhooks (
    room_id BIGINT NOT NULL REFERENCES rooms (id),
    oauth_id TEXT NOT NULL REFERENCES installations (oauth_id) ON DELETE CASCADE,
    webhook_key TEXT NOT NULL,
    name TEXT NOT NULL,
    event TEXT NOT NULL,
    url TEXT NOT NULL,
    pattern TEXT,
    signed BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (room_id, oauth_id, webhook_key)
);
CREATE INDEX room_webhooks_of_installation ON room_webhooks (oauth_id);
