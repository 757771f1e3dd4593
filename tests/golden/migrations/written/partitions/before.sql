CREATE TABLE log (organization_id text, id bigint, at date, note text DEFAULT 'none', PRIMARY KEY (organization_id, id, at)) PARTITION BY RANGE (at);
CREATE TABLE log_2024 PARTITION OF log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE log_2025 PARTITION OF log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE log_2026 (organization_id text, id bigint, at date, note text DEFAULT 'none', PRIMARY KEY (organization_id, id, at));
GRANT SELECT, INSERT, UPDATE, DELETE ON log, log_2026 TO tenantry_app;
DO $$
DECLARE name text;
BEGIN
    FOREACH name IN ARRAY array['log', 'log_2024', 'log_2025', 'log_2026'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', name);
        EXECUTE format('CREATE POLICY %I ON %I USING (organization_id = (SELECT tenantry.organization()))'
                       ' WITH CHECK (organization_id = (SELECT tenantry.organization()))', name || '_of_organization', name);
    END LOOP;
END $$;
