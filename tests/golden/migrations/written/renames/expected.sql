-- BREAKS OLD PROGRAMS: programs that run use the old name
ALTER TABLE public.invoice RENAME TO bill;

-- BREAKS OLD PROGRAMS: programs that run use the old name
ALTER TABLE public.bill RENAME COLUMN note TO remark;

-- BREAKS OLD PROGRAMS: programs that run use the old name
ALTER TYPE public.state RENAME TO status;

-- BREAKS OLD PROGRAMS: programs that run use the old name
ALTER TYPE public.status RENAME VALUE 'open' TO 'draft';

-- BREAKS OLD PROGRAMS: programs that run use the old name
ALTER VIEW public.open_invoice RENAME TO open_bill;

ALTER TABLE public.bill RENAME CONSTRAINT invoice_pkey TO bill_pkey;
ALTER INDEX public.invoice_note RENAME TO bill_remark;
ALTER POLICY invoice_of_organization ON public.bill RENAME TO bill_of_organization;
