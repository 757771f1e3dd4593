-- What a server may remember of who asks, and where, and how it finds out that this does not hold any more. A part of the identity
-- plane, beside identity.sql.

-- A stamp for each person and each organization. It becomes another one with each committed change of what the query
-- memberships_of_session answers: so what was answered holds as long as the stamps that came with it are found. By chance, not
-- counted: a database that was set back to an earlier day never gives a stamp a second meaning. The triggers below write them, and
-- nobody has a right to.
CREATE TABLE tenantry.security_stamp (
    kind text NOT NULL,
    id text NOT NULL,
    stamp uuid NOT NULL DEFAULT gen_random_uuid(),
    renewed_in xid8 NOT NULL DEFAULT pg_current_xact_id(),
    CONSTRAINT security_stamp_pkey PRIMARY KEY (kind, id),
    CONSTRAINT security_stamp_stamp_key UNIQUE (stamp),
    CONSTRAINT security_stamp_kind_check CHECK ((kind = ANY (ARRAY['person'::text, 'organization'::text])))
);

GRANT SELECT ON TABLE tenantry.security_stamp TO tenantry_identity;
-- Looked for in the flights of the tenant plane, where both planes have one database: random numbers, without a word of whose they are.
GRANT SELECT (stamp) ON TABLE tenantry.security_stamp TO tenantry_app;

-- Asked where a stamp that was remembered is not found.
CREATE OR REPLACE FUNCTION tenantry.stamp_changed()
 RETURNS boolean LANGUAGE plpgsql SET search_path TO ''
AS $function$
begin
    raise exception 'what was remembered of who asks, and where, does not hold any more' using errcode = 'TN001';
end
$function$;

REVOKE ALL ON FUNCTION tenantry.stamp_changed() FROM PUBLIC;

-- Once in a transaction, which nobody else has seen anything of: a person may have thousands of rows that change together. Both
-- numbers have to be its own: a database that was restored from a dump counts transactions anew and comes to the numbers in its rows;
-- and xmin alone counts to 2^32 only.
CREATE OR REPLACE FUNCTION tenantry.stamp_renew(renewed_kind text, renewed_id text)
 RETURNS void LANGUAGE plpgsql SET search_path TO ''
AS $function$
begin
    update tenantry.security_stamp set stamp = gen_random_uuid(), renewed_in = pg_current_xact_id()
    where kind = renewed_kind and id = renewed_id
        and not (renewed_in = pg_current_xact_id() and xmin = pg_current_xact_id()::xid);
end
$function$;

REVOKE ALL ON FUNCTION tenantry.stamp_renew(text, text) FROM PUBLIC;

-- Of "user" and organization; the kind is the trigger's argument. A row that comes takes the place of a stamp that was left behind.
CREATE OR REPLACE FUNCTION tenantry.stamp_subject()
 RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO ''
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

-- Of a row that says whose it is: theirs, and theirs who had it. There is no new row of one that was deleted: its fields are NULL.
CREATE OR REPLACE FUNCTION tenantry.stamp_row()
 RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO ''
AS $function$
begin
    if tg_op <> 'INSERT' and old."userId" is distinct from new."userId" then
        perform tenantry.stamp_renew('person', old."userId");
    end if;
    if tg_op <> 'DELETE' then
        perform tenantry.stamp_renew('person', new."userId");
    end if;
    return null;
end
$function$;

REVOKE ALL ON FUNCTION tenantry.stamp_row() FROM PUBLIC;

-- What goes with its session is told by the session.
CREATE OR REPLACE FUNCTION tenantry.stamp_context()
 RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO ''
AS $function$
begin
    if exists (select from public.session where id = old."sessionId") then
        perform tenantry.stamp_renew('person', old."userId");
    end if;
    return null;
end
$function$;

REVOKE ALL ON FUNCTION tenantry.stamp_context() FROM PUBLIC;

-- Where a table was emptied; the stamps of people and organizations that went with it are not found by anybody any more. TRUNCATE
-- takes rows that were committed after the transaction's snapshot, whose people's stamps an older snapshot does not see.
CREATE OR REPLACE FUNCTION tenantry.stamp_all()
 RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO ''
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

-- A session that is new is in nobody's memory, and what of a row is in no answer changes nothing. AFTER the row: what was changed is
-- changed, whatever another trigger made of it. Renewed at the end of the transaction, which then holds all its other locks: whoever
-- waits for a stamp waits for a commit, and keeps nobody waiting who has not come that far. Only two that change several people, the
-- same ones, can meet there in opposite order: PostgreSQL ends one of them with 40P01, whole.
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
