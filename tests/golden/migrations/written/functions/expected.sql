DROP RULE nothing ON public.invoice;
DROP TRIGGER changed_trigger ON public.invoice;
DROP TRIGGER old_trigger ON public.invoice;
DROP VIEW public.doubled;
DROP FUNCTION public.changed_result(integer);
ALTER SEQUENCE public.counter AS bigint INCREMENT BY 10 MINVALUE 1 MAXVALUE 9223372036854775807 START WITH 1 CACHE 1 CYCLE;
CREATE SEQUENCE public.second_counter AS integer INCREMENT BY 1 MINVALUE 1 MAXVALUE 2147483647 START WITH 5 CACHE 1 NO CYCLE;

CREATE OR REPLACE FUNCTION public.changed_result(n integer)
 RETURNS bigint
 LANGUAGE sql
RETURN n;

CREATE VIEW public.doubled AS
 SELECT public.changed_result(1) AS n;

CREATE OR REPLACE FUNCTION public.new_function(a text, b integer DEFAULT 2)
 RETURNS text
 LANGUAGE sql
 IMMUTABLE
 SET search_path TO ''
AS $function$ SELECT 'it''s ' || a $function$;

REVOKE ALL ON FUNCTION public.new_function(text, integer) FROM PUBLIC;

CREATE OR REPLACE PROCEDURE public.work()
 LANGUAGE plpgsql
AS $procedure$ BEGIN COMMIT; END $procedure$;

CREATE OR REPLACE FUNCTION public.changed_body(n integer)
 RETURNS integer
 LANGUAGE sql
RETURN (n + 2);

CREATE TRIGGER new_trigger AFTER INSERT ON public.invoice FOR EACH STATEMENT EXECUTE FUNCTION public.stamp();
CREATE TRIGGER changed_trigger BEFORE UPDATE OF total ON public.invoice FOR EACH ROW WHEN ((new.total > 0)) EXECUTE FUNCTION public.stamp();
ALTER TABLE public.invoice DISABLE TRIGGER changed_trigger;

CREATE RULE nothing AS
    ON DELETE TO public.invoice
   WHERE (old.total > 0) DO INSTEAD NOTHING;

GRANT EXECUTE ON FUNCTION public.new_function(text, integer) TO tenantry_app;

DROP FUNCTION public.old_function();
