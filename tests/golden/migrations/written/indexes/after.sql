CREATE TABLE invoice (organization_id text, id bigint, total integer, due date, PRIMARY KEY (organization_id, id));
CREATE INDEX new_index ON invoice (organization_id, (total * 2)) WHERE due IS NOT NULL;
CREATE UNIQUE INDEX new_unique ON invoice (due, total);
CREATE INDEX changed_index ON invoice (organization_id, total DESC) INCLUDE (due);
CREATE INDEX called_otherwise ON invoice (organization_id, total, due);
CREATE STATISTICS due_and_total ON due, total FROM invoice;
