-- tenantry's own tables of people, sessions and organizations; those up to "rateLimit" are better-auth's, so that either server can
-- work on the same database. `tools/own-migration identity NAME` writes the migration that a change here needs, or in
-- identity_stamps.sql, which is the rest of this plane.
--
-- Only tenantry_identity may do anything on this plane; but see there.

CREATE TABLE public."user" (
    id text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    "emailVerified" boolean NOT NULL,
    image text,
    "createdAt" timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT user_pkey PRIMARY KEY (id),
    CONSTRAINT user_email_key UNIQUE (email)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public."user" TO tenantry_identity;

CREATE TABLE public.session (
    id text NOT NULL,
    "expiresAt" timestamp with time zone NOT NULL,
    token text NOT NULL,
    "createdAt" timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" timestamp with time zone NOT NULL,
    "ipAddress" text,
    "userAgent" text,
    "userId" text NOT NULL,
    "activeOrganizationId" text,
    "activeTeamId" text,
    CONSTRAINT session_pkey PRIMARY KEY (id),
    CONSTRAINT session_token_key UNIQUE (token)
);

CREATE INDEX "session_userId_idx" ON public.session USING btree ("userId");
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.session TO tenantry_identity;

CREATE TABLE public.account (
    id text NOT NULL,
    "accountId" text NOT NULL,
    "providerId" text NOT NULL,
    "userId" text NOT NULL,
    "accessToken" text,
    "refreshToken" text,
    "idToken" text,
    "accessTokenExpiresAt" timestamp with time zone,
    "refreshTokenExpiresAt" timestamp with time zone,
    scope text,
    password text,
    "createdAt" timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" timestamp with time zone NOT NULL,
    CONSTRAINT account_pkey PRIMARY KEY (id)
);

CREATE INDEX "account_userId_idx" ON public.account USING btree ("userId");
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.account TO tenantry_identity;

CREATE TABLE public.verification (
    id text NOT NULL,
    identifier text NOT NULL,
    value text NOT NULL,
    "expiresAt" timestamp with time zone NOT NULL,
    "createdAt" timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT verification_pkey PRIMARY KEY (id)
);

CREATE INDEX verification_identifier_idx ON public.verification USING btree (identifier);
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.verification TO tenantry_identity;

CREATE TABLE public.organization (
    id text NOT NULL,
    name text NOT NULL,
    slug text NOT NULL,
    logo text,
    "createdAt" timestamp with time zone NOT NULL,
    metadata text,
    CONSTRAINT organization_pkey PRIMARY KEY (id),
    CONSTRAINT organization_slug_key UNIQUE (slug)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.organization TO tenantry_identity;

CREATE TABLE public."organizationRole" (
    id text NOT NULL,
    "organizationId" text NOT NULL,
    role text NOT NULL,
    permission text NOT NULL,
    "createdAt" timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" timestamp with time zone,
    CONSTRAINT "organizationRole_pkey" PRIMARY KEY (id),
    CONSTRAINT "organizationRole_organizationId_role_key" UNIQUE ("organizationId", role)
);

CREATE INDEX "organizationRole_organizationId_idx" ON public."organizationRole" USING btree ("organizationId");
CREATE INDEX "organizationRole_role_idx" ON public."organizationRole" USING btree (role);
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public."organizationRole" TO tenantry_identity;

CREATE TABLE public.team (
    id text NOT NULL,
    name text NOT NULL,
    "memberCount" integer NOT NULL,
    "organizationId" text NOT NULL,
    "createdAt" timestamp with time zone NOT NULL,
    "updatedAt" timestamp with time zone,
    CONSTRAINT team_pkey PRIMARY KEY (id)
);

CREATE INDEX "team_organizationId_idx" ON public.team USING btree ("organizationId");
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.team TO tenantry_identity;

CREATE TABLE public."teamMember" (
    id text NOT NULL,
    "teamId" text NOT NULL,
    "userId" text NOT NULL,
    "membershipKey" text,
    "createdAt" timestamp with time zone,
    CONSTRAINT "teamMember_pkey" PRIMARY KEY (id),
    CONSTRAINT "teamMember_membershipKey_key" UNIQUE ("membershipKey"),
    CONSTRAINT "teamMember_userId_teamId_key" UNIQUE ("userId", "teamId")
);

CREATE INDEX "teamMember_teamId_idx" ON public."teamMember" USING btree ("teamId");
CREATE INDEX "teamMember_userId_idx" ON public."teamMember" USING btree ("userId");
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public."teamMember" TO tenantry_identity;

CREATE TABLE public.member (
    id text NOT NULL,
    "organizationId" text NOT NULL,
    "userId" text NOT NULL,
    role text NOT NULL,
    "createdAt" timestamp with time zone NOT NULL,
    CONSTRAINT member_pkey PRIMARY KEY (id),
    CONSTRAINT "member_userId_organizationId_key" UNIQUE ("userId", "organizationId")
);

CREATE INDEX "member_organizationId_idx" ON public.member USING btree ("organizationId");
CREATE INDEX "member_userId_idx" ON public.member USING btree ("userId");
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.member TO tenantry_identity;

CREATE TABLE public.invitation (
    id text NOT NULL,
    "organizationId" text NOT NULL,
    email text NOT NULL,
    role text,
    "teamId" text,
    status text NOT NULL,
    "expiresAt" timestamp with time zone NOT NULL,
    "createdAt" timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "inviterId" text NOT NULL,
    CONSTRAINT invitation_pkey PRIMARY KEY (id)
);

CREATE INDEX "invitation_organizationId_idx" ON public.invitation USING btree ("organizationId");
CREATE INDEX invitation_email_idx ON public.invitation USING btree (email);
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.invitation TO tenantry_identity;

CREATE TABLE public."rateLimit" (
    id text NOT NULL,
    key text NOT NULL,
    count integer NOT NULL,
    "lastRequest" bigint NOT NULL,
    CONSTRAINT "rateLimit_pkey" PRIMARY KEY (id),
    CONSTRAINT "rateLimit_key_key" UNIQUE (key)
);

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public."rateLimit" TO tenantry_identity;

-- What a session remembers of each organization that it was opened in, a row for each. No token in it.
CREATE TABLE public.session_context (
    "sessionId" text NOT NULL,
    "organizationId" text NOT NULL,
    "userId" text NOT NULL,
    "enteredAt" timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "lastSeenAt" timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "revokedAt" timestamp with time zone,
    CONSTRAINT session_context_pkey PRIMARY KEY ("sessionId", "organizationId")
);

CREATE INDEX "session_context_userId_organizationId_idx" ON public.session_context USING btree ("userId", "organizationId");
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.session_context TO tenantry_identity;

-- Whoever holds the code may join. The code itself is not kept.
CREATE TABLE public.invitation_link (
    id text NOT NULL,
    "organizationId" text NOT NULL,
    "codeHash" text NOT NULL,
    role text NOT NULL,
    "teamId" text,
    "usesLeft" integer,
    "createdAt" timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expiresAt" timestamp with time zone NOT NULL,
    "revokedAt" timestamp with time zone,
    "creatorId" text,
    CONSTRAINT invitation_link_pkey PRIMARY KEY (id),
    CONSTRAINT "invitation_link_codeHash_key" UNIQUE ("codeHash")
);

CREATE INDEX "invitation_link_organizationId_idx" ON public.invitation_link USING btree ("organizationId");
GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.invitation_link TO tenantry_identity;

-- Every change of an organization, its members, invitations, teams and roles, written by triggers: in the transaction of the
-- change, by whatever program made it. It keeps the names as they were, and nothing refers to it: it stays true when people and
-- organizations go. The server may read it, and has no right to write it.
CREATE TABLE public.audit_entry (
    id text NOT NULL,
    "organizationId" text NOT NULL,
    "organizationName" text NOT NULL,
    at timestamp with time zone NOT NULL,
    action text NOT NULL,
    "actorId" text,
    "actorName" text,
    "actorEmail" text,
    "subjectId" text NOT NULL,
    "subjectName" text NOT NULL,
    detail text NOT NULL,
    "ipAddress" text,
    "userAgent" text,
    CONSTRAINT audit_entry_pkey PRIMARY KEY (id)
);

CREATE INDEX "audit_entry_organizationId_at_idx" ON public.audit_entry USING btree ("organizationId", at DESC, id DESC);
GRANT SELECT ON TABLE public.audit_entry TO tenantry_identity;

-- Where a person was when they last signed out: the next session of theirs begins there. Only a memory: whether they still belong
-- to it is looked up when it is used, so no key leads there, and ending a session waits for nobody who ends a membership.
CREATE TABLE public.last_organization (
    "userId" text NOT NULL,
    "organizationId" text NOT NULL,
    "leftAt" timestamp with time zone NOT NULL DEFAULT CURRENT_TIMESTAMP,
    CONSTRAINT last_organization_pkey PRIMARY KEY ("userId")
);

GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.last_organization TO tenantry_identity;
ALTER TABLE public.session ADD CONSTRAINT "session_userId_fkey" FOREIGN KEY ("userId") REFERENCES public."user"(id) ON DELETE CASCADE;
ALTER TABLE public.account ADD CONSTRAINT "account_userId_fkey" FOREIGN KEY ("userId") REFERENCES public."user"(id) ON DELETE CASCADE;
ALTER TABLE public."organizationRole" ADD CONSTRAINT "organizationRole_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE public.team ADD CONSTRAINT "team_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE public."teamMember" ADD CONSTRAINT "teamMember_teamId_fkey" FOREIGN KEY ("teamId") REFERENCES public.team(id) ON DELETE CASCADE;
ALTER TABLE public."teamMember" ADD CONSTRAINT "teamMember_userId_fkey" FOREIGN KEY ("userId") REFERENCES public."user"(id) ON DELETE CASCADE;
ALTER TABLE public.member ADD CONSTRAINT "member_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE public.member ADD CONSTRAINT "member_userId_fkey" FOREIGN KEY ("userId") REFERENCES public."user"(id) ON DELETE CASCADE;
ALTER TABLE public.invitation ADD CONSTRAINT "invitation_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE public.invitation ADD CONSTRAINT "invitation_inviterId_fkey" FOREIGN KEY ("inviterId") REFERENCES public."user"(id) ON DELETE CASCADE;
-- A session can only stand where its person is a member: kept by a key, so that no server, ours or another, can write it otherwise.
ALTER TABLE public.session ADD CONSTRAINT "session_userId_activeOrganizationId_fkey" FOREIGN KEY ("userId", "activeOrganizationId") REFERENCES public.member("userId", "organizationId") ON DELETE SET NULL ("activeOrganizationId");
ALTER TABLE public.session_context ADD CONSTRAINT "session_context_sessionId_fkey" FOREIGN KEY ("sessionId") REFERENCES public.session(id) ON DELETE CASCADE;
ALTER TABLE public.session_context ADD CONSTRAINT session_context_member_fkey FOREIGN KEY ("userId", "organizationId") REFERENCES public.member("userId", "organizationId") ON DELETE CASCADE;
-- The active team: one that the session's person is in.
ALTER TABLE public.session ADD CONSTRAINT "session_userId_activeTeamId_fkey" FOREIGN KEY ("userId", "activeTeamId") REFERENCES public."teamMember"("userId", "teamId") ON DELETE SET NULL ("activeTeamId");
ALTER TABLE public.invitation_link ADD CONSTRAINT "invitation_link_organizationId_fkey" FOREIGN KEY ("organizationId") REFERENCES public.organization(id) ON DELETE CASCADE;
ALTER TABLE public.invitation_link ADD CONSTRAINT "invitation_link_creatorId_fkey" FOREIGN KEY ("creatorId") REFERENCES public."user"(id) ON DELETE SET NULL;
ALTER TABLE public.last_organization ADD CONSTRAINT "last_organization_userId_fkey" FOREIGN KEY ("userId") REFERENCES public."user"(id) ON DELETE CASCADE;

-- Stands first in every flight of this plane. Statements that take longer hold up the flights behind.
CREATE OR REPLACE FUNCTION tenantry."limit"(statement_ms integer, lock_ms integer)
 RETURNS text
 LANGUAGE sql
RETURN (set_config('statement_timeout'::text, (statement_ms)::text, true) || set_config('lock_timeout'::text, (lock_ms)::text, true));

REVOKE ALL ON FUNCTION tenantry."limit"(integer, integer) FROM PUBLIC;

-- A team stays active only within its organization: also where the organization was cleared by the key to member, or by another
-- program.
CREATE OR REPLACE FUNCTION tenantry.session_team()
 RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO ''
AS $function$
begin
    if not exists (
        select from public.team
        where team.id = new."activeTeamId" and team."organizationId" = new."activeOrganizationId") then
        new."activeTeamId" := null;
    end if;
    return new;
end
$function$;

REVOKE ALL ON FUNCTION tenantry.session_team() FROM PUBLIC;

-- As tenantry.limit; and who acts, from where: a JSON object that the triggers below read. It ends with the transaction.
CREATE OR REPLACE FUNCTION tenantry.act(statement_ms integer, lock_ms integer, actor text)
 RETURNS text
 LANGUAGE sql
RETURN (tenantry."limit"(statement_ms, lock_ms) || set_config('tenantry.actor'::text, actor, true));

REVOKE ALL ON FUNCTION tenantry.act(integer, integer, text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenantry.audit_note(organization_id text, action text, subject_id text, subject_name text, detail jsonb)
 RETURNS void LANGUAGE plpgsql SET search_path TO ''
AS $function$
declare
    actor constant jsonb := coalesce(nullif(current_setting('tenantry.actor', true), ''), '{}');
begin
    -- No row where the organization is gone: what went with it is told by its own entry.
    insert into public.audit_entry (id, "organizationId", "organizationName", at, action,
        "actorId", "actorName", "actorEmail", "subjectId", "subjectName", detail, "ipAddress", "userAgent")
    select gen_random_uuid()::text, organization.id, organization.name, clock_timestamp(), audit_note.action,
        coalesce(person.id, actor ->> 'id'), person.name, person.email,
        audit_note.subject_id, coalesce(audit_note.subject_name, ''), audit_note.detail::text,
        actor ->> 'ipAddress', actor ->> 'userAgent'
    from public.organization
    left join public."user" person on person.id = actor ->> 'id'
    where organization.id = audit_note.organization_id;
end
$function$;

REVOKE ALL ON FUNCTION tenantry.audit_note(text, text, text, text, jsonb) FROM PUBLIC;

-- What differs: {"role": ["member", "admin"]}
CREATE OR REPLACE FUNCTION tenantry.audit_difference(before jsonb, after jsonb)
 RETURNS jsonb LANGUAGE sql IMMUTABLE SET search_path TO ''
AS $function$
    select coalesce(jsonb_object_agg(key, jsonb_build_array(earlier.value, later.value)), '{}')
    from jsonb_each(before) earlier
    join jsonb_each(after) later using (key)
    where earlier.value is distinct from later.value and key <> 'updatedAt'
$function$;

REVOKE ALL ON FUNCTION tenantry.audit_difference(jsonb, jsonb) FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenantry.audit_person(user_id text)
 RETURNS text LANGUAGE sql STABLE SET search_path TO ''
AS $function$
    select name || ' <' || email || '>' from public."user" where id = user_id
$function$;

REVOKE ALL ON FUNCTION tenantry.audit_person(text) FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenantry.audit_organization()
 RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO ''
AS $function$
begin
    case tg_op
    when 'INSERT' then
        perform tenantry.audit_note(new.id, 'organization.created', new.id, new.name,
            jsonb_build_object('slug', new.slug));
    when 'UPDATE' then
        if new is distinct from old then
            perform tenantry.audit_note(new.id, 'organization.updated', new.id, new.name,
                tenantry.audit_difference(to_jsonb(old), to_jsonb(new)));
        end if;
    when 'DELETE' then
        -- Before the row goes: tenantry.audit_note looks for it.
        perform tenantry.audit_note(old.id, 'organization.deleted', old.id, old.name,
            jsonb_build_object('slug', old.slug));
        return old;
    end case;
    return new;
end
$function$;

REVOKE ALL ON FUNCTION tenantry.audit_organization() FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenantry.audit_member()
 RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO ''
AS $function$
begin
    case tg_op
    when 'INSERT' then
        perform tenantry.audit_note(new."organizationId", 'member.added', new."userId",
            tenantry.audit_person(new."userId"), jsonb_build_object('role', new.role));
    when 'UPDATE' then
        if new is distinct from old then
            perform tenantry.audit_note(new."organizationId", 'member.updated', new."userId",
                tenantry.audit_person(new."userId"), tenantry.audit_difference(to_jsonb(old), to_jsonb(new)));
        end if;
    when 'DELETE' then
        perform tenantry.audit_note(old."organizationId", 'member.removed', old."userId",
            tenantry.audit_person(old."userId"), jsonb_build_object('role', old.role));
    end case;
    return null;
end
$function$;

REVOKE ALL ON FUNCTION tenantry.audit_member() FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenantry.audit_invitation()
 RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO ''
AS $function$
begin
    case tg_op
    when 'INSERT' then
        perform tenantry.audit_note(new."organizationId", 'invitation.created', new.id, new.email,
            jsonb_build_object('role', new.role, 'teamId', new."teamId", 'expiresAt', new."expiresAt"));
    when 'UPDATE' then
        if new is distinct from old then
            perform tenantry.audit_note(new."organizationId",
                'invitation.' || case
                    when new.status <> old.status then new.status
                    when new."expiresAt" > old."expiresAt" then 'resent'
                    else 'updated' end,
                new.id, new.email, tenantry.audit_difference(to_jsonb(old), to_jsonb(new)));
        end if;
    when 'DELETE' then
        perform tenantry.audit_note(old."organizationId", 'invitation.deleted', old.id, old.email,
            jsonb_build_object('role', old.role, 'status', old.status));
    end case;
    return null;
end
$function$;

REVOKE ALL ON FUNCTION tenantry.audit_invitation() FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenantry.audit_invitation_link()
 RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO ''
AS $function$
begin
    case tg_op
    when 'INSERT' then
        perform tenantry.audit_note(new."organizationId", 'invitation-link.created', new.id, new.role,
            jsonb_build_object('teamId', new."teamId", 'expiresAt', new."expiresAt", 'usesLeft', new."usesLeft"));
    when 'UPDATE' then
        if new is distinct from old then
            perform tenantry.audit_note(new."organizationId",
                'invitation-link.' || case
                    when new."revokedAt" is distinct from old."revokedAt" then 'revoked'
                    when new."usesLeft" < old."usesLeft" then 'used'
                    else 'updated' end,
                new.id, new.role, tenantry.audit_difference(to_jsonb(old) - 'codeHash', to_jsonb(new) - 'codeHash'));
        end if;
    when 'DELETE' then
        perform tenantry.audit_note(old."organizationId", 'invitation-link.deleted', old.id, old.role, '{}');
    end case;
    return null;
end
$function$;

REVOKE ALL ON FUNCTION tenantry.audit_invitation_link() FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenantry.audit_team()
 RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO ''
AS $function$
begin
    case tg_op
    when 'INSERT' then
        perform tenantry.audit_note(new."organizationId", 'team.created', new.id, new.name, '{}');
    when 'UPDATE' then
        if new.name <> old.name or new."organizationId" <> old."organizationId" then
            perform tenantry.audit_note(new."organizationId", 'team.updated', new.id, new.name,
                tenantry.audit_difference(to_jsonb(old) - 'memberCount', to_jsonb(new) - 'memberCount'));
        end if;
    when 'DELETE' then
        perform tenantry.audit_note(old."organizationId", 'team.removed', old.id, old.name, '{}');
    end case;
    return null;
end
$function$;

REVOKE ALL ON FUNCTION tenantry.audit_team() FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenantry.audit_team_member()
 RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO ''
AS $function$
declare
    seat constant public."teamMember" := case when tg_op = 'DELETE' then old else new end;
begin
    -- No row where the team is gone: its own entry tells that.
    perform tenantry.audit_note(team."organizationId",
        case tg_op when 'DELETE' then 'team-member.removed' else 'team-member.added' end, seat."userId",
        tenantry.audit_person(seat."userId"), jsonb_build_object('teamId', team.id, 'team', team.name))
    from public.team
    where team.id = seat."teamId";
    return null;
end
$function$;

REVOKE ALL ON FUNCTION tenantry.audit_team_member() FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenantry.audit_role()
 RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO ''
AS $function$
begin
    case tg_op
    when 'INSERT' then
        perform tenantry.audit_note(new."organizationId", 'role.created', new.id, new.role,
            jsonb_build_object('permission', new.permission));
    when 'UPDATE' then
        if new is distinct from old then
            perform tenantry.audit_note(new."organizationId", 'role.updated', new.id, new.role,
                tenantry.audit_difference(to_jsonb(old), to_jsonb(new)));
        end if;
    when 'DELETE' then
        perform tenantry.audit_note(old."organizationId", 'role.deleted', old.id, old.role,
            jsonb_build_object('permission', old.permission));
    end case;
    return null;
end
$function$;

REVOKE ALL ON FUNCTION tenantry.audit_role() FROM PUBLIC;

-- What changes about a person, in each organization that they belong to.
CREATE OR REPLACE FUNCTION tenantry.audit_user()
 RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO ''
AS $function$
begin
    if tg_op = 'DELETE' then
        perform tenantry.audit_note(member."organizationId", 'person.deleted', old.id,
            old.name || ' <' || old.email || '>', '{}')
        from public.member
        where member."userId" = old.id;
        return old;
    end if;

    if (new.name, new.email, new."emailVerified", new.image) is distinct from
        (old.name, old.email, old."emailVerified", old.image) then
        perform tenantry.audit_note(member."organizationId", 'person.updated', new.id,
            new.name || ' <' || new.email || '>', tenantry.audit_difference(to_jsonb(old), to_jsonb(new)))
        from public.member
        where member."userId" = new.id;
    end if;
    return new;
end
$function$;

REVOKE ALL ON FUNCTION tenantry.audit_user() FROM PUBLIC;

CREATE OR REPLACE FUNCTION tenantry.audit_account()
 RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path TO ''
AS $function$
begin
    perform tenantry.audit_note(member."organizationId", 'person.password-changed', new."userId",
        tenantry.audit_person(new."userId"), '{}')
    from public.member
    where member."userId" = new."userId";
    return null;
end
$function$;

REVOKE ALL ON FUNCTION tenantry.audit_account() FROM PUBLIC;

-- Whether a session may go on naming an organization that its person left: never, unless the server is
-- told to be as better-auth is, which leaves the name there and answers 403 where it is used. The
-- server calls this at start, while it has the owner's role; nobody else may.
CREATE OR REPLACE FUNCTION tenantry.hold_sessions_to_members(holds boolean)
 RETURNS void LANGUAGE plpgsql SET search_path TO ''
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

REVOKE ALL ON FUNCTION tenantry.hold_sessions_to_members(boolean) FROM PUBLIC;

CREATE TRIGGER session_team BEFORE UPDATE OF "activeOrganizationId" ON public.session FOR EACH ROW WHEN (((new."activeTeamId" IS NOT NULL) AND (new."activeOrganizationId" IS DISTINCT FROM old."activeOrganizationId"))) EXECUTE FUNCTION tenantry.session_team();
CREATE TRIGGER audit AFTER INSERT OR UPDATE ON public.organization FOR EACH ROW EXECUTE FUNCTION tenantry.audit_organization();
CREATE TRIGGER audit_delete BEFORE DELETE ON public.organization FOR EACH ROW EXECUTE FUNCTION tenantry.audit_organization();
CREATE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON public.member FOR EACH ROW EXECUTE FUNCTION tenantry.audit_member();
CREATE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON public.invitation FOR EACH ROW EXECUTE FUNCTION tenantry.audit_invitation();
CREATE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON public.invitation_link FOR EACH ROW EXECUTE FUNCTION tenantry.audit_invitation_link();
CREATE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON public.team FOR EACH ROW EXECUTE FUNCTION tenantry.audit_team();
CREATE TRIGGER audit AFTER INSERT OR DELETE ON public."teamMember" FOR EACH ROW EXECUTE FUNCTION tenantry.audit_team_member();
CREATE TRIGGER audit AFTER INSERT OR DELETE OR UPDATE ON public."organizationRole" FOR EACH ROW EXECUTE FUNCTION tenantry.audit_role();
CREATE TRIGGER audit AFTER UPDATE ON public."user" FOR EACH ROW EXECUTE FUNCTION tenantry.audit_user();
CREATE TRIGGER audit_delete BEFORE DELETE ON public."user" FOR EACH ROW EXECUTE FUNCTION tenantry.audit_user();
CREATE TRIGGER audit AFTER UPDATE OF password ON public.account FOR EACH ROW WHEN ((new.password IS DISTINCT FROM old.password)) EXECUTE FUNCTION tenantry.audit_account();
GRANT EXECUTE ON FUNCTION tenantry."limit"(integer, integer) TO tenantry_identity;
GRANT EXECUTE ON FUNCTION tenantry.act(integer, integer, text) TO tenantry_identity;
GRANT USAGE ON SCHEMA tenantry TO tenantry_identity;
