CREATE TABLE words (
    id INTEGER NOT NULL PRIMARY KEY,
    incident TEXT NOT NULL,
    scope TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX words_by_incident ON words (incident);

CREATE VIRTUAL TABLE words_found USING fts5 (body, tokenize = 'porter unicode61');
