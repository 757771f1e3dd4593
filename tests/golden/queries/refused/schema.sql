CREATE TYPE invoice_status AS ENUM ('draft', 'open', 'void');
CREATE DOMAIN money_amount AS numeric(14, 2);
CREATE TABLE organization (id text PRIMARY KEY, name text NOT NULL);
CREATE TABLE rate (currency char(3) PRIMARY KEY, factor numeric NOT NULL);
CREATE TABLE customer (
    organization_id text NOT NULL REFERENCES organization,
    id uuid NOT NULL,
    name text NOT NULL,
    email text,
    PRIMARY KEY (organization_id, id)
);
CREATE TABLE invoice (
    organization_id text NOT NULL REFERENCES organization,
    id uuid NOT NULL,
    number text NOT NULL,
    customer_id uuid NOT NULL,
    status invoice_status NOT NULL,
    total money_amount NOT NULL,
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, id),
    UNIQUE (organization_id, number),
    FOREIGN KEY (organization_id, customer_id) REFERENCES customer ON DELETE CASCADE
);
CREATE TABLE forgotten (id int);
CREATE FUNCTION peek() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM invoice';
CREATE FUNCTION peek(int, int) RETURNS boolean LANGUAGE sql STABLE AS 'SELECT count(*) > 0 FROM invoice';
CREATE OPERATOR public.<~> (FUNCTION = peek, LEFTARG = int, RIGHTARG = int);
CREATE TYPE pair AS (a int, b int);
CREATE TYPE alike AS ENUM ('a b', 'a-b');
CREATE TYPE unlabelled AS ENUM ('a', '');
CREATE FUNCTION customers_of(uuid) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM customer WHERE id = $1';
CREATE TABLE platform_stat (n int NOT NULL);
CREATE TABLE spanning (organization_id text NOT NULL, id int NOT NULL, code text NOT NULL UNIQUE, PRIMARY KEY (organization_id, id));
CREATE MATERIALIZED VIEW invoice_count AS SELECT count(*) AS n FROM invoice;
CREATE VIEW customer_list AS SELECT organization_id, id, name FROM customer;
