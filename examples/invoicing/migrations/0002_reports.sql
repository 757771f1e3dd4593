-- What the scripts leave behind: what each organization invoiced in a month, and who was reminded of what.

CREATE TABLE revenue_month (
    organization_id text NOT NULL,
    first_day date NOT NULL,
    invoice_count bigint NOT NULL,
    invoiced numeric(16, 2) NOT NULL,
    paid numeric(16, 2) NOT NULL,
    open numeric(16, 2) NOT NULL,
    overdue numeric(16, 2) NOT NULL,
    as_of date NOT NULL, -- the day whose state this is
    PRIMARY KEY (organization_id, first_day)
);

CREATE TABLE reminder (
    organization_id text NOT NULL,
    invoice_id uuid NOT NULL,
    level integer NOT NULL CHECK (level BETWEEN 1 AND 3),
    sent_on date NOT NULL,
    PRIMARY KEY (organization_id, invoice_id, level),
    FOREIGN KEY (organization_id, invoice_id) REFERENCES invoice (organization_id, id)
);

ALTER TABLE revenue_month ENABLE ROW LEVEL SECURITY;
ALTER TABLE revenue_month FORCE ROW LEVEL SECURITY;
CREATE POLICY revenue_month_of_organization ON revenue_month FOR ALL
    USING (organization_id = (SELECT tenantry.organization()::text))
    WITH CHECK (organization_id = (SELECT tenantry.organization()::text));
GRANT SELECT, INSERT, UPDATE ON revenue_month TO tenantry_app;
GRANT SELECT ON revenue_month TO tenantry_raw; -- which organizations are done

ALTER TABLE reminder ENABLE ROW LEVEL SECURITY;
ALTER TABLE reminder FORCE ROW LEVEL SECURITY;
CREATE POLICY reminder_of_organization ON reminder FOR ALL
    USING (organization_id = (SELECT tenantry.organization()::text))
    WITH CHECK (organization_id = (SELECT tenantry.organization()::text));
GRANT SELECT, INSERT ON reminder TO tenantry_app;
GRANT SELECT ON reminder TO tenantry_raw; -- which reminders were sent
GRANT SELECT ON customer TO tenantry_raw; -- whom to remind
