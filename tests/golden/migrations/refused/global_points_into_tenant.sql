-- becomes
CREATE TABLE invoice (organization_id text, id bigint, note text, PRIMARY KEY (organization_id, id));
CREATE TABLE featured (id bigint PRIMARY KEY, organization_id text, invoice bigint, FOREIGN KEY (organization_id, invoice) REFERENCES invoice);
COMMENT ON TABLE featured IS 'tenantry: cross_org: what the front page shows';
