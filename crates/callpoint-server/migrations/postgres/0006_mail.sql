CREATE TABLE people (
    account TEXT NOT NULL,
    person TEXT NOT NULL,
    email TEXT NOT NULL,
    unwanted TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (account, person)
);

CREATE TABLE mails (
    id TEXT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    account TEXT NOT NULL,
    person TEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    due_at BIGINT,
    tries BIGINT NOT NULL DEFAULT 0,
    outcome TEXT
);
CREATE INDEX mails_by_due ON mails (due_at, seq);
CREATE INDEX mails_by_age ON mails (queued_at);
