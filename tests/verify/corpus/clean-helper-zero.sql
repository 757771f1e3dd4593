-- expect: clean
-- app-role: corpus_clean_helper_zero_app
-- tenant-setting: app.tenant_id
-- tenant-column: tenant_id
-- tenant-type: bigint

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_clean_helper_zero_app') then create role corpus_clean_helper_zero_app login; end if; end $$;
create function current_tenant() returns bigint language plpgsql stable as $f$ declare v text := current_setting('app.tenant_id', true); begin if v is null or v = '' then return 0; end if; return v::bigint; end $f$;
create table notes (tenant_id bigint not null, id uuid not null default gen_random_uuid() primary key, body text);
create index on notes (tenant_id);
alter table notes enable row level security;
alter table notes force row level security;
create policy t on notes using (tenant_id = (select current_tenant()));
grant select, insert, update, delete on notes to corpus_clean_helper_zero_app;
