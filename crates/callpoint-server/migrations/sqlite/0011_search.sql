CREATE TABLE passages (
    id INTEGER NOT NULL PRIMARY KEY,
    incident TEXT NOT NULL,
    seq BIGINT NOT NULL,
    scopes TEXT NOT NULL,
    body TEXT NOT NULL
);
CREATE INDEX passages_by_incident ON passages (incident, seq);

CREATE VIRTUAL TABLE passages_found USING fts5 (
    body, scopes, content = 'passages', content_rowid = 'id', tokenize = 'unicode61 remove_diacritics 0', prefix = '2 3'
);
CREATE TRIGGER passages_added AFTER INSERT ON passages BEGIN
    INSERT INTO passages_found (rowid, body, scopes) VALUES (new.id, new.body, new.scopes);
END;
CREATE TRIGGER passages_deleted AFTER DELETE ON passages BEGIN
    INSERT INTO passages_found (passages_found, rowid, body, scopes) VALUES ('delete', old.id, old.body, old.scopes);
END;

-- Up to here the log was written before there was a search; what it says is brought in little by little.
ALTER TABLE vendor ADD COLUMN unsearched BIGINT NOT NULL DEFAULT 0;
UPDATE vendor SET unsearched = seq;
