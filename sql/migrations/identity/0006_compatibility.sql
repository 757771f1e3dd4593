-- Whether a session may go on naming an organization that its person left: never, unless the server is
-- told to be as better-auth is, which leaves the name there and answers 403 where it is used. The
-- server calls this at start, while it has the owner's role; nobody else may.
create function tenantry.hold_sessions_to_members(holds boolean)
returns void
language plpgsql
set search_path = ''
as $function$
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
        alter table public.session
            add constraint "session_userId_activeOrganizationId_fkey"
                foreign key ("userId", "activeOrganizationId") references public.member ("userId", "organizationId")
                on delete set null ("activeOrganizationId");
    end if;
end
$function$;

revoke all on function tenantry.hold_sessions_to_members(boolean) from public;
