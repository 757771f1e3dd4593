CREATE TABLE invoice (organization_id text, id bigint, PRIMARY KEY (organization_id, id));
CREATE TABLE line (organization_id uuid, id bigint, PRIMARY KEY (organization_id, id));
