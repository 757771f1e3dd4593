-- expect: leak nullable-tenant
-- also: policy-fail-open,write-check-open
-- app-role: corpus_nullable_notdistinct_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_nullable_notdistinct_app') then create role corpus_nullable_notdistinct_app login; end if; end $$;
create table notes (org_id uuid, id uuid not null default gen_random_uuid() primary key, body text); create index on notes(org_id);
alter table notes enable row level security; alter table notes force row level security;
create policy t on notes using (org_id is not distinct from (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on notes to corpus_nullable_notdistinct_app;
