-- The tables of better-auth and its organization plugin, so that either server can work on the same database. Those that are
-- there already are adopted, which no comparison can know of: this file was written by hand, as `migrate new --custom` begins one.

-- What is there must be ours to change, and must have the columns that we read. Everything that is in
-- the way is told at once, with what to do about it.
do $adopt$
declare
    problem text;
begin
    select string_agg(
        case when owner.rolsuper
            then format('ALTER TABLE %s OWNER TO %I;', class.oid::regclass, current_user)
            else format('GRANT %I TO %I;', owner.rolname, current_user) end, ' ' order by class.relname)
    into problem
    from pg_catalog.pg_class class
    join pg_catalog.pg_roles owner on owner.oid = class.relowner
    where class.relnamespace = 'public'::regnamespace
        and class.relname in ('user', 'session', 'account', 'verification', 'organization', 'organizationRole',
            'team', 'teamMember', 'member', 'invitation', 'rateLimit', 'session_context')
        and not pg_catalog.pg_has_role(current_user, class.relowner, 'usage');
    if problem is not null then
        raise exception 'tables of better-auth are there and % may not change them', current_user
            using hint = 'as a superuser run: ' || problem;
    end if;

    select string_agg(format('%I.%I (%s)', expected.relation, expected.attribute,
        case when attribute.attname is null then 'missing, must be ' || expected.kind
            else format_type(attribute.atttypid, null) || ', must be ' || expected.kind end), ', ')
    into problem
    from (values
        ('user', 'id', 'text'), ('user', 'name', 'text'), ('user', 'email', 'text'),
        ('user', 'emailVerified', 'boolean'), ('user', 'image', 'text'),
        ('user', 'createdAt', 'timestamp with time zone'), ('user', 'updatedAt', 'timestamp with time zone'),
        ('session', 'id', 'text'), ('session', 'token', 'text'), ('session', 'userId', 'text'),
        ('session', 'expiresAt', 'timestamp with time zone'),
        ('account', 'id', 'text'), ('account', 'userId', 'text'), ('account', 'accountId', 'text'),
        ('account', 'providerId', 'text'), ('account', 'password', 'text'),
        ('verification', 'id', 'text'), ('verification', 'identifier', 'text'), ('verification', 'value', 'text'),
        ('organization', 'id', 'text'), ('organization', 'name', 'text'), ('organization', 'slug', 'text'),
        ('organization', 'logo', 'text'), ('organization', 'metadata', 'text'),
        ('member', 'id', 'text'), ('member', 'organizationId', 'text'), ('member', 'userId', 'text'),
        ('member', 'role', 'text'), ('member', 'createdAt', 'timestamp with time zone'),
        ('invitation', 'id', 'text'), ('invitation', 'organizationId', 'text'), ('invitation', 'email', 'text'),
        ('invitation', 'role', 'text'), ('invitation', 'status', 'text'), ('invitation', 'inviterId', 'text')
    ) expected (relation, attribute, kind)
    join pg_catalog.pg_class class
        on class.relname = expected.relation and class.relnamespace = 'public'::regnamespace
    left join pg_catalog.pg_attribute attribute
        on attribute.attrelid = class.oid and attribute.attname = expected.attribute
        and not attribute.attisdropped
    where attribute.attname is null or format_type(attribute.atttypid, null) <> expected.kind;
    if problem is not null then
        raise exception 'tables are there that are not those of better-auth 1.7: %', problem
            using hint = 'let better-auth''s own migration bring them up to date, or use another database';
    end if;
end
$adopt$;

create table if not exists public."user" (
    id text not null primary key,
    name text not null,
    email text not null unique,
    "emailVerified" boolean not null,
    image text,
    "createdAt" timestamp with time zone default current_timestamp not null,
    "updatedAt" timestamp with time zone default current_timestamp not null
);

create table if not exists public.session (
    id text not null primary key,
    "expiresAt" timestamp with time zone not null,
    token text not null unique,
    "createdAt" timestamp with time zone default current_timestamp not null,
    "updatedAt" timestamp with time zone not null,
    "ipAddress" text,
    "userAgent" text,
    "userId" text not null references public."user" (id) on delete cascade,
    "activeOrganizationId" text,
    "activeTeamId" text
);

