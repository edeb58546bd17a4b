-- What an integration adds in one room beyond its descriptor. It is kept as an integration of its own, in that room
-- alone, so that its tokens and what members are told follow like those of any other.
CREATE TABLE supplements (
    supplement_key TEXT NOT NULL PRIMARY KEY REFERENCES integrations (key) ON DELETE CASCADE,
    integration_key TEXT NOT NULL REFERENCES integrations (key) ON DELETE CASCADE,
    room_id BIGINT NOT NULL REFERENCES rooms (id),
    own TEXT NOT NULL
);
CREATE INDEX supplements_of_integration ON supplements (integration_key, room_id);
CREATE INDEX supplements_of_room ON supplements (room_id);
