CREATE TABLE invoice (organization_id text, id bigint, PRIMARY KEY (organization_id, id));
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY invoice_of_organization ON invoice USING (organization_id = (SELECT tenantry.organization())) WITH CHECK (organization_id = (SELECT tenantry.organization()));
GRANT SELECT, INSERT, UPDATE, DELETE ON invoice TO tenantry_app;
