CREATE TABLE vendor (
    id BIGINT NOT NULL PRIMARY KEY,
    seq BIGINT NOT NULL,
    reference BIGINT NOT NULL
);

CREATE TABLE events (
    seq BIGINT NOT NULL PRIMARY KEY,
    command TEXT NOT NULL,
    incident TEXT,
    at BIGINT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX events_by_incident ON events (incident, seq);

CREATE TABLE incidents (
    id TEXT NOT NULL PRIMARY KEY,
    facts TEXT NOT NULL,
    is_open BIGINT NOT NULL,
    is_public BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    ended_at BIGINT,
    seq BIGINT NOT NULL
);
CREATE INDEX incidents_by_start ON incidents (opened_at, id);
CREATE INDEX incidents_by_end ON incidents (is_open, ended_at);

CREATE TABLE stakes (
    account TEXT NOT NULL,
    incident TEXT NOT NULL,
    PRIMARY KEY (account, incident)
);

CREATE TABLE components (
    id TEXT NOT NULL PRIMARY KEY,
    position BIGINT NOT NULL,
    body TEXT NOT NULL
);

CREATE TABLE replies (
    person TEXT NOT NULL,
    command TEXT NOT NULL,
    digest TEXT NOT NULL,
    status BIGINT NOT NULL,
    body TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (person, command)
);
CREATE INDEX replies_by_age ON replies (at);
