-- expect: clean
-- app-role: corpus_clean_members_own_app
-- tenant-column: org_id
-- tenant-setting: app.org_id
-- Whose member one is, one may read, whatever tenant is set.
do $$ begin if not exists (select from pg_roles where rolname='corpus_clean_members_own_app') then create role corpus_clean_members_own_app login; end if; end $$;
create table doc (org_id uuid not null, id uuid not null default gen_random_uuid(), body text not null, primary key (org_id, id));
alter table doc enable row level security;
alter table doc force row level security;
create policy own on doc using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on doc to corpus_clean_members_own_app;
create table member (org_id uuid not null, user_id uuid not null, role text not null default 'member', primary key (org_id, user_id));
alter table member enable row level security;
alter table member force row level security;
create policy own on member using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
create policy mine on member for select using (user_id = nullif(current_setting('app.user_id', true), '')::uuid);
grant select, insert, update, delete on member to corpus_clean_members_own_app;
