REVOKE SELECT, INSERT, UPDATE, DELETE, REFERENCES, TRIGGER, TRUNCATE ON TABLE public.line FROM PUBLIC;
REVOKE SELECT ON TABLE public.invoice FROM tenantry_raw;
ALTER TABLE public.invoice ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.invoice FORCE ROW LEVEL SECURITY;
ALTER TABLE public.line FORCE ROW LEVEL SECURITY;

ALTER POLICY line_rows ON public.line
    USING ((organization_id = ( SELECT tenantry.organization() AS organization)) AND (total > 0))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

CREATE POLICY invoice_of_organization ON public.invoice FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

ALTER POLICY called_so ON public.note RENAME TO note_of_organization;
REVOKE UPDATE, DELETE, TRUNCATE ON TABLE public.invoice FROM tenantry_app;
GRANT UPDATE (total) ON TABLE public.invoice TO tenantry_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.line TO tenantry_app;
GRANT SELECT ON TABLE public.note TO tenantry_app;
