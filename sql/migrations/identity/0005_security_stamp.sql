CREATE TABLE tenantry.security_stamp (
    kind text NOT NULL,
    id text NOT NULL,
    stamp uuid NOT NULL DEFAULT gen_random_uuid(),
    renewed_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT security_stamp_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'organization'::text]))),
    CONSTRAINT security_stamp_pkey PRIMARY KEY (kind, id),
    CONSTRAINT security_stamp_stamp_key UNIQUE (stamp)
);

GRANT SELECT ON TABLE tenantry.security_stamp TO tenantry_identity;
GRANT SELECT (stamp) ON TABLE tenantry.security_stamp TO tenantry_app;

CREATE OR REPLACE FUNCTION tenantry.hold_sessions_to_members(holds boolean)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
declare
    is_held boolean := exists (
        select from pg_catalog.pg_constraint
        where conname = 'session_userId_activeOrganizationId_fkey' and conrelid = 'public.session'::pg_catalog.regclass);
begin
    if is_held and not holds then
        alter table public.session drop constraint "session_userId_activeOrganizationId_fkey";
    elsif holds and not is_held then
        update public.session
        set "activeOrganizationId" = null
        where "activeOrganizationId" is not null
            and not exists (
                select from public.member
                where member."userId" = session."userId" and member."organizationId" = session."activeOrganizationId");
        -- What waits for the end of the transaction is done now: no table is altered that has such rows.
        set constraints all immediate;
        alter table public.session
            add constraint "session_userId_activeOrganizationId_fkey"
                foreign key ("userId", "activeOrganizationId") references public.member ("userId", "organizationId")
                on delete set null ("activeOrganizationId");
    end if;
end
$function$;

CREATE OR REPLACE FUNCTION tenantry.stamp_changed()
 RETURNS boolean
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
    raise exception 'what was remembered of who asks, and where, does not hold any more' using errcode = 'TN001';
end
$function$;

REVOKE ALL ON FUNCTION tenantry.stamp_changed() FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenantry.stamp_renew(renewed_kind text, renewed_id text)
 RETURNS void
 LANGUAGE plpgsql
 SET search_path TO ''
AS $function$
begin
    update tenantry.security_stamp set stamp = gen_random_uuid(), renewed_in = pg_current_xact_id()
    where kind = renewed_kind and id = renewed_id
        and not (renewed_in = pg_current_xact_id() and xmin = pg_current_xact_id()::xid);
end
$function$;

REVOKE ALL ON FUNCTION tenantry.stamp_renew(text, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenantry.stamp_subject()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
    if tg_op = 'UPDATE' and old.id = new.id then
        perform tenantry.stamp_renew(tg_argv[0], new.id);
        return null;
    end if;
    if tg_op <> 'INSERT' then
        delete from tenantry.security_stamp where kind = tg_argv[0] and id = old.id;
    end if;
    if tg_op <> 'DELETE' then
        insert into tenantry.security_stamp (kind, id) values (tg_argv[0], new.id)
        on conflict (kind, id) do update set stamp = gen_random_uuid(), renewed_in = pg_current_xact_id();
    end if;
    return null;
end
$function$;

REVOKE ALL ON FUNCTION tenantry.stamp_subject() FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenantry.stamp_row()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
    if tg_op <> 'INSERT' then
        perform tenantry.stamp_renew('person', old."userId");
    end if;
    if tg_op <> 'DELETE' then
        perform tenantry.stamp_renew('person', new."userId");
    end if;
    return null;
end
$function$;

REVOKE ALL ON FUNCTION tenantry.stamp_row() FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenantry.stamp_context()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
    if exists (select from public.session where id = old."sessionId") then
        perform tenantry.stamp_renew('person', old."userId");
    end if;
    return null;
end
$function$;

REVOKE ALL ON FUNCTION tenantry.stamp_context() FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenantry.stamp_all()
 RETURNS trigger
 LANGUAGE plpgsql
 SECURITY DEFINER
 SET search_path TO ''
AS $function$
begin
    if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
        raise exception 'TRUNCATE ends what this transaction cannot see: it is to be READ COMMITTED' using errcode = '0A000';
    end if;
    update tenantry.security_stamp set stamp = gen_random_uuid(), renewed_in = pg_current_xact_id();
    return null;
end
$function$;

REVOKE ALL ON FUNCTION tenantry.stamp_all() FROM PUBLIC;
CREATE TRIGGER stamp AFTER INSERT OR DELETE ON public."user" FOR EACH ROW EXECUTE FUNCTION tenantry.stamp_subject('person');
CREATE CONSTRAINT TRIGGER stamp_update AFTER UPDATE ON public."user" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.* IS DISTINCT FROM new.*)) EXECUTE FUNCTION tenantry.stamp_subject('person');
CREATE TRIGGER stamp AFTER INSERT OR DELETE ON public.organization FOR EACH ROW EXECUTE FUNCTION tenantry.stamp_subject('organization');
CREATE CONSTRAINT TRIGGER stamp_update AFTER UPDATE ON public.organization DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.* IS DISTINCT FROM new.*)) EXECUTE FUNCTION tenantry.stamp_subject('organization');
CREATE CONSTRAINT TRIGGER stamp_update AFTER UPDATE ON public.session DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.* IS DISTINCT FROM new.*)) EXECUTE FUNCTION tenantry.stamp_row();
CREATE CONSTRAINT TRIGGER stamp_delete AFTER DELETE ON public.session DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tenantry.stamp_row();
CREATE TRIGGER stamp_truncate AFTER TRUNCATE ON public.session FOR EACH STATEMENT EXECUTE FUNCTION tenantry.stamp_all();
CREATE CONSTRAINT TRIGGER stamp AFTER INSERT OR DELETE ON public.member DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tenantry.stamp_row();
CREATE CONSTRAINT TRIGGER stamp_update AFTER UPDATE ON public.member DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((old.* IS DISTINCT FROM new.*)) EXECUTE FUNCTION tenantry.stamp_row();
CREATE TRIGGER stamp_truncate AFTER TRUNCATE ON public.member FOR EACH STATEMENT EXECUTE FUNCTION tenantry.stamp_all();
CREATE CONSTRAINT TRIGGER stamp_insert AFTER INSERT ON public.session_context DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ((new."revokedAt" IS NOT NULL)) EXECUTE FUNCTION tenantry.stamp_row();
CREATE CONSTRAINT TRIGGER stamp_update AFTER UPDATE ON public.session_context DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (((old."revokedAt" IS DISTINCT FROM new."revokedAt") OR (old."sessionId" <> new."sessionId") OR (old."organizationId" <> new."organizationId") OR (old."userId" <> new."userId"))) EXECUTE FUNCTION tenantry.stamp_row();
CREATE CONSTRAINT TRIGGER stamp_delete AFTER DELETE ON public.session_context DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tenantry.stamp_context();
CREATE TRIGGER stamp_truncate AFTER TRUNCATE ON public.session_context FOR EACH STATEMENT EXECUTE FUNCTION tenantry.stamp_all();
GRANT EXECUTE ON FUNCTION tenantry.stamp_changed() TO tenantry_identity;
GRANT EXECUTE ON FUNCTION tenantry.stamp_changed() TO tenantry_app;
