-- expect: clean
-- app-role: corpus_clean_column_grants_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_clean_column_grants_app') then create role corpus_clean_column_grants_app login; end if; end $$;
create table bills (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, total numeric);
create index on bills (org_id);
alter table bills enable row level security;
alter table bills force row level security;
create policy r on bills for select using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
create policy u on bills for update using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (true);
grant select on bills to corpus_clean_column_grants_app; grant update (total) on bills to corpus_clean_column_grants_app;
