-- expect: leak policy-not-tenant
-- app-role: corpus_nt_created_by_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid
-- all of the application is one database user

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_nt_created_by_app') then create role corpus_nt_created_by_app login; end if; end $$;
create table files (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, name text, created_by text not null default current_user);
create index on files (org_id);
alter table files enable row level security;
alter table files force row level security;
create policy files_u on files using (created_by = current_user);
grant select, insert, update, delete on files to corpus_nt_created_by_app;
