-- becomes
CREATE TABLE invoice (organization_id text, id bigint, PRIMARY KEY (organization_id, id));
ALTER TABLE invoice OWNER TO postgres;
