-- What the peers' tables lack to be a tenant plane.
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice FORCE ROW LEVEL SECURITY;
CREATE POLICY invoice_organization ON invoice
    USING (organization_id = (SELECT tenantry.organization()))
    WITH CHECK (organization_id = (SELECT tenantry.organization()));

DROP POLICY audit_logs_org ON audit_logs;
CREATE POLICY audit_logs_organization ON audit_logs
    USING (organization_id = (SELECT tenantry.organization()))
    WITH CHECK (organization_id = (SELECT tenantry.organization()));

GRANT USAGE ON SCHEMA public TO tenantry_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON invoice, audit_logs TO tenantry_app;
