CREATE TYPE public.invoice_status AS ENUM ('draft', 'sent', 'paid', 'void');

CREATE TABLE public.letterhead (
    organization_id text NOT NULL,
    legal_name text NOT NULL,
    address text NOT NULL,
    tax_number text NOT NULL,
    bank_account text NOT NULL,
    payment_days integer NOT NULL DEFAULT 30,
    CONSTRAINT letterhead_payment_days_check CHECK (((payment_days >= 0) AND (payment_days <= 365))),
    CONSTRAINT letterhead_pkey PRIMARY KEY (organization_id)
);

ALTER TABLE public.letterhead ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.letterhead FORCE ROW LEVEL SECURITY;

CREATE POLICY letterhead_of_organization ON public.letterhead FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

GRANT SELECT, INSERT, UPDATE ON TABLE public.letterhead TO tenantry_app;
GRANT SELECT ON TABLE public.letterhead TO tenantry_raw;

CREATE TABLE public.customer (
    organization_id text NOT NULL,
    id uuid NOT NULL,
    name text NOT NULL,
    contact text NOT NULL,
    email text NOT NULL,
    address text NOT NULL,
    CONSTRAINT customer_name_check CHECK ((name <> ''::text)),
    CONSTRAINT customer_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT customer_organization_id_name_key UNIQUE (organization_id, name)
);

ALTER TABLE public.customer ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.customer FORCE ROW LEVEL SECURITY;

CREATE POLICY customer_of_organization ON public.customer FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

GRANT SELECT, INSERT, UPDATE ON TABLE public.customer TO tenantry_app;

CREATE TABLE public.invoice_counter (
    organization_id text NOT NULL,
    year integer NOT NULL,
    last_serial integer NOT NULL,
    CONSTRAINT invoice_counter_pkey PRIMARY KEY (organization_id, year)
);

ALTER TABLE public.invoice_counter ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.invoice_counter FORCE ROW LEVEL SECURITY;

CREATE POLICY invoice_counter_of_organization ON public.invoice_counter FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

GRANT SELECT, INSERT, UPDATE ON TABLE public.invoice_counter TO tenantry_app;

CREATE TABLE public.invoice (
    organization_id text NOT NULL,
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    year integer,
    serial integer,
    number text GENERATED ALWAYS AS ((((year)::text || '-'::text) || lpad((serial)::text, GREATEST(4, length((serial)::text)), '0'::text))) STORED,
    status public.invoice_status NOT NULL,
    created_at timestamp with time zone NOT NULL,
    revision integer NOT NULL DEFAULT 1,
    issued_on date,
    due_on date NOT NULL,
    paid_on date,
    reminded_on date,
    total numeric(14,2) NOT NULL,
    note text NOT NULL DEFAULT ''::text,
    CONSTRAINT invoice_serial_check CHECK ((serial > 0)),
    CONSTRAINT invoice_total_check CHECK ((total >= (0)::numeric)),
    CONSTRAINT invoice_check CHECK ((due_on >= issued_on)),
    CONSTRAINT invoice_check1 CHECK (((status = 'draft'::public.invoice_status) = (issued_on IS NULL))),
    CONSTRAINT invoice_check2 CHECK ((((status = 'draft'::public.invoice_status) = (year IS NULL)) AND ((year IS NULL) = (serial IS NULL)))),
    CONSTRAINT invoice_check3 CHECK (((status = 'paid'::public.invoice_status) = (paid_on IS NOT NULL))),
    CONSTRAINT invoice_pkey PRIMARY KEY (organization_id, id),
    CONSTRAINT invoice_organization_id_year_serial_key UNIQUE (organization_id, year, serial)
);

CREATE INDEX invoice_by_status ON public.invoice USING btree (organization_id, status, due_on);
CREATE INDEX invoice_by_customer ON public.invoice USING btree (organization_id, customer_id);
CREATE INDEX invoice_by_age ON public.invoice USING btree (organization_id, created_at, id);
CREATE INDEX invoice_by_due ON public.invoice USING btree (organization_id, due_on, id);
CREATE INDEX invoice_by_total ON public.invoice USING btree (organization_id, total, id);
ALTER TABLE public.invoice ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.invoice FORCE ROW LEVEL SECURITY;

CREATE POLICY invoice_of_organization ON public.invoice FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.invoice TO tenantry_app;
GRANT SELECT ON TABLE public.invoice TO tenantry_raw;

CREATE TABLE public.invoice_line (
    organization_id text NOT NULL,
    invoice_id uuid NOT NULL,
    "position" integer NOT NULL,
    description text NOT NULL,
    quantity numeric(10,2) NOT NULL,
    unit_price numeric(14,2) NOT NULL,
    amount numeric(14,2) NOT NULL GENERATED ALWAYS AS (round((quantity * unit_price), 2)) STORED,
    CONSTRAINT invoice_line_description_check CHECK ((description <> ''::text)),
    CONSTRAINT invoice_line_quantity_check CHECK ((quantity > (0)::numeric)),
    CONSTRAINT invoice_line_unit_price_check CHECK ((unit_price >= (0)::numeric)),
    CONSTRAINT invoice_line_pkey PRIMARY KEY (organization_id, invoice_id, "position")
);

ALTER TABLE public.invoice_line ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.invoice_line FORCE ROW LEVEL SECURITY;

CREATE POLICY invoice_line_of_organization ON public.invoice_line FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

GRANT SELECT, INSERT, DELETE ON TABLE public.invoice_line TO tenantry_app;

CREATE TABLE public.audit_log (
    organization_id text NOT NULL,
    id uuid NOT NULL,
    happened_at timestamp with time zone NOT NULL,
    actor_id text NOT NULL,
    actor_name text NOT NULL,
    action text NOT NULL,
    change_id uuid NOT NULL,
    invoice_id uuid NOT NULL,
    invoice_number text NOT NULL,
    customer_name text NOT NULL,
    amount numeric(14,2) NOT NULL,
    CONSTRAINT audit_log_pkey PRIMARY KEY (organization_id, id)
);

CREATE INDEX audit_log_by_time ON public.audit_log USING btree (organization_id, happened_at, id);
CREATE INDEX audit_log_by_change ON public.audit_log USING btree (organization_id, change_id);
CREATE INDEX audit_log_by_invoice ON public.audit_log USING btree (organization_id, invoice_id, happened_at);
ALTER TABLE public.audit_log ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.audit_log FORCE ROW LEVEL SECURITY;

CREATE POLICY audit_log_of_organization ON public.audit_log FOR ALL
    USING (organization_id = ( SELECT tenantry.organization() AS organization))
    WITH CHECK (organization_id = ( SELECT tenantry.organization() AS organization));

GRANT SELECT, INSERT ON TABLE public.audit_log TO tenantry_app;
ALTER TABLE public.invoice ADD CONSTRAINT invoice_organization_id_customer_id_fkey FOREIGN KEY (organization_id, customer_id) REFERENCES public.customer(organization_id, id);
ALTER TABLE public.invoice_line ADD CONSTRAINT invoice_line_organization_id_invoice_id_fkey FOREIGN KEY (organization_id, invoice_id) REFERENCES public.invoice(organization_id, id) ON DELETE CASCADE;
