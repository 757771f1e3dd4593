-- expect: clean
-- app-role: corpus_clean_list_setting_app
-- tenant-setting: app.org_ids
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_clean_list_setting_app') then create role corpus_clean_list_setting_app login; end if; end $$;
create table notes (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text);
create index on notes (org_id);
alter table notes enable row level security;
alter table notes force row level security;
create policy t on notes using (org_id = any ((select string_to_array(nullif(current_setting('app.org_ids', true), ''), ',')::uuid[])::uuid[]));
grant select, insert, update, delete on notes to corpus_clean_list_setting_app;
