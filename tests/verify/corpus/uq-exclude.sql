-- expect: leak unique-cross-tenant
-- shown: unique-cross-tenant
-- app-role: corpus_uq_exclude_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_uq_exclude_app') then create role corpus_uq_exclude_app login; end if; end $$;
create table bookings (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, during tstzrange not null, exclude using gist (during with &&));
create index on bookings (org_id);
alter table bookings enable row level security;
alter table bookings force row level security;
create policy tenant on bookings using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on bookings to corpus_uq_exclude_app;
