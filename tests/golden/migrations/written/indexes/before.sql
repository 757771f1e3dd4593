CREATE TABLE invoice (organization_id text, id bigint, total integer, due date, PRIMARY KEY (organization_id, id));
CREATE INDEX old_index ON invoice (organization_id, due);
CREATE INDEX changed_index ON invoice (organization_id, total);
CREATE INDEX called_so ON invoice (organization_id, total, due);
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY invoice_of_organization ON invoice USING (organization_id = (SELECT tenantry.organization())) WITH CHECK (organization_id = (SELECT tenantry.organization()));
GRANT SELECT, INSERT, UPDATE, DELETE ON invoice TO tenantry_app;
