CREATE TABLE invoice (organization_id text, id bigint, note text, PRIMARY KEY (organization_id, id));
CREATE SEQUENCE ticket;
-- becomes
CREATE TABLE bill (organization_id text, id bigint, note text, PRIMARY KEY (organization_id, id));
CREATE SEQUENCE receipt;
