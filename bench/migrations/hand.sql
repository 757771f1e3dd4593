-- As it is written by hand from a tutorial on row-level security.
CREATE TABLE customer (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id text NOT NULL,
    email text UNIQUE
);
CREATE TABLE invoice (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    organization_id text NOT NULL,
    customer_id uuid REFERENCES customer (id),
    total numeric(14,2) NOT NULL
);
ALTER TABLE customer ENABLE ROW LEVEL SECURITY;
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY;
CREATE POLICY tenant_isolation ON customer USING (organization_id = current_setting('app.org_id'));
CREATE POLICY tenant_isolation ON invoice USING (organization_id = current_setting('app.org_id'));
GRANT ALL ON ALL TABLES IN SCHEMA public TO app_user;
