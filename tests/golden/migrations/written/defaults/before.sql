CREATE FUNCTION next_code() RETURNS text LANGUAGE sql RETURN 'one';
CREATE TABLE invoice (organization_id text, id bigint, state text DEFAULT 'open', note text DEFAULT 'none', total integer,
    made timestamptz DEFAULT now(), code text DEFAULT next_code(), tags text[], due date, PRIMARY KEY (organization_id, id));
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY invoice_of_organization ON invoice FOR ALL
    USING (organization_id = (SELECT tenantry.organization())) WITH CHECK (organization_id = (SELECT tenantry.organization()));
GRANT SELECT, INSERT, UPDATE, DELETE ON invoice TO tenantry_app;
