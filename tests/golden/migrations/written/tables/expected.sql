CREATE SCHEMA billing;
CREATE SEQUENCE billing.event_id_seq AS integer INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 1 CACHE 1 NO CYCLE;

CREATE TABLE public.customer (
    organization_id text NOT NULL,
    id uuid NOT NULL,
    name text,
    CONSTRAINT customer_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT customer_name_key UNIQUE (organization_id, name)
);

ALTER TABLE public.customer ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.customer FORCE ROW LEVEL SECURITY;

CREATE POLICY customer_of_organization ON public.customer FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.customer TO tenantry_app;

CREATE TABLE public.invoice (
    organization_id text NOT NULL,
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    number bigint NOT NULL GENERATED ALWAYS AS IDENTITY,
    customer_id uuid,
    replaces uuid,
    total numeric(14,2) NOT NULL,
    tax numeric(14,2) GENERATED ALWAYS AS ((total * 0.2)) STORED,
    CONSTRAINT invoice_total_check CHECK ((total >= (0)::numeric)),
    CONSTRAINT invoice_pkey PRIMARY KEY (organization_id, id)
);

CREATE UNIQUE INDEX invoice_number ON public.invoice USING btree (organization_id, number) WHERE (total > (0)::numeric);
ALTER TABLE public.invoice ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.invoice FORCE ROW LEVEL SECURITY;

CREATE POLICY invoice_of_organization ON public.invoice FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.invoice TO tenantry_app;

CREATE TABLE billing.event (
    organization_id uuid NOT NULL,
    id integer NOT NULL DEFAULT nextval('billing.event_id_seq'::regclass),
    what text
);

CREATE INDEX event_organization_id_idx ON billing.event USING btree (organization_id);
ALTER TABLE billing.event ENABLE ROW LEVEL SECURITY;
ALTER TABLE billing.event FORCE ROW LEVEL SECURITY;

CREATE POLICY event_of_organization ON billing.event FOR ALL
    USING (organization_id = ( SELECT (tenantry.organization())::uuid AS organization))
    WITH CHECK (organization_id = ( SELECT (tenantry.organization())::uuid AS organization));

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE billing.event TO tenantry_app;

CREATE UNLOGGED TABLE billing.cache (
    organization_id text NOT NULL,
    key text NOT NULL,
    CONSTRAINT cache_pkey PRIMARY KEY (organization_id, key)
) WITH (fillfactor='70');

ALTER TABLE billing.cache ENABLE ROW LEVEL SECURITY;
ALTER TABLE billing.cache FORCE ROW LEVEL SECURITY;

CREATE POLICY cache_of_organization ON billing.cache FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE billing.cache TO tenantry_app;

CREATE TABLE public.currency (
    code text NOT NULL,
    CONSTRAINT currency_pkey PRIMARY KEY (code)
);

GRANT SELECT ON TABLE public.currency TO tenantry_app;
COMMENT ON TABLE public.currency IS 'tenantry: global: the same list for everybody';

CREATE TABLE public.usage (
    organization_id text NOT NULL,
    day date,
    calls bigint
);

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.usage TO tenantry_app;

COMMENT ON TABLE public.usage IS 'Calls a day.
tenantry: no row-level security: only counts, written by the gateway
tenantry: no leading index: it is read whole';

CREATE TABLE public.metering (
    day date,
    organization_id text
);

COMMENT ON TABLE public.metering IS 'tenantry: cross_org: what the operators see of everybody';

CREATE TABLE public.log (
    organization_id text NOT NULL,
    id bigint NOT NULL,
    at date NOT NULL,
    CONSTRAINT log_pkey PRIMARY KEY (organization_id, id, at)
) PARTITION BY RANGE (at);

ALTER TABLE public.log ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.log FORCE ROW LEVEL SECURITY;

CREATE POLICY log_of_organization ON public.log FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.log TO tenantry_app;

CREATE TABLE public.log_2026 PARTITION OF public.log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
ALTER TABLE public.log_2026 ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.log_2026 FORCE ROW LEVEL SECURITY;

CREATE POLICY log_2026_of_organization ON public.log_2026 FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

CREATE TABLE public.coded (
    organization_id text NOT NULL,
    id bigint NOT NULL,
    code text,
    CONSTRAINT has_code CHECK ((code <> ''::text)),
    CONSTRAINT coded_pkey PRIMARY KEY (organization_id, id)
);

ALTER TABLE public.coded ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.coded FORCE ROW LEVEL SECURITY;

CREATE POLICY coded_of_organization ON public.coded FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.coded TO tenantry_app;

CREATE TABLE public.twice (
    id bigint NOT NULL,
    organization_id text NOT NULL,
    CONSTRAINT twice_organization_id_id_key UNIQUE (organization_id, id)
);

ALTER TABLE public.twice ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.twice FORCE ROW LEVEL SECURITY;

CREATE POLICY twice_of_organization ON public.twice FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.twice TO tenantry_app;

CREATE OR REPLACE FUNCTION public.next_code()
 RETURNS text
 LANGUAGE sql
AS $function$SELECT 'c'$function$;

ALTER TABLE public.coded ALTER COLUMN code SET DEFAULT public.next_code();
ALTER TABLE public.coded ADD CONSTRAINT later CHECK ((id > 0)) NOT VALID;
ALTER TABLE public.twice ADD CONSTRAINT twice_pkey PRIMARY KEY (organization_id, id);
ALTER TABLE public.invoice ADD CONSTRAINT invoice_customer_id_fkey FOREIGN KEY (organization_id, customer_id) REFERENCES public.customer(organization_id, id) ON DELETE SET NULL (customer_id);
ALTER TABLE public.invoice ADD CONSTRAINT invoice_replaces_fkey FOREIGN KEY (organization_id, replaces) REFERENCES public.invoice(organization_id, id);
GRANT USAGE ON SEQUENCE billing.event_id_seq TO tenantry_app;
GRANT USAGE ON SCHEMA billing TO tenantry_app;

ALTER SEQUENCE billing.event_id_seq OWNED BY billing.event.id;
