-- expect: leak policy-fail-open
-- app-role: corpus_open_default_tenant_app
-- tenant-setting: app.tenant_id
-- tenant-column: tenant_id
-- tenant-type: bigint
-- without a tenant one becomes tenant 1

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_open_default_tenant_app') then create role corpus_open_default_tenant_app login; end if; end $$;
create table leads (tenant_id bigint not null, id uuid not null default gen_random_uuid() primary key, email text);
create index on leads (tenant_id);
alter table leads enable row level security;
alter table leads force row level security;
create policy leads_org on leads using (tenant_id = coalesce(nullif(current_setting('app.tenant_id', true), ''), '1')::bigint);
grant select, insert, update, delete on leads to corpus_open_default_tenant_app;
