-- What keeps organizations true whoever writes them, and the record of every change to them.

-- --- keys --------------------------------------------------------------------------------------

do $duplicates$
declare
    duplicates text;
begin
    select string_agg(format('user %s in team %s: rows %s', "userId", "teamId", ids), '; ')
    into duplicates
    from (
        select "userId", "teamId", string_agg(id, ', ' order by "createdAt", id) as ids
        from public."teamMember"
        group by "userId", "teamId"
        having count(*) > 1
        order by "userId", "teamId"
        limit 20
    ) doubled;
    if duplicates is not null then
        raise exception 'people are in one team more than once: %', duplicates
            using hint = 'delete all but one of these rows of public."teamMember", then run again';
    end if;

    select string_agg(format('role "%s" of organization %s: rows %s', role, "organizationId", ids), '; ')
    into duplicates
    from (
        select role, "organizationId", string_agg(id, ', ' order by "createdAt", id) as ids
        from public."organizationRole"
        group by role, "organizationId"
        having count(*) > 1
        order by "organizationId", role
        limit 20
    ) doubled;
    if duplicates is not null then
        raise exception 'roles have one name: %', duplicates
            using hint = 'decide which permissions are meant and delete the other rows of public."organizationRole", then run again';
    end if;
end
$duplicates$;

alter table public."teamMember"
    add constraint "teamMember_userId_teamId_key" unique ("userId", "teamId");
alter table public."organizationRole"
    add constraint "organizationRole_organizationId_role_key" unique ("organizationId", role);

-- The active team: one that the session's person is in, of the organization that is active.
update public.session
set "activeTeamId" = null
where "activeTeamId" is not null
    and not exists (
        select from public."teamMember" seat
        join public.team on team.id = seat."teamId"
        where seat."userId" = session."userId" and seat."teamId" = session."activeTeamId"
            and team."organizationId" = session."activeOrganizationId");

alter table public.session
    add constraint "session_userId_activeTeamId_fkey"
        foreign key ("userId", "activeTeamId") references public."teamMember" ("userId", "teamId")
        on delete set null ("activeTeamId");

-- A team stays active only within its organization: also where the organization was cleared by the
-- key to member, or by another program.
create function tenantry.session_team() returns trigger
language plpgsql
security definer
set search_path = ''
as $body$
begin
    if not exists (
        select from public.team
        where team.id = new."activeTeamId" and team."organizationId" = new."activeOrganizationId") then
        new."activeTeamId" := null;
    end if;
    return new;
end
$body$;
revoke all on function tenantry.session_team() from public;

create trigger session_team
before update of "activeOrganizationId" on public.session
for each row
when (new."activeTeamId" is not null and new."activeOrganizationId" is distinct from old."activeOrganizationId")
execute function tenantry.session_team();

-- --- invitations by link -----------------------------------------------------------------------

-- Whoever holds the code may join. The code itself is not kept.
create table public.invitation_link (
    id text not null primary key,
    "organizationId" text not null references public.organization (id) on delete cascade,
    "codeHash" text not null unique,
    role text not null,
    "teamId" text,
    "usesLeft" integer,
    "createdAt" timestamp with time zone default current_timestamp not null,
    "expiresAt" timestamp with time zone not null,
    "revokedAt" timestamp with time zone,
    "creatorId" text references public."user" (id) on delete set null
);
create index "invitation_link_organizationId_idx" on public.invitation_link ("organizationId");

grant select, insert, update, delete on public.invitation_link to tenantry_identity;
revoke all on public.invitation_link from public, tenantry_app, tenantry_raw;

-- --- the audit log -----------------------------------------------------------------------------

-- Every change of an organization, its members, invitations, teams and roles, written by triggers: in
-- the transaction of the change, by whatever program made it. It keeps the names as they were, and
-- nothing refers to it: it stays true when people and organizations go. The server may read it, and
-- has no right to write it.
create table public.audit_entry (
    id text not null primary key,
    "organizationId" text not null,
    "organizationName" text not null,
    at timestamp with time zone not null,
    action text not null,
    "actorId" text,
    "actorName" text,
    "actorEmail" text,
    "subjectId" text not null,
    "subjectName" text not null,
    detail text not null,
    "ipAddress" text,
    "userAgent" text
);
create index "audit_entry_organizationId_at_idx" on public.audit_entry ("organizationId", at desc, id desc);

