-- expect: leak view-bypass
-- also: policy-fail-open
-- shown: view-bypass
-- app-role: corpus_vw_fail_open_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_vw_fail_open_app') then create role corpus_vw_fail_open_app login; end if; end $$;
create table docs (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text not null);
create index on docs (org_id);
alter table docs enable row level security;
alter table docs force row level security;
create policy tenant on docs using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on docs to corpus_vw_fail_open_app;
create view docs_v as select id, body from docs where (select nullif(current_setting('app.org_id', true), '')::uuid) is null or org_id = (select nullif(current_setting('app.org_id', true), '')::uuid);
grant select on docs_v to corpus_vw_fail_open_app;
