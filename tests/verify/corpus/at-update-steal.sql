-- expect: leak policy-always-true
-- also: policy-fail-open,tenant-column-mutable
-- shown: policy-always-true
-- app-role: corpus_at_update_steal_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_at_update_steal_app') then create role corpus_at_update_steal_app login; end if; end $$;
create table docs (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text not null);
create index on docs (org_id);
alter table docs enable row level security;
alter table docs force row level security;
create policy r on docs for select using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
create policy i on docs for insert with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
create policy u on docs for update using (true) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on docs to corpus_at_update_steal_app;
