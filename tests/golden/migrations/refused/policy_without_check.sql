-- becomes
CREATE TABLE invoice (organization_id text, id bigint, note text, PRIMARY KEY (organization_id, id));
CREATE POLICY invoice_rows ON invoice USING (organization_id = (SELECT tenantry.organization()));
