CREATE TABLE passages (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident TEXT NOT NULL,
    seq BIGINT NOT NULL,
    scopes TEXT NOT NULL,
    body TEXT NOT NULL,
    found TSVECTOR NOT NULL GENERATED ALWAYS AS (
        to_tsvector('simple', body) || setweight(to_tsvector('simple', scopes), 'A')
    ) STORED
);
CREATE INDEX passages_by_incident ON passages (incident, seq);
CREATE INDEX passages_by_found ON passages USING GIN (found);

-- Up to here the log was written before there was a search; what it says is brought in little by little.
ALTER TABLE vendor ADD COLUMN unsearched BIGINT NOT NULL DEFAULT 0;
UPDATE vendor SET unsearched = seq;
