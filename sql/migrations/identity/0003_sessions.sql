-- Sessions that better-auth left standing where their person is no member, and rows of teams that are no team of the active
-- organization, name none from now on: the server would refuse them anyway. The keys hold every new row since the migration
-- before, so none comes after this; the next one holds the old rows to them too.

update public.session
set "activeOrganizationId" = null
where "activeOrganizationId" is not null
    and not exists (
        select from public.member
        where member."userId" = session."userId" and member."organizationId" = session."activeOrganizationId");

update public.session
set "activeTeamId" = null
where "activeTeamId" is not null
    and not exists (
        select from public."teamMember" seat
        join public.team on team.id = seat."teamId"
        where seat."userId" = session."userId" and seat."teamId" = session."activeTeamId"
            and team."organizationId" = session."activeOrganizationId");
