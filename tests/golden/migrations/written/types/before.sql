CREATE TYPE state AS ENUM ('open', 'paid');
CREATE TYPE size AS ENUM ('small', 'middle', 'big');
CREATE TYPE gone AS ENUM ('x');
CREATE DOMAIN email AS text;
CREATE DOMAIN percent AS integer DEFAULT 0 CONSTRAINT percent_small CHECK (VALUE <= 100);
CREATE TABLE invoice (organization_id text, id bigint, state state DEFAULT 'open', size size DEFAULT 'small', mail email, rate percent, PRIMARY KEY (organization_id, id));
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY invoice_of_organization ON invoice USING (organization_id = (SELECT tenantry.organization())) WITH CHECK (organization_id = (SELECT tenantry.organization()));
GRANT SELECT, INSERT, UPDATE, DELETE ON invoice TO tenantry_app;
