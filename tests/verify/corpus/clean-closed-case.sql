-- expect: clean
-- app-role: corpus_clean_closed_case_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_clean_closed_case_app') then create role corpus_clean_closed_case_app login; end if; end $$;
create table notes (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text);
create index on notes (org_id);
alter table notes enable row level security;
alter table notes force row level security;
create policy t on notes using (case when coalesce(current_setting('app.org_id', true), '') = '' then false else org_id = (select nullif(current_setting('app.org_id', true), '')::uuid) end);
grant select, insert, update, delete on notes to corpus_clean_closed_case_app;
