-- expect: clean
-- app-role: corpus_clean_group_policies_app
-- tenant-setting: app.tenant_id
-- tenant-column: tenant_id
-- tenant-type: bigint

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_clean_group_policies_app') then create role corpus_clean_group_policies_app login; end if; end $$;
do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_cgp_ro') then create role corpus_cgp_ro nologin; end if; end $$;
do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_cgp_rw') then create role corpus_cgp_rw nologin; end if; end $$;
grant corpus_cgp_ro to corpus_cgp_rw; grant corpus_cgp_rw to corpus_clean_group_policies_app;
create table notes (tenant_id bigint not null, id uuid not null default gen_random_uuid() primary key, body text);
create index on notes (tenant_id);
alter table notes enable row level security;
alter table notes force row level security;
create policy r on notes for select to corpus_cgp_ro using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::bigint));
create policy w on notes for insert to corpus_cgp_rw with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::bigint));
create policy u on notes for update to corpus_cgp_rw using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::bigint));
create policy d on notes for delete to corpus_cgp_rw using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::bigint));
grant select on notes to corpus_cgp_ro; grant insert, update, delete on notes to corpus_cgp_rw;
