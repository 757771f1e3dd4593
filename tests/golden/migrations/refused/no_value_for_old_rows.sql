CREATE TABLE invoice (organization_id text, id bigint, note text, PRIMARY KEY (organization_id, id));
-- becomes
CREATE TABLE invoice (organization_id text, id bigint, note text, number text NOT NULL, PRIMARY KEY (organization_id, id));
