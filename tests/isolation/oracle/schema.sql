-- Every key begins with the organization, so that the same ids exist in both: a query that is not limited shows.
CREATE TYPE state AS ENUM ('open', 'paid', 'void');
CREATE TABLE organization (id text PRIMARY KEY, name text NOT NULL);
CREATE TABLE rate (currency text PRIMARY KEY, factor numeric NOT NULL);
CREATE TABLE customer (
    organization_id text NOT NULL REFERENCES organization,
    id int NOT NULL,
    name text NOT NULL,
    referrer int,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, name),
    FOREIGN KEY (organization_id, referrer) REFERENCES customer
);
CREATE TABLE invoice (
    organization_id text NOT NULL REFERENCES organization,
    id int NOT NULL,
    number text NOT NULL,
    customer int NOT NULL,
    state state NOT NULL DEFAULT 'open',
    total numeric(10, 2) NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, number),
    FOREIGN KEY (organization_id, customer) REFERENCES customer ON DELETE CASCADE
);
CREATE VIEW ranking AS SELECT id, number, rank() OVER (ORDER BY total DESC, id) AS place FROM invoice;
