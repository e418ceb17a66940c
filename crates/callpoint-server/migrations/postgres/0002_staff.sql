CREATE TABLE staff (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    title TEXT NOT NULL,
    security BIGINT NOT NULL,
    revoked_at BIGINT
);

CREATE TABLE invites (
    digest TEXT NOT NULL PRIMARY KEY,
    staff TEXT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT
);

CREATE TABLE sessions (
    digest TEXT NOT NULL PRIMARY KEY,
    staff TEXT NOT NULL,
    expires_at BIGINT NOT NULL
);

CREATE TABLE secrets (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
