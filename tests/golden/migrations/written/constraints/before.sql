CREATE TABLE customer (organization_id text, id bigint, PRIMARY KEY (organization_id, id));
ALTER TABLE customer ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY customer_of_organization ON customer USING (organization_id = (SELECT tenantry.organization())) WITH CHECK (organization_id = (SELECT tenantry.organization()));
GRANT SELECT, INSERT, UPDATE, DELETE ON customer TO tenantry_app;
CREATE TABLE invoice (organization_id text, id bigint, customer_id bigint, number text, total integer, due date, paid date,
    PRIMARY KEY (organization_id, id), CONSTRAINT old_check CHECK (total > 0), CONSTRAINT changed_check CHECK (total < 10),
    CONSTRAINT old_number UNIQUE (organization_id, number), CONSTRAINT changed_number UNIQUE (organization_id, due),
    CONSTRAINT called_so CHECK (id > 0),
    CONSTRAINT changed_customer FOREIGN KEY (organization_id, customer_id) REFERENCES customer);
ALTER TABLE invoice ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY invoice_of_organization ON invoice USING (organization_id = (SELECT tenantry.organization())) WITH CHECK (organization_id = (SELECT tenantry.organization()));
GRANT SELECT, INSERT, UPDATE, DELETE ON invoice TO tenantry_app;
CREATE TABLE line (organization_id text, id bigint PRIMARY KEY);
ALTER TABLE line ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
CREATE POLICY line_of_organization ON line USING (organization_id = (SELECT tenantry.organization())) WITH CHECK (organization_id = (SELECT tenantry.organization()));
GRANT SELECT, INSERT, UPDATE, DELETE ON line TO tenantry_app;
