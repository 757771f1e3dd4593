CREATE TYPE state AS ENUM ('open', 'paid');
CREATE TABLE invoice (organization_id text, id bigint, note text, state state, PRIMARY KEY (organization_id, id));
CREATE INDEX invoice_note ON invoice (organization_id, note);
CREATE VIEW open_invoice AS SELECT organization_id, id, note FROM invoice;
GRANT SELECT ON open_invoice TO tenantry_app;
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY invoice_of_organization ON invoice USING (organization_id = (SELECT tenantry.organization())) WITH CHECK (organization_id = (SELECT tenantry.organization()));
GRANT SELECT, INSERT, UPDATE, DELETE ON invoice TO tenantry_app;
