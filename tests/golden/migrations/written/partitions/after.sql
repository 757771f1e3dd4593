CREATE TABLE log (organization_id text, id bigint, at date, note text DEFAULT 'none', PRIMARY KEY (organization_id, id, at)) PARTITION BY RANGE (at);
-- Taken out: it keeps its columns and its key.
CREATE TABLE log_2024 (organization_id text, id bigint, at date, note text DEFAULT 'none', PRIMARY KEY (organization_id, id, at));
-- Something of its own.
CREATE TABLE log_2025 PARTITION OF log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
ALTER TABLE log_2025 ALTER COLUMN note SET DEFAULT 'old';
ALTER TABLE log_2025 ALTER COLUMN note SET NOT NULL;
ALTER TABLE log_2025 ALTER COLUMN at SET STATISTICS 500;
ALTER TABLE log_2025 ALTER COLUMN note SET STORAGE EXTERNAL;
ALTER TABLE log_2025 ADD CONSTRAINT log_2025_id CHECK (id > 0);
CREATE INDEX log_2025_note ON log_2025 (organization_id, note);
-- Put in.
CREATE TABLE log_2026 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- New, with something of its own.
CREATE TABLE log_2027 PARTITION OF log FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
ALTER TABLE log_2027 ALTER COLUMN note DROP DEFAULT;
ALTER TABLE log_2027 ADD CONSTRAINT log_2027_id CHECK (id > 100);
