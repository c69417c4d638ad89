-- What is not a plain value of a resource: work that was begun, values that wait, ids that have changed.

-- What of a sequence of calls was begun and is not known to have ended; words with a blank between.
ALTER TABLE link ADD COLUMN unfinished TEXT NOT NULL DEFAULT '';

-- Values that were taken out of a field of the target while a resource is inactive.
CREATE TABLE aside (
    tenant   TEXT NOT NULL,
    kind     TEXT NOT NULL,
    resource TEXT NOT NULL,
    field    TEXT NOT NULL,
    value    TEXT NOT NULL, -- canonical JSON
    PRIMARY KEY (tenant, kind, resource, field),
    FOREIGN KEY (tenant, kind, resource) REFERENCES link ON DELETE CASCADE
) STRICT, WITHOUT ROWID;

-- Resources whose id in the target is no more the one that SCIM knows.
CREATE TABLE alias (
    tenant   TEXT NOT NULL,
    kind     TEXT NOT NULL,
    resource TEXT NOT NULL, -- SCIM's id
    target   TEXT NOT NULL,
    PRIMARY KEY (tenant, kind, resource),
    UNIQUE (tenant, kind, target)
) STRICT, WITHOUT ROWID;
