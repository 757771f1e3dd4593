-- expect: leak role-escalation
-- app-role: corpus_escalate_createrole_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_escalate_createrole_app') then create role corpus_escalate_createrole_app login; end if; end $$;
alter role corpus_escalate_createrole_app createrole;
do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_esc_cr_owner') then create role corpus_esc_cr_owner nologin bypassrls; end if; end $$;
create table accounts (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, name text);
create index on accounts (org_id);
alter table accounts enable row level security;
alter table accounts force row level security;
create policy accounts_tenant on accounts using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on accounts to corpus_escalate_createrole_app;
alter table accounts owner to corpus_esc_cr_owner;