revoke all on public.audit_entry from public, tenantry_app, tenantry_raw, tenantry_identity;
grant select on public.audit_entry to tenantry_identity;

-- As tenantry.limit; and who acts, from where: a JSON object that the triggers below read. It ends
-- with the transaction.
create function tenantry.act(statement_ms integer, lock_ms integer, actor text)
returns text
language sql
volatile
return tenantry.limit(statement_ms, lock_ms) || pg_catalog.set_config('tenantry.actor', actor, true);
revoke all on function tenantry.act(integer, integer, text) from public;
grant execute on function tenantry.act(integer, integer, text) to tenantry_identity;

create function tenantry.audit_note(
    organization_id text, action text, subject_id text, subject_name text, detail jsonb)
returns void
language plpgsql
set search_path = ''
as $body$
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
$body$;

-- What differs: {"role": ["member", "admin"]}
create function tenantry.audit_difference(before jsonb, after jsonb)
returns jsonb
language sql
immutable
set search_path = ''
as $body$
    select coalesce(jsonb_object_agg(key, jsonb_build_array(earlier.value, later.value)), '{}')
    from jsonb_each(before) earlier
    join jsonb_each(after) later using (key)
    where earlier.value is distinct from later.value and key <> 'updatedAt'
$body$;

create function tenantry.audit_person(user_id text)
returns text
language sql
stable
set search_path = ''
as $body$
    select name || ' <' || email || '>' from public."user" where id = user_id
$body$;

create function tenantry.audit_organization() returns trigger
language plpgsql
security definer
set search_path = ''
as $body$
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
$body$;

create function tenantry.audit_member() returns trigger
language plpgsql
security definer
set search_path = ''
as $body$
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
$body$;

create function tenantry.audit_invitation() returns trigger
language plpgsql
security definer
set search_path = ''
as $body$
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
$body$;

create function tenantry.audit_invitation_link() returns trigger
language plpgsql
security definer
set search_path = ''
as $body$
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
$body$;

create function tenantry.audit_team() returns trigger
language plpgsql
security definer
set search_path = ''
as $body$
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
$body$;

create function tenantry.audit_team_member() returns trigger
language plpgsql
security definer
set search_path = ''
as $body$
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
$body$;

create function tenantry.audit_role() returns trigger
language plpgsql
security definer
set search_path = ''
as $body$
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
$body$;

-- What changes about a person, in each organization that they belong to.
create function tenantry.audit_user() returns trigger
language plpgsql
security definer
set search_path = ''
as $body$
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
$body$;

create function tenantry.audit_account() returns trigger
language plpgsql
security definer
set search_path = ''
as $body$
begin
    perform tenantry.audit_note(member."organizationId", 'person.password-changed', new."userId",
        tenantry.audit_person(new."userId"), '{}')
    from public.member
    where member."userId" = new."userId";
    return null;
end
$body$;

revoke all on function
    tenantry.audit_note(text, text, text, text, jsonb), tenantry.audit_difference(jsonb, jsonb),
    tenantry.audit_person(text), tenantry.audit_organization(), tenantry.audit_member(),
    tenantry.audit_invitation(), tenantry.audit_invitation_link(), tenantry.audit_team(),
    tenantry.audit_team_member(), tenantry.audit_role(), tenantry.audit_user(), tenantry.audit_account()
from public;

create trigger audit after insert or update on public.organization
for each row execute function tenantry.audit_organization();
create trigger audit_delete before delete on public.organization
for each row execute function tenantry.audit_organization();
create trigger audit after insert or update or delete on public.member
for each row execute function tenantry.audit_member();
create trigger audit after insert or update or delete on public.invitation
for each row execute function tenantry.audit_invitation();
create trigger audit after insert or update or delete on public.invitation_link
for each row execute function tenantry.audit_invitation_link();
create trigger audit after insert or update or delete on public.team
for each row execute function tenantry.audit_team();
create trigger audit after insert or delete on public."teamMember"
for each row execute function tenantry.audit_team_member();
create trigger audit after insert or update or delete on public."organizationRole"
for each row execute function tenantry.audit_role();
create trigger audit after update on public."user"
for each row execute function tenantry.audit_user();
create trigger audit_delete before delete on public."user"
for each row execute function tenantry.audit_user();
create trigger audit after update of password on public.account
for each row when (new.password is distinct from old.password)
execute function tenantry.audit_account();
