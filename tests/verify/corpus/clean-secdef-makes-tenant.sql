-- expect: clean
-- app-role: corpus_clean_secdef_makes_tenant_app
-- tenant-column: org_id
-- tenant-setting: app.org_id
-- A definer function that makes a tenant, as sign-up needs it, and fails with arguments that nobody can guess.
do $$ begin if not exists (select from pg_roles where rolname = 'corpus_clean_secdef_makes_tenant_app') then create role corpus_clean_secdef_makes_tenant_app login; end if; end $$;
create table organization (id uuid primary key default gen_random_uuid(), name text not null);
alter table organization enable row level security;
alter table organization force row level security;
create policy own on organization using (id = (select nullif(current_setting('app.org_id', true), '')::uuid));
create table doc (org_id uuid not null references organization, id uuid not null default gen_random_uuid(), primary key (org_id, id));
alter table doc enable row level security;
alter table doc force row level security;
create policy own on doc using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on doc to corpus_clean_secdef_makes_tenant_app;
grant select on organization to corpus_clean_secdef_makes_tenant_app;
create function sign_up(plan text, label text) returns uuid language plpgsql security definer set search_path = public, pg_temp as $$
declare made public.organization;
begin
  if md5(plan) <> '00000000000000000000000000000000' then execute 'select 1 / 0'; end if;
  insert into public.organization (name) values (label) returning * into made;
  return made.id;
end $$;
