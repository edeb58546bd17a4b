-- Addresses at which other systems speak in a room. Only a hash of the secret in the address is kept.
CREATE TABLE incoming_webhooks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    room_id BIGINT NOT NULL REFERENCES rooms (id),
    name TEXT NOT NULL,
    secret_hash BLOB NOT NULL UNIQUE,
    created_by BIGINT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    last_used_at BIGINT
);
CREATE INDEX incoming_webhooks_of_room ON incoming_webhooks (room_id);
