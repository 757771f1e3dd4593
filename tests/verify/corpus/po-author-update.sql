-- expect: leak permissive-or
-- also: policy-not-tenant,tenant-column-mutable
-- app-role: corpus_po_author_update_app
-- tenant-column: org_id
-- tenant-setting: app.org_id
-- A second policy goes by the author, whose rows another tenant may have.
do $$ begin if not exists (select from pg_roles where rolname='corpus_po_author_update_app') then create role corpus_po_author_update_app login; end if; end $$;
create table t (org_id uuid not null, id uuid not null default gen_random_uuid(), body text not null, author_id uuid, primary key (org_id, id));
alter table t enable row level security;
alter table t force row level security;
create policy own on t using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on t to corpus_po_author_update_app;
create policy mine on t for update using (author_id = nullif(current_setting('app.user_id', true), '')::uuid);
