-- expect: leak unique-cross-tenant
-- shown: unique-cross-tenant
-- app-role: corpus_uq_bound_only_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- A unique index about rows of one state, which a row gets later than it is made.
do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_uq_bound_only_app') then create role corpus_uq_bound_only_app login; end if; end $$;
create table login (org_id uuid not null, id uuid not null default gen_random_uuid(), subject text, state text not null default 'free',
  check (state in ('free', 'asked', 'bound')), primary key (org_id, id));
create unique index login_bound on login (subject) where state = 'bound' and subject is not null;
alter table login enable row level security;
alter table login force row level security;
create policy own on login using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on login to corpus_uq_bound_only_app;
