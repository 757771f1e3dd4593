-- expect: clean
-- app-role: corpus_clean_citext_app
-- tenant-setting: app.tenant
-- tenant-column: tenant
-- tenant-type: citext

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_clean_citext_app') then create role corpus_clean_citext_app login; end if; end $$;
create extension if not exists citext;
create table notes (tenant citext not null, id uuid not null default gen_random_uuid() primary key, body text); create index on notes(tenant);
alter table notes enable row level security; alter table notes force row level security;
create policy t on notes using (tenant = (select nullif(current_setting('app.tenant', true), '')::citext));
grant select, insert, update, delete on notes to corpus_clean_citext_app;
