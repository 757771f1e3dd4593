-- becomes
CREATE TABLE invoice (organization_id text, id bigint, note text, PRIMARY KEY (organization_id, id));
GRANT SELECT ON invoice TO PUBLIC;
GRANT UPDATE (note) ON invoice TO tenantry_identity;
