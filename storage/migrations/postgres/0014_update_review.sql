-- A version of an integration that gives its provider more than was agreed to. With refused = 1 somebody said no: the
-- row stays, so that the same version does not come again.
CREATE TABLE waiting_versions (
    integration_key TEXT NOT NULL PRIMARY KEY REFERENCES integrations (key) ON DELETE CASCADE,
    document TEXT NOT NULL,
    version TEXT NOT NULL,
    arrived_at BIGINT NOT NULL,
    refused BIGINT NOT NULL
);

-- What the address of a descriptor answered last: only what changed there is looked at again.
CREATE TABLE descriptor_checks (
    integration_key TEXT NOT NULL PRIMARY KEY REFERENCES integrations (key) ON DELETE CASCADE,
    version TEXT NOT NULL,
    checked_at BIGINT NOT NULL
);
CREATE INDEX descriptor_checks_by_time ON descriptor_checks (checked_at);
