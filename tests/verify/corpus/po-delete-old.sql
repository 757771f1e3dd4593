-- expect: leak permissive-or
-- also: policy-fail-open,policy-not-tenant
-- app-role: corpus_po_delete_old_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_po_delete_old_app') then create role corpus_po_delete_old_app login; end if; end $$;
create table docs (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text not null, created_at timestamptz not null default now());
create index on docs (org_id);
alter table docs enable row level security;
alter table docs force row level security;
create policy tenant on docs using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on docs to corpus_po_delete_old_app;
create policy purge on docs for delete using (created_at < now() - interval '1 year');
