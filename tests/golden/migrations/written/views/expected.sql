DROP VIEW public.other_view;
DROP VIEW public.old_view;
DROP MATERIALIZED VIEW public.totals;

-- LOCKS LONG: the table or its indexes are written again
ALTER TABLE public.invoice ALTER COLUMN total TYPE bigint;

-- LOCKS LONG: its rows are worked out anew
CREATE MATERIALIZED VIEW public.totals AS
 SELECT invoice.organization_id,
    sum(invoice.total) AS sum,
    count(*) AS count
   FROM public.invoice
  GROUP BY invoice.organization_id;

CREATE INDEX totals_index ON public.totals USING btree (organization_id);

CREATE VIEW public.new_view WITH (security_invoker='true') AS
 SELECT invoice.organization_id,
    invoice.total
   FROM public.invoice
  WHERE (invoice.due > '2026-01-01'::date);

CREATE OR REPLACE VIEW public.longer_view AS
 SELECT invoice.organization_id,
    invoice.id,
    invoice.due
   FROM public.invoice;

CREATE VIEW public.other_view AS
 SELECT invoice.id,
    invoice.total
   FROM public.invoice;

GRANT SELECT ON TABLE public.new_view TO tenantry_app;
COMMENT ON VIEW public.other_view IS 'kept';
