-- Tables as they are found: without any of it, without FORCE and WITH CHECK, under another name, with grants to everybody.
CREATE TABLE invoice (organization_id text, id bigint, total integer, PRIMARY KEY (organization_id, id));
GRANT SELECT, INSERT, UPDATE (total) ON invoice TO tenantry_app;
CREATE TABLE line (organization_id text, id bigint, total integer, PRIMARY KEY (organization_id, id));
CREATE POLICY line_rows ON line
    USING (organization_id = (SELECT tenantry.organization()) AND total > 0)
    WITH CHECK (organization_id = (SELECT tenantry.organization()));
CREATE TABLE note (organization_id text, id bigint, total integer, PRIMARY KEY (organization_id, id));

GRANT SELECT ON note TO tenantry_app;
