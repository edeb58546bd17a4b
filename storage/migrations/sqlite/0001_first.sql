-- Letters of tables refer to the requirements, §13. Flags and numbers are BIGINT, times milliseconds since 1970.

CREATE TABLE counters (
    name TEXT NOT NULL PRIMARY KEY,
    value BIGINT NOT NULL
);
INSERT INTO counters (name, value) VALUES ('revision', 0);

CREATE TABLE organisations (
    id BIGINT NOT NULL PRIMARY KEY CHECK (id = 1),
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE users (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    mention TEXT NOT NULL UNIQUE,
    email TEXT NOT NULL,
    email_key TEXT NOT NULL UNIQUE,
    password_hash TEXT NOT NULL,
    role TEXT NOT NULL,
    created_at BIGINT NOT NULL
);

CREATE TABLE sessions (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    token_hash BLOB NOT NULL UNIQUE,
    user_id BIGINT NOT NULL REFERENCES users (id),
    client TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    last_seen_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX sessions_of_user ON sessions (user_id);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

-- Table D. name_key is NULL for conversations, people_key for rooms.
CREATE TABLE rooms (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT UNIQUE,
    people_key TEXT UNIQUE,
    privacy TEXT NOT NULL,
    owner_id BIGINT NOT NULL REFERENCES users (id),
    topic TEXT NOT NULL,
    seq BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    created_at BIGINT NOT NULL
);

-- Table E.
CREATE TABLE memberships (
    room_id BIGINT NOT NULL REFERENCES rooms (id),
    user_id BIGINT NOT NULL REFERENCES users (id),
    joined_seq BIGINT NOT NULL,
    read_seq BIGINT NOT NULL,
    read_messages BIGINT NOT NULL,
    PRIMARY KEY (room_id, user_id)
);
CREATE INDEX memberships_of_user ON memberships (user_id);

-- The log. message_id is NULL for everything that is no message.
CREATE TABLE events (
    room_id BIGINT NOT NULL REFERENCES rooms (id),
    seq BIGINT NOT NULL,
    messages BIGINT NOT NULL,
    kind TEXT NOT NULL,
    message_id TEXT UNIQUE,
    sender_id BIGINT REFERENCES users (id),
    at BIGINT NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (room_id, seq)
);
CREATE INDEX messages_of_room ON events (room_id, seq) WHERE message_id IS NOT NULL;

CREATE TABLE invitations (
    token_hash BLOB NOT NULL PRIMARY KEY,
    role TEXT NOT NULL,
    invited_by BIGINT NOT NULL REFERENCES users (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE TABLE invitation_rooms (
    token_hash BLOB NOT NULL REFERENCES invitations (token_hash) ON DELETE CASCADE,
    room_id BIGINT NOT NULL REFERENCES rooms (id),
    PRIMARY KEY (token_hash, room_id)
);

-- Tables B and G.
CREATE TABLE integrations (
    key TEXT NOT NULL PRIMARY KEY,
    document TEXT NOT NULL,
    self_url TEXT NOT NULL,
    origin TEXT NOT NULL,
    token TEXT NOT NULL,
    updated_at BIGINT NOT NULL
);

-- Table C.
CREATE TABLE ui_extensions (
    integration_key TEXT NOT NULL REFERENCES integrations (key) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    position BIGINT NOT NULL,
    extension_key TEXT NOT NULL,
    descriptor TEXT NOT NULL,
    PRIMARY KEY (integration_key, kind, position)
);
CREATE INDEX ui_extensions_by_kind ON ui_extensions (kind, extension_key);

-- Table F. room_ref 0 is the global room, which is why it does not refer to rooms.
CREATE TABLE room_integrations (
    room_ref BIGINT NOT NULL,
    integration_key TEXT NOT NULL REFERENCES integrations (key),
    installed_by BIGINT REFERENCES users (id),
    installed_at BIGINT NOT NULL,
    PRIMARY KEY (room_ref, integration_key)
);
CREATE INDEX room_integrations_by_key ON room_integrations (integration_key, room_ref);

-- Table H. A room without integrations has no row.
CREATE TABLE room_tokens (
    room_ref BIGINT NOT NULL PRIMARY KEY,
    token TEXT NOT NULL
);

CREATE TABLE installations (
    oauth_id TEXT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL,
    integration_key TEXT NOT NULL REFERENCES integrations (key),
    room_ref BIGINT NOT NULL,
    scopes TEXT NOT NULL,
    installed_by BIGINT REFERENCES users (id),
    installed_at BIGINT NOT NULL,
    pending BIGINT NOT NULL,
    UNIQUE (integration_key, room_ref)
);

CREATE TABLE access_tokens (
    token_hash BLOB NOT NULL PRIMARY KEY,
    oauth_id TEXT NOT NULL REFERENCES installations (oauth_id) ON DELETE CASCADE,
    scopes TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX access_tokens_of_installation ON access_tokens (oauth_id);

-- search is what a search looks in, lower-case.
CREATE TABLE catalogue (
    key TEXT NOT NULL PRIMARY KEY,
    entry TEXT NOT NULL,
    search TEXT NOT NULL,
    listed_at BIGINT NOT NULL
);
