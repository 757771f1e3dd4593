-- expect: clean
-- app-role: corpus_clean_root_insert_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_clean_root_insert_app') then create role corpus_clean_root_insert_app login; end if; end $$;
create table organizations (id uuid primary key default gen_random_uuid(), slug text not null unique, name text not null);
alter table organizations enable row level security; alter table organizations force row level security;
create policy own on organizations for select using (id = (select nullif(current_setting('app.org_id', true), '')::uuid));
create policy own_u on organizations for update using (id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (id = (select nullif(current_setting('app.org_id', true), '')::uuid));
create policy new on organizations for insert with check (true);
grant select, insert, update on organizations to corpus_clean_root_insert_app;
create table notes (org_id uuid not null references organizations(id), id uuid not null default gen_random_uuid() primary key, body text); create index on notes(org_id);
alter table notes enable row level security; alter table notes force row level security;
create policy notes_tenant on notes using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on notes to corpus_clean_root_insert_app;
