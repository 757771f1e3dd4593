-- A tenant table as its author thinks of it: what keeps organizations apart is not said.
CREATE TABLE customer (organization_id text, id uuid PRIMARY KEY, name text UNIQUE);
CREATE TABLE invoice (
    organization_id text,
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    number bigint GENERATED ALWAYS AS IDENTITY,
    customer_id uuid REFERENCES customer (id) ON DELETE SET NULL,
    replaces uuid REFERENCES invoice (id),
    total numeric(14,2) NOT NULL CHECK (total >= 0),
    tax numeric(14,2) GENERATED ALWAYS AS (total * 0.2) STORED
);
CREATE UNIQUE INDEX invoice_number ON invoice (number) WHERE total > 0;
-- Another type of organization, a serial, a schema of its own, no key.
CREATE SCHEMA billing;
CREATE TABLE billing.event (organization_id uuid, id serial, what text);
CREATE UNLOGGED TABLE billing.cache (organization_id text NOT NULL, key text, PRIMARY KEY (organization_id, key)) WITH (fillfactor = 70);
-- Reasons.
CREATE TABLE currency (code text PRIMARY KEY);
COMMENT ON TABLE currency IS 'tenantry: global: the same list for everybody';
GRANT SELECT ON currency TO tenantry_app;
CREATE TABLE usage (organization_id text, day date, calls bigint);
COMMENT ON TABLE usage IS E'Calls a day.\ntenantry: no row-level security: only counts, written by the gateway\ntenantry: no leading index: it is read whole';
CREATE TABLE metering (day date, organization_id text);
COMMENT ON TABLE metering IS 'tenantry: cross_org: what the operators see of everybody';
-- Partitions.
CREATE TABLE log (organization_id text, id bigint, at date, PRIMARY KEY (organization_id, id, at)) PARTITION BY RANGE (at);
CREATE TABLE log_2026 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
-- A default that calls a function of its own; what shall not hold for old rows stays so.
CREATE FUNCTION next_code() RETURNS text LANGUAGE sql AS 'SELECT ''c''';
CREATE TABLE coded (organization_id text, id bigint, code text DEFAULT next_code(), PRIMARY KEY (organization_id, id),
    CONSTRAINT has_code CHECK (code <> ''));
ALTER TABLE coded ADD CONSTRAINT later CHECK (id > 0) NOT VALID;
-- The key becomes what is unique already.
CREATE TABLE twice (id bigint PRIMARY KEY, organization_id text NOT NULL, UNIQUE (organization_id, id));