create table if not exists public.account (
    id text not null primary key,
    "accountId" text not null,
    "providerId" text not null,
    "userId" text not null references public."user" (id) on delete cascade,
    "accessToken" text,
    "refreshToken" text,
    "idToken" text,
    "accessTokenExpiresAt" timestamp with time zone,
    "refreshTokenExpiresAt" timestamp with time zone,
    scope text,
    password text,
    "createdAt" timestamp with time zone default current_timestamp not null,
    "updatedAt" timestamp with time zone not null
);

create table if not exists public.verification (
    id text not null primary key,
    identifier text not null,
    value text not null,
    "expiresAt" timestamp with time zone not null,
    "createdAt" timestamp with time zone default current_timestamp not null,
    "updatedAt" timestamp with time zone default current_timestamp not null
);

create table if not exists public.organization (
    id text not null primary key,
    name text not null,
    slug text not null unique,
    logo text,
    "createdAt" timestamp with time zone not null,
    metadata text
);

create table if not exists public."organizationRole" (
    id text not null primary key,
    "organizationId" text not null references public.organization (id) on delete cascade,
    role text not null,
    permission text not null,
    "createdAt" timestamp with time zone default current_timestamp not null,
    "updatedAt" timestamp with time zone
);

create table if not exists public.team (
    id text not null primary key,
    name text not null,
    "memberCount" integer not null,
    "organizationId" text not null references public.organization (id) on delete cascade,
    "createdAt" timestamp with time zone not null,
    "updatedAt" timestamp with time zone
);

create table if not exists public."teamMember" (
    id text not null primary key,
    "teamId" text not null references public.team (id) on delete cascade,
    "userId" text not null references public."user" (id) on delete cascade,
    "membershipKey" text unique,
    "createdAt" timestamp with time zone
);

create table if not exists public.member (
    id text not null primary key,
    "organizationId" text not null references public.organization (id) on delete cascade,
    "userId" text not null references public."user" (id) on delete cascade,
    role text not null,
    "createdAt" timestamp with time zone not null
);

create table if not exists public.invitation (
    id text not null primary key,
    "organizationId" text not null references public.organization (id) on delete cascade,
    email text not null,
    role text,
    "teamId" text,
    status text not null,
    "expiresAt" timestamp with time zone not null,
    "createdAt" timestamp with time zone default current_timestamp not null,
    "inviterId" text not null references public."user" (id) on delete cascade
);

create table if not exists public."rateLimit" (
    id text not null primary key,
    key text not null unique,
    count integer not null,
    "lastRequest" bigint not null
);

-- A better-auth without organizations, or without teams, has made its tables without these.
alter table public.session add column if not exists "activeOrganizationId" text;
alter table public.session add column if not exists "activeTeamId" text;
alter table public.invitation add column if not exists "teamId" text;

create index if not exists "session_userId_idx" on public.session ("userId");
create index if not exists "account_userId_idx" on public.account ("userId");
create index if not exists "verification_identifier_idx" on public.verification (identifier);
create index if not exists "organizationRole_organizationId_idx" on public."organizationRole" ("organizationId");
create index if not exists "organizationRole_role_idx" on public."organizationRole" (role);
create index if not exists "team_organizationId_idx" on public.team ("organizationId");
create index if not exists "teamMember_teamId_idx" on public."teamMember" ("teamId");
create index if not exists "teamMember_userId_idx" on public."teamMember" ("userId");
create index if not exists "member_organizationId_idx" on public.member ("organizationId");
create index if not exists "member_userId_idx" on public.member ("userId");
create index if not exists "invitation_organizationId_idx" on public.invitation ("organizationId");
create index if not exists "invitation_email_idx" on public.invitation (email);

-- One membership a person and organization, one seat a person and team, one role a name: the next migration has the keys. Which
-- of two rows is meant only a person can say.
do $duplicates$
declare
    duplicates text;
begin
    select string_agg(format('user %s in organization %s: members %s', "userId", "organizationId", ids), '; ')
    into duplicates
    from (
        select "userId", "organizationId", string_agg(id, ', ' order by "createdAt", id) as ids
        from public.member
        group by "userId", "organizationId"
        having count(*) > 1
        order by "userId", "organizationId"
        limit 20
    ) doubled;
    if duplicates is not null then
        raise exception 'people are members of one organization more than once: %', duplicates
            using hint = 'decide which role is meant and delete the other rows of public.member, then run again';
    end if;

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

-- Whatever the tables' last owner granted of them: this plane is tenantry_identity's alone.
revoke all on
    public."user", public.session, public.account, public.verification, public.organization,
    public."organizationRole", public.team, public."teamMember", public.member, public.invitation,
    public."rateLimit"
from public, tenantry_app, tenantry_raw;
