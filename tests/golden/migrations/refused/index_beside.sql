-- becomes
CREATE TABLE invoice (organization_id text, id bigint, PRIMARY KEY (organization_id, id));
CREATE INDEX CONCURRENTLY invoice_id ON invoice (organization_id, id);
