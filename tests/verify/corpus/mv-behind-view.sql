-- expect: leak matview-exposed
-- also: view-bypass
-- app-role: corpus_mv_behind_view_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_mv_behind_view_app') then create role corpus_mv_behind_view_app login; end if; end $$;
create table docs (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text not null);
create index on docs (org_id);
alter table docs enable row level security;
alter table docs force row level security;
create policy tenant on docs using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on docs to corpus_mv_behind_view_app;
create materialized view docs_mv as select org_id, id, body from docs;
create view docs_s as select id, body from docs_mv;
grant select on docs_s to corpus_mv_behind_view_app;
