ALTER TABLE public.line DROP CONSTRAINT line_organization_id_invoice_id_fkey;

-- LOSES DATA: what stands in public.line.invoice_id
ALTER TABLE public.line DROP COLUMN invoice_id;

-- LOSES DATA: all rows of old.thing
DROP TABLE old.thing;

-- LOSES DATA: all rows of public.invoice
DROP TABLE public.invoice;

DROP FUNCTION old.work();

-- LOSES DATA: how far public.ticket has counted
DROP SEQUENCE public.ticket;
DROP TYPE public.state;
DROP SCHEMA old;
