CREATE TABLE public.revenue_month (
    organization_id text NOT NULL,
    first_day date NOT NULL,
    invoice_count bigint NOT NULL,
    invoiced numeric(16,2) NOT NULL,
    paid numeric(16,2) NOT NULL,
    open numeric(16,2) NOT NULL,
    overdue numeric(16,2) NOT NULL,
    as_of date NOT NULL,
    CONSTRAINT revenue_month_pkey PRIMARY KEY (organization_id, first_day)
);

ALTER TABLE public.revenue_month ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.revenue_month FORCE ROW LEVEL SECURITY;

CREATE POLICY revenue_month_of_organization ON public.revenue_month FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

GRANT SELECT, INSERT, UPDATE ON TABLE public.revenue_month TO tenantry_app;
GRANT SELECT ON TABLE public.revenue_month TO tenantry_raw;

CREATE TABLE public.reminder (
    organization_id text NOT NULL,
    invoice_id uuid NOT NULL,
    level integer NOT NULL,
    sent_on date NOT NULL,
    CONSTRAINT reminder_level_check CHECK (((level >= 1) AND (level <= 3))),
    CONSTRAINT reminder_pkey PRIMARY KEY (organization_id, invoice_id, level)
);

ALTER TABLE public.reminder ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.reminder FORCE ROW LEVEL SECURITY;

CREATE POLICY reminder_of_organization ON public.reminder FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

GRANT SELECT, INSERT ON TABLE public.reminder TO tenantry_app;
GRANT SELECT ON TABLE public.reminder TO tenantry_raw;
ALTER TABLE public.reminder ADD CONSTRAINT reminder_organization_id_invoice_id_fkey FOREIGN KEY (organization_id, invoice_id) REFERENCES public.invoice(organization_id, id);
GRANT SELECT ON TABLE public.customer TO tenantry_raw;
