ALTER TABLE public.invoice ALTER COLUMN note DROP DEFAULT;
CREATE SEQUENCE public.ticket AS bigint INCREMENT BY 1 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1 NO CYCLE;
ALTER TABLE public.invoice ALTER COLUMN state DROP DEFAULT;

-- LOCKS LONG: the table or its indexes are written again
ALTER TABLE public.invoice ALTER COLUMN state TYPE character varying(20);
ALTER TABLE public.invoice ADD COLUMN later date DEFAULT CURRENT_DATE;
ALTER TABLE public.invoice ADD COLUMN settings jsonb DEFAULT '{"a": 1}'::jsonb;
ALTER TABLE public.invoice ALTER COLUMN organization_id SET DEFAULT tenantry.organization();
ALTER TABLE public.invoice ALTER COLUMN id SET DEFAULT nextval('public.ticket'::regclass);
ALTER TABLE public.invoice NO FORCE ROW LEVEL SECURITY;
SELECT setval('public.ticket', coalesce(max(id), 0) + 1, false) FROM public.invoice;
ALTER TABLE public.invoice FORCE ROW LEVEL SECURITY;
ALTER TABLE public.invoice ALTER COLUMN state SET DEFAULT 'it''s "open"'::character varying;

CREATE OR REPLACE FUNCTION public.next_total()
 RETURNS integer
 LANGUAGE sql
RETURN 7;

ALTER TABLE public.invoice ALTER COLUMN total SET DEFAULT public.next_total();
ALTER TABLE public.invoice ALTER COLUMN made SET DEFAULT (date_trunc('day'::text, now()) + '01:00:00'::interval);

CREATE OR REPLACE FUNCTION public.next_code()
 RETURNS text
 LANGUAGE sql
RETURN 'two'::text;

ALTER TABLE public.invoice ALTER COLUMN tags SET DEFAULT ARRAY['a'::text, 'b'::text];
ALTER TABLE public.invoice ALTER COLUMN due SET DEFAULT (CURRENT_DATE + 30);
