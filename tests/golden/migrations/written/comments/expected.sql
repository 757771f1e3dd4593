COMMENT ON COLUMN public.invoice.total IS NULL;
COMMENT ON TYPE public.state IS 'where it stands';

COMMENT ON TABLE public.invoice IS E'new, it''s
of two lines \\ and a backslash';

COMMENT ON COLUMN public.invoice.id IS 'from the counter';
COMMENT ON CONSTRAINT positive on public.invoice IS 'no credit notes';
