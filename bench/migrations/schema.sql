CREATE TABLE customer (
    organization_id text NOT NULL,
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text UNIQUE
);
CREATE TABLE invoice (
    organization_id text NOT NULL,
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    customer_id uuid REFERENCES customer (id),
    total numeric(14,2) NOT NULL
);
