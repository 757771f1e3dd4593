CREATE SCHEMA billing;
CREATE TABLE invoice (organization_id text, id bigint, PRIMARY KEY (organization_id, id));
-- becomes
CREATE SCHEMA billing;
CREATE TABLE billing.invoice (organization_id text, id bigint, PRIMARY KEY (organization_id, id));
