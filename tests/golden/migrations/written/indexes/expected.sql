-- tenantry: step by step

BEGIN;
DROP INDEX public.old_index;
ALTER INDEX public.called_so RENAME TO called_otherwise;
CREATE STATISTICS public.due_and_total ON total, due FROM public.invoice;
COMMIT;

CREATE INDEX CONCURRENTLY new_index ON public.invoice USING btree (organization_id, ((total * 2))) WHERE (due IS NOT NULL);
CREATE INDEX CONCURRENTLY changed_index_new ON public.invoice USING btree (organization_id, total DESC) INCLUDE (due);

-- NEEDS FITTING ROWS: no two rows may have the same values
CREATE UNIQUE INDEX CONCURRENTLY new_unique ON public.invoice USING btree (organization_id, due, total);

BEGIN;
DROP INDEX public.changed_index;
ALTER INDEX public.changed_index_new RENAME TO changed_index;
COMMIT;
