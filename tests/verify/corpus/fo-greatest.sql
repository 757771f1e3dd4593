-- expect: leak policy-fail-open
-- also: tenant-column-mutable,write-check-open,permissive-or,policy-not-tenant
-- app-role: corpus_fo_greatest_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: integer

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_fo_greatest_app') then create role corpus_fo_greatest_app login; end if; end $$;
create table docs (org_id int not null, id uuid not null default gen_random_uuid() primary key, body text not null);
create index on docs (org_id);
alter table docs enable row level security;
alter table docs force row level security;
create policy p on docs using (org_id = greatest(nullif(current_setting('app.org_id', true), '')::int, org_id));
grant select, insert, update, delete on docs to corpus_fo_greatest_app;
