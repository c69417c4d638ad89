-- One row per exchange; `id` grows, so it is also the order. The newest row is never pruned, so ids are not used twice.

CREATE TABLE audit (
    id          INTEGER PRIMARY KEY,
    at_ms       INTEGER NOT NULL, -- since 1970, UTC
    request_id  TEXT    NOT NULL,
    tenant      TEXT,
    operation   TEXT    NOT NULL,
    resource    TEXT,
    status      INTEGER NOT NULL,
    outcome     TEXT    NOT NULL,
    reads       INTEGER NOT NULL,
    writes      INTEGER NOT NULL,
    duration_us INTEGER NOT NULL
) STRICT;

CREATE INDEX audit_by_tenant ON audit (tenant, id);
