CREATE TYPE state AS ENUM ('open');
CREATE TABLE invoice (organization_id text, id bigint, total integer, CONSTRAINT positive CHECK (total > 0), PRIMARY KEY (organization_id, id));
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY invoice_of_organization ON invoice USING (organization_id = (SELECT tenantry.organization())) WITH CHECK (organization_id = (SELECT tenantry.organization()));
GRANT SELECT, INSERT, UPDATE, DELETE ON invoice TO tenantry_app;
COMMENT ON TABLE invoice IS 'old';
COMMENT ON COLUMN invoice.total IS 'gone';
