-- expect: leak policy-fail-open
-- also: tenant-column-mutable,write-check-open,permissive-or
-- shown: policy-fail-open
-- app-role: corpus_fo_empty_only_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_fo_empty_only_app') then create role corpus_fo_empty_only_app login; end if; end $$;
create table docs (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text not null);
create index on docs (org_id);
alter table docs enable row level security;
alter table docs force row level security;
create policy p on docs using (current_setting('app.org_id', true) = '' or org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on docs to corpus_fo_empty_only_app;
