ALTER TABLE incidents ADD COLUMN reference TEXT;
UPDATE incidents SET reference = json_extract(facts, '$.reference');
CREATE INDEX incidents_by_reference ON incidents (reference);
