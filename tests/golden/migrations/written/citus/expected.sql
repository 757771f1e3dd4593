CREATE TABLE public.line (
    organization_id uuid NOT NULL,
    id bigint NOT NULL,
    CONSTRAINT line_pkey PRIMARY KEY (organization_id, id)
);

ALTER TABLE public.line ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.line FORCE ROW LEVEL SECURITY;

CREATE POLICY line_of_organization ON public.line FOR ALL
    USING (organization_id = (tenantry.organization())::uuid)
    WITH CHECK (organization_id = (tenantry.organization())::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.line TO tenantry_app;

ALTER POLICY version_organization ON tenantry.version
    USING (organization_id = tenantry.organization())
    WITH CHECK (organization_id = tenantry.organization());

ALTER POLICY invoice_of_organization ON public.invoice
    USING (organization_id = tenantry.organization())
    WITH CHECK (organization_id = tenantry.organization());
