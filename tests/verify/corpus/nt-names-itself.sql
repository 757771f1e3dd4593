-- expect: leak policy-not-tenant
-- also: policy-fail-open,tenant-column-mutable
-- app-role: corpus_nt_names_itself_app
-- tenant-column: org_id
-- tenant-setting: app.org_id
-- A row that names its tenant twice passes.
do $$ begin if not exists (select from pg_roles where rolname='corpus_nt_names_itself_app') then create role corpus_nt_names_itself_app login; end if; end $$;
create table t (org_id uuid not null, id uuid not null default gen_random_uuid(), body text not null, primary key (org_id, id));
alter table t enable row level security;
alter table t force row level security;
grant select, insert, update, delete on t to corpus_nt_names_itself_app;
create policy p on t using (org_id::text = any (array[current_setting('app.org_id', true), body]));alter table t alter body set default 'x';
