-- One membership a person and organization, and a session that can only stand where its person is a
-- member: kept by keys, so that no server, ours or another, can write it otherwise.

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
end
$duplicates$;

alter table public.member
    add constraint "member_userId_organizationId_key" unique ("userId", "organizationId");

-- A session that points where its person is no member (any more) points nowhere: the server would
-- refuse that organization anyway.
update public.session
set "activeOrganizationId" = null
where "activeOrganizationId" is not null
    and not exists (
        select from public.member
        where member."userId" = session."userId" and member."organizationId" = session."activeOrganizationId");

alter table public.session
    add constraint "session_userId_activeOrganizationId_fkey"
        foreign key ("userId", "activeOrganizationId") references public.member ("userId", "organizationId")
        on delete set null ("activeOrganizationId");

-- What a session remembers of each organization that it was opened in, a row for each. No token in it.
create table public.session_context (
    "sessionId" text not null references public.session (id) on delete cascade,
    "organizationId" text not null,
    "userId" text not null,
    "enteredAt" timestamp with time zone default current_timestamp not null,
    "lastSeenAt" timestamp with time zone default current_timestamp not null,
    "revokedAt" timestamp with time zone,
    constraint session_context_pkey primary key ("sessionId", "organizationId"),
    constraint session_context_member_fkey
        foreign key ("userId", "organizationId") references public.member ("userId", "organizationId")
        on delete cascade
);

create index "session_context_userId_organizationId_idx" on public.session_context ("userId", "organizationId");
