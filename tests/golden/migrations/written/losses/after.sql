CREATE TABLE line (organization_id text, id bigint, PRIMARY KEY (organization_id, id));
