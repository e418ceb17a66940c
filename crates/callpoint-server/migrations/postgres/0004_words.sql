CREATE TEXT SEARCH DICTIONARY callpoint_stem (TEMPLATE = snowball, LANGUAGE = english);
CREATE TEXT SEARCH CONFIGURATION callpoint (COPY = english);
ALTER TEXT SEARCH CONFIGURATION callpoint ALTER MAPPING REPLACE english_stem WITH callpoint_stem;

CREATE TABLE words (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    incident TEXT NOT NULL,
    scope TEXT NOT NULL,
    body TEXT NOT NULL,
    found TSVECTOR NOT NULL GENERATED ALWAYS AS (to_tsvector('callpoint', body)) STORED
);
CREATE INDEX words_by_incident ON words (incident);
CREATE INDEX words_by_found ON words USING GIN (found);
