CREATE TYPE address AS (street text, zip integer);
CREATE TABLE customer (organization_id text, id bigint, home address, others address[], PRIMARY KEY (organization_id, id));
ALTER TABLE customer ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY customer_of_organization ON customer USING (organization_id = (SELECT tenantry.organization())) WITH CHECK (organization_id = (SELECT tenantry.organization()));
GRANT SELECT, INSERT, UPDATE, DELETE ON customer TO tenantry_app;
-- becomes
CREATE TYPE address AS (street text);
CREATE TABLE customer (organization_id text, id bigint, home address, others address[], PRIMARY KEY (organization_id, id));
