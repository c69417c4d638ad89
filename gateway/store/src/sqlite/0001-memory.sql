-- What is remembered of resources. A row in `link` is the mark "made or taken over by provisioning".

CREATE TABLE link (
    tenant     TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    resource   TEXT    NOT NULL,
    created_at INTEGER NOT NULL DEFAULT (unixepoch()),
    PRIMARY KEY (tenant, kind, resource)
) STRICT, WITHOUT ROWID;

CREATE TABLE kept (
    tenant    TEXT NOT NULL,
    kind      TEXT NOT NULL,
    resource  TEXT NOT NULL,
    attribute TEXT NOT NULL,
    value     TEXT NOT NULL, -- canonical JSON
    PRIMARY KEY (tenant, kind, resource, attribute),
    FOREIGN KEY (tenant, kind, resource) REFERENCES link ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

CREATE INDEX kept_by_value ON kept (tenant, kind, attribute, value);

CREATE TABLE spelling (
    tenant    TEXT NOT NULL,
    kind      TEXT NOT NULL,
    resource  TEXT NOT NULL,
    attribute TEXT NOT NULL,
    sent      TEXT NOT NULL,
    normal    TEXT NOT NULL,
    PRIMARY KEY (tenant, kind, resource, attribute),
    FOREIGN KEY (tenant, kind, resource) REFERENCES link ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
