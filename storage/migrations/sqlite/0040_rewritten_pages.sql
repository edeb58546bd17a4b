-- Integrations whose framed pages the server fetches and rewrites, so that they find the script of HipChat here.
CREATE TABLE rewritten_pages (
    integration_key TEXT NOT NULL PRIMARY KEY REFERENCES integrations (key) ON DELETE CASCADE
);
