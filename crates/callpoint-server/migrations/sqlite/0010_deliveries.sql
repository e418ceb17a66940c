CREATE TABLE deliveries (
    connector TEXT NOT NULL,
    id TEXT NOT NULL,
    incident TEXT NOT NULL,
    first_seq BIGINT NOT NULL,
    events TEXT NOT NULL,
    kind TEXT NOT NULL,
    queued_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    due_at BIGINT,
    tries BIGINT NOT NULL DEFAULT 0,
    tried_at BIGINT,
    took BIGINT,
    status BIGINT,
    error TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (connector, id)
);
CREATE INDEX deliveries_by_due ON deliveries (connector, due_at);
CREATE INDEX deliveries_by_incident ON deliveries (connector, incident, first_seq);
CREATE INDEX deliveries_by_state ON deliveries (connector, state, first_seq);
CREATE INDEX deliveries_by_age ON deliveries (queued_at);

ALTER TABLE connectors ADD COLUMN rests_until BIGINT;
ALTER TABLE connectors ADD COLUMN parked TEXT NOT NULL DEFAULT '';

-- What came while an address was taken for gone was said not to be delivered: nobody is called for it now.
UPDATE connectors SET seq = (SELECT seq FROM vendor WHERE id = 1) WHERE gone IS NOT NULL;
ALTER TABLE connectors DROP COLUMN gone;
UPDATE connectors SET name = 'webhook:security' WHERE name = 'webhook security';
UPDATE connectors SET name = 'webhook:account:' || substr(name, 17) WHERE name LIKE 'webhook account %';
