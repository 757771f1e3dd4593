-- expect: leak policy-not-tenant
-- also: write-check-open,tenant-column-mutable,policy-fail-open,policy-always-true,permissive-or,rls-disabled,indirect-unprotected,unique-cross-tenant
-- shown: policy-not-tenant
-- app-role: corpus_nt_org_exists_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_nt_org_exists_app') then create role corpus_nt_org_exists_app login; end if; end $$;
create table orgs (id uuid primary key, name text not null);
grant select on orgs to corpus_nt_org_exists_app;
create table docs (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text not null);
create index on docs (org_id);
alter table docs enable row level security;
alter table docs force row level security;
create policy p on docs using (exists (select from orgs o where o.id = (select nullif(current_setting('app.org_id', true), '')::uuid)));
grant select, insert, update, delete on docs to corpus_nt_org_exists_app;
