ALTER TABLE incidents ADD COLUMN reference TEXT;
UPDATE incidents SET reference = CAST(facts AS JSON) ->> 'reference';
CREATE INDEX incidents_by_reference ON incidents (reference);
