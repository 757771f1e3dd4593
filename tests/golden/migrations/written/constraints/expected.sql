-- tenantry: step by step

BEGIN;
ALTER TABLE public.invoice DROP CONSTRAINT changed_customer;
ALTER TABLE public.invoice DROP CONSTRAINT old_number;
ALTER TABLE public.invoice DROP CONSTRAINT changed_check;
ALTER TABLE public.invoice DROP CONSTRAINT old_check;

-- BREAKS OLD PROGRAMS: an INSERT of a program that runs and gives it no value fails from here on
ALTER TABLE public.line ADD CONSTRAINT organization_id_is_not_null CHECK (organization_id IS NOT NULL) NOT VALID;
ALTER TABLE public.invoice ADD CONSTRAINT new_check CHECK ((paid >= due)) NOT VALID;
ALTER TABLE public.invoice ADD CONSTRAINT changed_check CHECK ((total < 20)) NOT VALID;
ALTER TABLE public.invoice RENAME CONSTRAINT called_so TO called_otherwise;

-- LOCKS LONG: an exclusion constraint cannot be built beside the traffic
ALTER TABLE public.invoice ADD CONSTRAINT never_twice EXCLUDE USING btree (organization_id WITH =, number WITH =);
ALTER TABLE public.invoice ADD CONSTRAINT changed_customer FOREIGN KEY (organization_id, customer_id) REFERENCES public.customer(organization_id, id) ON DELETE CASCADE NOT VALID;
ALTER TABLE public.invoice ADD CONSTRAINT new_customer FOREIGN KEY (organization_id, total) REFERENCES public.customer(organization_id, id) NOT VALID;
COMMIT;

-- NEEDS FITTING ROWS: no two rows of public.invoice may have the same organization_id, number, due
CREATE UNIQUE INDEX CONCURRENTLY new_number ON public.invoice USING btree (organization_id, number, due);

-- NEEDS FITTING ROWS: no two rows of public.invoice may have the same organization_id, due, paid
CREATE UNIQUE INDEX CONCURRENTLY changed_number_new ON public.invoice USING btree (organization_id, due, paid);

-- NEEDS FITTING ROWS: no two rows of public.line may have the same organization_id, id
CREATE UNIQUE INDEX CONCURRENTLY line_pkey_new ON public.line USING btree (organization_id, id);

-- NEEDS FITTING ROWS: no row of public.line may have NULL there
ALTER TABLE public.line VALIDATE CONSTRAINT organization_id_is_not_null;

BEGIN;
ALTER TABLE public.line DROP CONSTRAINT line_pkey;
ALTER TABLE public.invoice DROP CONSTRAINT changed_number;
ALTER TABLE public.line ALTER COLUMN organization_id SET NOT NULL;
ALTER TABLE public.line DROP CONSTRAINT organization_id_is_not_null;
ALTER TABLE public.invoice ADD CONSTRAINT new_number UNIQUE USING INDEX new_number;
ALTER TABLE public.invoice ADD CONSTRAINT changed_number UNIQUE USING INDEX changed_number_new DEFERRABLE;
ALTER TABLE public.line ADD CONSTRAINT line_pkey PRIMARY KEY USING INDEX line_pkey_new;
COMMIT;

-- NEEDS FITTING ROWS: every row of public.invoice has to keep it
ALTER TABLE public.invoice VALIDATE CONSTRAINT new_check;

-- NEEDS FITTING ROWS: every row of public.invoice has to keep it
ALTER TABLE public.invoice VALIDATE CONSTRAINT changed_check;

-- NEEDS FITTING ROWS: every row of public.invoice has to keep it
ALTER TABLE public.invoice VALIDATE CONSTRAINT changed_customer;

-- NEEDS FITTING ROWS: every row of public.invoice has to keep it
ALTER TABLE public.invoice VALIDATE CONSTRAINT new_customer;
