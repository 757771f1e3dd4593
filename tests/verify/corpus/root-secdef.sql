-- expect: leak secdef-bypass
-- app-role: corpus_root_secdef_app
-- tenant-column: org_id
-- tenant-setting: app.org_id
-- A definer function tells a tenant by its name.
do $$ begin if not exists (select from pg_roles where rolname='corpus_root_secdef_app') then create role corpus_root_secdef_app login; end if; end $$;
create table doc (org_id uuid not null, id uuid not null default gen_random_uuid(), body text not null, primary key (org_id, id));
alter table doc enable row level security;
alter table doc force row level security;
create policy own on doc using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on doc to corpus_root_secdef_app;
create table organization (id uuid primary key, name text not null);
alter table organization enable row level security;
alter table organization force row level security;
create policy own on organization using (id = (select nullif(current_setting('app.org_id', true), '')::uuid));
alter table doc add foreign key (org_id) references organization;
grant select on organization to corpus_root_secdef_app;
create function org_by_name(n text) returns uuid language sql stable security definer set search_path=public,pg_temp as 'select id from organization where name = n';
