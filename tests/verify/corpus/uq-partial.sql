-- expect: leak unique-cross-tenant
-- shown: unique-cross-tenant
-- app-role: corpus_uq_partial_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_uq_partial_app') then create role corpus_uq_partial_app login; end if; end $$;
create table users (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, email text not null, deleted_at timestamptz);
create index on users (org_id);
alter table users enable row level security;
alter table users force row level security;
create policy tenant on users using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on users to corpus_uq_partial_app;
create unique index on users (email) where deleted_at is null;
