-- expect: leak policy-not-tenant
-- app-role: corpus_nt_substring_list_app
-- tenant-setting: app.tenant_ids
-- tenant-column: tenant_id
-- tenant-type: bigint

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_nt_substring_list_app') then create role corpus_nt_substring_list_app login; end if; end $$;
create table files (tenant_id bigint not null, id uuid not null default gen_random_uuid() primary key, name text);
create index on files (tenant_id);
alter table files enable row level security;
alter table files force row level security;
create policy files_t on files using (position(tenant_id::text in current_setting('app.tenant_ids', true)) > 0);
grant select, insert, update, delete on files to corpus_nt_substring_list_app;
