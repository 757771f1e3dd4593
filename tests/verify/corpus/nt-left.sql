-- expect: leak policy-not-tenant
-- app-role: corpus_nt_left_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_nt_left_app') then create role corpus_nt_left_app login; end if; end $$;
create table files (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, name text);
create index on files (org_id);
alter table files enable row level security;
alter table files force row level security;
create policy files_org on files using (left(org_id::text, 8) = left(nullif(current_setting('app.org_id', true), ''), 8));
grant select, insert, update, delete on files to corpus_nt_left_app;
