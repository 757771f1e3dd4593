-- expect: leak policy-not-tenant
-- app-role: corpus_nt_lower_app
-- tenant-setting: app.workspace
-- tenant-column: workspace
-- tenant-type: text

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_nt_lower_app') then create role corpus_nt_lower_app login; end if; end $$;
create table files (workspace text not null, id uuid not null default gen_random_uuid() primary key, name text);
create index on files (workspace);
alter table files enable row level security;
alter table files force row level security;
create policy files_ws on files using (lower(workspace) = lower(nullif(current_setting('app.workspace', true), '')));
grant select, insert, update, delete on files to corpus_nt_lower_app;
