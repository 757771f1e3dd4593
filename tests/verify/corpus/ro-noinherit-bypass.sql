-- expect: leak role-escalation
-- shown: role-escalation
-- app-role: corpus_ro_noinherit_bypass_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_ro_noinherit_bypass_app') then create role corpus_ro_noinherit_bypass_app login noinherit; end if; end $$;
do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_ro1_mid') then create role corpus_ro1_mid nologin noinherit; end if; end $$;
do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_ro1_ops') then create role corpus_ro1_ops nologin bypassrls; end if; end $$;
grant corpus_ro1_ops to corpus_ro1_mid;
grant corpus_ro1_mid to corpus_ro_noinherit_bypass_app;
create table docs (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text not null);
create index on docs (org_id);
alter table docs enable row level security;
alter table docs force row level security;
create policy tenant on docs using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on docs to corpus_ro_noinherit_bypass_app;
