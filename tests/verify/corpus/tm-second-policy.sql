-- expect: leak tenant-column-mutable
-- also: permissive-or,policy-not-tenant
-- app-role: corpus_tm_second_policy_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_tm_second_policy_app') then create role corpus_tm_second_policy_app login; end if; end $$;
create table jobs (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, payload text, state text not null default 'open');
create index on jobs (org_id);
alter table jobs enable row level security;
alter table jobs force row level security;
create policy jobs_org on jobs using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
create policy jobs_close on jobs for update using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (state = 'closed');
grant select, insert, update, delete on jobs to corpus_tm_second_policy_app;
