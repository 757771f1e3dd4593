CREATE TABLE customer (organization_id text, id bigint, PRIMARY KEY (organization_id, id));
CREATE TABLE invoice (organization_id text, id bigint, customer_id bigint, number text, total integer, due date, paid date,
    PRIMARY KEY (organization_id, id), CONSTRAINT new_check CHECK (paid >= due), CONSTRAINT changed_check CHECK (total < 20),
    CONSTRAINT new_number UNIQUE (organization_id, number, due), CONSTRAINT changed_number UNIQUE (organization_id, due, paid) DEFERRABLE,
    CONSTRAINT called_otherwise CHECK (id > 0),
    CONSTRAINT never_twice EXCLUDE (organization_id WITH =, number WITH =),
    CONSTRAINT changed_customer FOREIGN KEY (organization_id, customer_id) REFERENCES customer ON DELETE CASCADE,
    CONSTRAINT new_customer FOREIGN KEY (organization_id, total) REFERENCES customer);
CREATE TABLE line (organization_id text, id bigint PRIMARY KEY);
