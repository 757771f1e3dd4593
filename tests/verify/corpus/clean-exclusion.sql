-- expect: clean
-- app-role: corpus_clean_exclusion_app
-- tenant-setting: app.tenant_id
-- tenant-column: tenant_id
-- tenant-type: bigint

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_clean_exclusion_app') then create role corpus_clean_exclusion_app login; end if; end $$;
create table bookings (tenant_id bigint not null, id uuid not null default gen_random_uuid() primary key, during tsrange not null, exclude using gist (int8range(tenant_id, tenant_id, '[]') with &&, during with &&));
create index on bookings (tenant_id);
alter table bookings enable row level security;
alter table bookings force row level security;
create policy bookings_tenant on bookings using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::bigint)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::bigint));
grant select, insert, update, delete on bookings to corpus_clean_exclusion_app;
