CREATE AGGREGATE total (integer) (sfunc = int4pl, stype = integer, initcond = '0');
CREATE TYPE span AS RANGE (subtype = integer);
CREATE TABLE counter (organization_id text, id bigint GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (organization_id, id));
ALTER TABLE counter ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY counter_of_organization ON counter USING (organization_id = (SELECT tenantry.organization())) WITH CHECK (organization_id = (SELECT tenantry.organization()));
GRANT SELECT, INSERT, UPDATE, DELETE ON counter TO tenantry_app;
-- becomes
CREATE AGGREGATE total (integer) (sfunc = int4pl, stype = integer, initcond = '5');
CREATE TYPE span AS RANGE (subtype = bigint);
CREATE TABLE counter (organization_id text, id bigint GENERATED ALWAYS AS IDENTITY (MAXVALUE 5000), PRIMARY KEY (organization_id, id));
CREATE TYPE row_of_note AS (organization_id text, id bigint);
CREATE TABLE note OF row_of_note (PRIMARY KEY (organization_id, id));
