-- Where a person was when they last signed out: the next session of theirs begins there. Only a
-- memory: whether they still belong to it is looked up when it is used, so no key leads there, and
-- ending a session waits for nobody who ends a membership.
create table public.last_organization (
    "userId" text not null primary key references public."user" (id) on delete cascade,
    "organizationId" text not null,
    "leftAt" timestamp with time zone default current_timestamp not null
);

revoke all on public.last_organization from public, tenantry_app, tenantry_raw;
grant select, insert, update, delete on public.last_organization to tenantry_identity;
