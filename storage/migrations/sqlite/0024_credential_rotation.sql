-- Credentials of an installation besides its present ones: new ones its provider is being told of (pending), and former
-- ones, which count until they end so that nothing in between fails.
CREATE TABLE other_credentials (
    oauth_id TEXT NOT NULL PRIMARY KEY,
    secret TEXT NOT NULL,
    installation TEXT NOT NULL REFERENCES installations (oauth_id) ON DELETE CASCADE,
    pending BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX other_credentials_of_installation ON other_credentials (installation);
