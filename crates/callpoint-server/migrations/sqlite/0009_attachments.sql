CREATE TABLE attachments (
    id TEXT NOT NULL PRIMARY KEY,
    account TEXT NOT NULL,
    person TEXT NOT NULL,
    name TEXT NOT NULL,
    size BIGINT NOT NULL,
    received BIGINT NOT NULL,
    media_type TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seq BIGINT
);
CREATE INDEX attachments_by_account ON attachments (account, created_at);
CREATE INDEX attachments_unused ON attachments (created_at) WHERE COALESCE(seq, 0) = 0;

CREATE TABLE attachment_parts (
    attachment TEXT NOT NULL,
    first_byte BIGINT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (attachment, first_byte)
);
