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
