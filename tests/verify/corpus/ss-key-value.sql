-- expect: leak session-level-setting
-- app-role: corpus_ss_key_value_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_ss_key_value_app') then create role corpus_ss_key_value_app login; end if; end $$;
create table notes (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text);
create index on notes (org_id);
alter table notes enable row level security;
alter table notes force row level security;
create policy notes_tenant on notes using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on notes to corpus_ss_key_value_app;
create function set_context(key text, value text) returns void language plpgsql as $f$ begin perform set_config('app.' || key, value, false); end $f$;
