CREATE TABLE accounts (
    id TEXT NOT NULL PRIMARY KEY,
    terms TEXT NOT NULL
);

ALTER TABLE incidents ADD COLUMN due_at BIGINT;
ALTER TABLE incidents ADD COLUMN merged_into TEXT;
ALTER TABLE incidents ADD COLUMN is_sealed BIGINT NOT NULL DEFAULT 0;
CREATE INDEX incidents_by_due ON incidents (due_at);
CREATE INDEX incidents_by_target ON incidents (merged_into);
CREATE INDEX incidents_by_seal ON incidents (seq) WHERE is_sealed = 1;

CREATE TABLE connectors (
    name TEXT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    gone TEXT
);
