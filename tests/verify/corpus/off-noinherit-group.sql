-- expect: leak rls-disabled
-- also: role-escalation
-- shown: rls-disabled
-- app-role: corpus_off_noinherit_group_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_off_noinherit_group_app') then create role corpus_off_noinherit_group_app login noinherit; end if; end $$;
do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_on_a') then create role corpus_on_a nologin; end if; end $$;
grant corpus_on_a to corpus_off_noinherit_group_app;
create table docs (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text not null);
create index on docs (org_id);
alter table docs enable row level security;
alter table docs force row level security;
create policy tenant on docs using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on docs to corpus_off_noinherit_group_app;
create table notes (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text not null);
create index on notes (org_id);
grant select, insert on notes to corpus_on_a;
