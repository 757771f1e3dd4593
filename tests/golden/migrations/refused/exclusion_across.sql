-- becomes
CREATE TABLE booking (organization_id text, id bigint, room int4range, PRIMARY KEY (organization_id, id), EXCLUDE USING gist (room WITH &&));
