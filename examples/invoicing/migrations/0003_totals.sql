-- tenantry: step by step

BEGIN;
CREATE TABLE public.month_total (
    organization_id text NOT NULL,
    first_day date NOT NULL,
    invoiced numeric(16,2) NOT NULL,
    paid numeric(16,2) NOT NULL,
    CONSTRAINT month_total_pkey PRIMARY KEY (organization_id, first_day)
);

ALTER TABLE public.month_total ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.month_total FORCE ROW LEVEL SECURITY;

CREATE POLICY month_total_of_organization ON public.month_total FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

GRANT SELECT, INSERT, UPDATE ON TABLE public.month_total TO tenantry_app;

CREATE TABLE public.customer_total (
    organization_id text NOT NULL,
    customer_id uuid NOT NULL,
    invoiced numeric(16,2) NOT NULL,
    CONSTRAINT customer_total_pkey PRIMARY KEY (organization_id, customer_id)
);

CREATE INDEX customer_total_by_amount ON public.customer_total USING btree (organization_id, invoiced, customer_id);
ALTER TABLE public.customer_total ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.customer_total FORCE ROW LEVEL SECURITY;

CREATE POLICY customer_total_of_organization ON public.customer_total FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

GRANT SELECT, INSERT, UPDATE ON TABLE public.customer_total TO tenantry_app;
ALTER TABLE public.customer_total ADD CONSTRAINT customer_total_organization_id_customer_id_fkey FOREIGN KEY (organization_id, customer_id) REFERENCES public.customer(organization_id, id);

CREATE OR REPLACE FUNCTION public.invoice_add_up()
 RETURNS trigger
 LANGUAGE plpgsql
AS $function$
DECLARE
    sign integer := tg_argv[0];
BEGIN
    INSERT INTO month_total AS kept (organization_id, first_day, invoiced, paid)
    SELECT organization_id, date_trunc('month', issued_on::timestamp), sign * sum(total),
        sign * coalesce(sum(total) FILTER (WHERE status = 'paid'), 0)
    FROM changed
    WHERE status IN ('sent', 'paid')
    GROUP BY 1, 2
    ORDER BY 1, 2
    ON CONFLICT (organization_id, first_day)
        DO UPDATE SET invoiced = kept.invoiced + excluded.invoiced, paid = kept.paid + excluded.paid;

    INSERT INTO customer_total AS kept (organization_id, customer_id, invoiced)
    SELECT organization_id, customer_id, sign * sum(total)
    FROM changed
    WHERE status IN ('sent', 'paid')
    GROUP BY 1, 2
    ORDER BY 1, 2
    ON CONFLICT (organization_id, customer_id) DO UPDATE SET invoiced = kept.invoiced + excluded.invoiced;
    RETURN NULL;
END
$function$;

CREATE TRIGGER invoice_inserted AFTER INSERT ON public.invoice REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.invoice_add_up('1');
CREATE TRIGGER invoice_updated_from AFTER UPDATE ON public.invoice REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.invoice_add_up('-1');
CREATE TRIGGER invoice_updated_to AFTER UPDATE ON public.invoice REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.invoice_add_up('1');
CREATE TRIGGER invoice_deleted AFTER DELETE ON public.invoice REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.invoice_add_up('-1');

-- The invoices that are there already. The triggers above hold every writer back until this is done.
ALTER TABLE public.invoice NO FORCE ROW LEVEL SECURITY;
ALTER TABLE public.month_total NO FORCE ROW LEVEL SECURITY;
ALTER TABLE public.customer_total NO FORCE ROW LEVEL SECURITY;
INSERT INTO public.month_total (organization_id, first_day, invoiced, paid)
SELECT organization_id, date_trunc('month', issued_on::timestamp), sum(total),
    coalesce(sum(total) FILTER (WHERE status = 'paid'), 0)
FROM public.invoice
WHERE status IN ('sent', 'paid')
GROUP BY 1, 2;
INSERT INTO public.customer_total (organization_id, customer_id, invoiced)
SELECT organization_id, customer_id, sum(total)
FROM public.invoice
WHERE status IN ('sent', 'paid')
GROUP BY 1, 2;
ALTER TABLE public.invoice FORCE ROW LEVEL SECURITY;
ALTER TABLE public.month_total FORCE ROW LEVEL SECURITY;
ALTER TABLE public.customer_total FORCE ROW LEVEL SECURITY;
COMMIT;

CREATE INDEX CONCURRENTLY invoice_by_payment ON public.invoice USING btree (organization_id, paid_on) INCLUDE (total);
CREATE INDEX CONCURRENTLY invoice_owed ON public.invoice USING btree (organization_id, due_on, number) INCLUDE (total) WHERE (status = 'sent'::public.invoice_status);
