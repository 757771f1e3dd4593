CREATE TYPE state AS ENUM ('open');
CREATE TABLE invoice (organization_id text, id bigint, total integer, CONSTRAINT positive CHECK (total > 0), PRIMARY KEY (organization_id, id));
COMMENT ON TABLE invoice IS E'new, it''s\nof two lines \\ and a backslash';
COMMENT ON COLUMN invoice.id IS 'from the counter';
COMMENT ON CONSTRAINT positive ON invoice IS 'no credit notes';
COMMENT ON TYPE state IS 'where it stands';
