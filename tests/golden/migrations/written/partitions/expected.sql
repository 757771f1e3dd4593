-- tenantry: step by step

BEGIN;
REVOKE SELECT, INSERT, UPDATE, DELETE ON TABLE public.log_2026 FROM tenantry_app;
ALTER TABLE public.log DETACH PARTITION public.log_2024;

-- LOCKS LONG: the partition's rows are held against its bound
ALTER TABLE public.log ATTACH PARTITION public.log_2026 FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');

CREATE TABLE public.log_2027 PARTITION OF public.log FOR VALUES FROM ('2027-01-01') TO ('2028-01-01');
ALTER TABLE public.log_2027 ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.log_2027 FORCE ROW LEVEL SECURITY;

CREATE POLICY log_2027_of_organization ON public.log_2027 FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

ALTER TABLE public.log_2025 ADD CONSTRAINT log_2025_id CHECK ((id > 0)) NOT VALID;
ALTER TABLE public.log_2027 ADD CONSTRAINT log_2027_id CHECK ((id > 100));

-- LOCKS LONG: every row of the partition is read; one with NULL stops it
ALTER TABLE public.log_2025 ALTER COLUMN note SET NOT NULL;
ALTER TABLE public.log_2025 ALTER COLUMN note SET DEFAULT 'old'::text;
ALTER TABLE public.log_2027 ALTER COLUMN note SET DEFAULT NULL;
ALTER TABLE public.log_2025 ALTER COLUMN at SET STATISTICS 500;
ALTER TABLE public.log_2025 ALTER COLUMN note SET STORAGE EXTERNAL;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.log_2024 TO tenantry_app;
COMMIT;

CREATE INDEX CONCURRENTLY log_2025_note ON public.log_2025 USING btree (organization_id, note);

-- NEEDS FITTING ROWS: every row of public.log_2025 has to keep it
ALTER TABLE public.log_2025 VALIDATE CONSTRAINT log_2025_id;
