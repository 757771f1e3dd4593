CREATE TABLE invoice (organization_id text, id bigint, note text, wide varchar(10), amount integer, share numeric(5,2),
    state text DEFAULT 'new', maybe text NOT NULL, sure text, old text, kept text DEFAULT 'x', sum bigint GENERATED ALWAYS AS (amount * 2) STORED,
    plain bigint GENERATED ALWAYS AS (amount * 3) STORED, big text, PRIMARY KEY (organization_id, id));
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY invoice_of_organization ON invoice USING (organization_id = (SELECT tenantry.organization())) WITH CHECK (organization_id = (SELECT tenantry.organization()));
GRANT SELECT, INSERT, UPDATE, DELETE ON invoice TO tenantry_app;
