REVOKE EXECUTE ON FUNCTION public.closed_one(text) FROM tenantry_app;
REVOKE EXECUTE ON FUNCTION public.open_one() FROM PUBLIC;
REVOKE USAGE ON TYPE public.shade FROM PUBLIC;
CREATE SCHEMA billing;

CREATE OR REPLACE PROCEDURE billing.close(IN month date)
 LANGUAGE sql
AS $procedure$select 1$procedure$;

REVOKE ALL ON PROCEDURE billing.close(date) FROM PUBLIC;
GRANT USAGE ON TYPE public.shade TO tenantry_app;
GRANT EXECUTE ON FUNCTION public.open_one() TO tenantry_app WITH GRANT OPTION;
GRANT EXECUTE ON FUNCTION public.closed_one(text) TO PUBLIC;
GRANT EXECUTE ON PROCEDURE billing.close(date) TO tenantry_app;
REVOKE UPDATE, DELETE ON TABLE public.invoice FROM tenantry_app;
GRANT SELECT ON TABLE public.invoice TO tenantry_raw;
GRANT SELECT (organization_id) ON TABLE public.invoice TO reporting;
GRANT REFERENCES (id) ON TABLE public.invoice TO tenantry_app;
GRANT SELECT (total) ON TABLE public.invoice TO reporting;
GRANT UPDATE (total) ON TABLE public.invoice TO tenantry_app;
GRANT UPDATE (note) ON TABLE public.invoice TO tenantry_app;
REVOKE GRANT OPTION FOR SELECT ON TABLE public.currency FROM reporting;
REVOKE INSERT ON TABLE public.currency FROM tenantry_app;
GRANT SELECT ON SEQUENCE public.ticket TO tenantry_app;
GRANT SELECT ON TABLE public.totals TO tenantry_raw;
GRANT USAGE ON SCHEMA billing TO reporting;
COMMENT ON TABLE public.invoice IS 'tenantry: granted to reporting: the monthly figures';
