-- expect: leak policy-fail-open
-- app-role: corpus_root_fail_open_app
-- tenant-setting: app.tenant_id
-- tenant-column: tenant_id
-- tenant-type: bigint

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_root_fail_open_app') then create role corpus_root_fail_open_app login; end if; end $$;
create table organizations (id bigint generated always as identity primary key, name text not null, billing_email text);
alter table organizations enable row level security; alter table organizations force row level security;
create policy own on organizations using (id = coalesce(nullif(current_setting('app.tenant_id', true), '')::bigint, id));
grant select on organizations to corpus_root_fail_open_app;
create table notes (tenant_id bigint not null references organizations(id), id bigint generated always as identity primary key, body text); create index on notes(tenant_id);
alter table notes enable row level security; alter table notes force row level security;
create policy notes_tenant on notes using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::bigint)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::bigint));
grant select, insert, update, delete on notes to corpus_root_fail_open_app;
