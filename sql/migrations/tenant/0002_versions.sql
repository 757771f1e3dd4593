-- How often each relation of each organization was written: what pages that were kept are compared
-- with. A writer raises its relations in its own transaction, in the order of their names, last.

create table tenantry.version (
    organization_id text not null,
    relation text not null,
    version bigint not null default 1,
    constraint version_pkey primary key (organization_id, relation)
);

alter table tenantry.version enable row level security;
alter table tenantry.version force row level security;
create policy version_organization on tenantry.version
    using (organization_id = (select tenantry.organization()))
    with check (organization_id = (select tenantry.organization()));

revoke all on tenantry.version from public;
grant select, insert, update, delete on tenantry.version to tenantry_app;
grant select, insert, update on tenantry.version to tenantry_raw;

-- For writers outside tenantry: their transaction has entered the organization, or their role is
-- exempt from row-level security.
create function tenantry.touch(organization text, touched_relation text)
returns void
language sql
volatile
begin atomic
    insert into tenantry.version as current (organization_id, relation)
    values (organization, touched_relation)
    on conflict (organization_id, relation) do update set version = current.version + 1;
end;

revoke all on function tenantry.touch(text, text) from public;
grant execute on function tenantry.touch(text, text) to tenantry_app, tenantry_raw;
