-- expect: clean
-- app-role: corpus_clean_uq_system_rows_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- A unique index about rows of nobody only, as a check of the table says, and not the index.
do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_clean_uq_system_rows_app') then create role corpus_clean_uq_system_rows_app login; end if; end $$;
create table frame (id uuid primary key default gen_random_uuid(), org_id uuid, scope text not null, name text not null,
  check (scope in ('SYSTEM', 'TENANT')), check ((scope = 'SYSTEM' and org_id is null) or (scope = 'TENANT' and org_id is not null)));
create index on frame (org_id);
create unique index frame_system on frame (name) where scope = 'SYSTEM';
create unique index frame_tenant on frame (org_id, name) where scope = 'TENANT';
alter table frame enable row level security;
alter table frame force row level security;
create policy own on frame using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on frame to corpus_clean_uq_system_rows_app;
