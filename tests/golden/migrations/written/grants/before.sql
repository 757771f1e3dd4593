CREATE TABLE invoice (organization_id text, id bigint, total integer, note text, PRIMARY KEY (organization_id, id));
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY invoice_of_organization ON invoice FOR ALL
    USING (organization_id = (SELECT tenantry.organization())) WITH CHECK (organization_id = (SELECT tenantry.organization()));
GRANT SELECT, INSERT, UPDATE, DELETE ON invoice TO tenantry_app;
CREATE TABLE currency (code text PRIMARY KEY, name text);
COMMENT ON TABLE currency IS 'tenantry: global: the same list for everybody';
GRANT SELECT, INSERT ON currency TO tenantry_app;
GRANT SELECT ON currency TO reporting WITH GRANT OPTION;
CREATE SEQUENCE ticket;
GRANT USAGE ON SEQUENCE ticket TO tenantry_app;
CREATE FUNCTION open_one() RETURNS int LANGUAGE sql RETURN 1;
CREATE FUNCTION closed_one(a text) RETURNS int LANGUAGE sql RETURN 2;
REVOKE ALL ON FUNCTION closed_one(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION closed_one(text) TO tenantry_app;
CREATE TYPE shade AS ENUM ('light', 'dark');
CREATE VIEW totals WITH (security_invoker = true) AS SELECT organization_id, total FROM invoice;
GRANT SELECT ON totals TO tenantry_app;
