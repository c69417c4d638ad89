-- Tokens issued to tenants by their hashes. A tenant has one that does not end, and those that a newer one lets live on for a while.

CREATE TABLE token (
    hash      BLOB    NOT NULL PRIMARY KEY, -- SHA-256
    tenant    TEXT    NOT NULL,
    issued_at INTEGER NOT NULL, -- seconds since 1970
    ends_at   INTEGER           -- seconds since 1970; null: until another is issued
) STRICT, WITHOUT ROWID;

CREATE INDEX token_by_tenant ON token (tenant);
