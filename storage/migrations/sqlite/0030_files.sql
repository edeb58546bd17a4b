-- What is known of the files in the data folder, by the name of their bytes there. message_id is NULL until a message has
-- the file; uploaded_by is NULL for those of integrations.
CREATE TABLE files (
    id TEXT NOT NULL PRIMARY KEY,
    room_id BIGINT NOT NULL REFERENCES rooms (id),
    uploaded_by BIGINT REFERENCES users (id),
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    size BIGINT NOT NULL,
    preview BIGINT NOT NULL,
    message_id TEXT,
    uploaded_at BIGINT NOT NULL
);
CREATE INDEX files_of_message ON files (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX files_waiting ON files (uploaded_at) WHERE message_id IS NULL;

-- Bytes of all files together.
INSERT INTO counters (name, value) VALUES ('file_bytes', 0);
