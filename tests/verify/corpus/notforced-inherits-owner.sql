-- expect: leak rls-not-forced
-- also: role-escalation,truncate-granted,trigger-granted,references-granted
-- app-role: corpus_notforced_inherits_owner_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_notforced_inherits_owner_app') then create role corpus_notforced_inherits_owner_app login; end if; end $$;
do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_nf_owner') then create role corpus_nf_owner nologin; end if; end $$;
create table accounts (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, name text);
create index on accounts (org_id);
alter table accounts enable row level security;
alter table accounts force row level security;
create policy accounts_tenant on accounts using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
alter table accounts no force row level security;
alter table accounts owner to corpus_nf_owner;
grant corpus_nf_owner to corpus_notforced_inherits_owner_app;
