-- expect: clean
-- app-role: corpus_clean_user_tenant_app
-- tenant-column: user_id
-- tenant-setting: app.user_id
-- The tenant is the person.
do $$ begin if not exists (select from pg_roles where rolname='corpus_clean_user_tenant_app') then create role corpus_clean_user_tenant_app login; end if; end $$;
create table t (user_id uuid not null, id uuid default gen_random_uuid(), body text, primary key (user_id, id));
alter table t enable row level security;
alter table t force row level security;
create policy r on t for select using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
create policy w on t using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
grant select, insert, update, delete on t to corpus_clean_user_tenant_app;
