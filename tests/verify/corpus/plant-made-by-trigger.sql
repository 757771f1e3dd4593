-- expect: leak policy-always-true
-- shown: policy-always-true
-- proven: yes
-- app-role: corpus_plant_made_by_trigger_app
-- tenant-column: org_id
-- tenant-setting: app.org_id
-- A trigger of the account makes its profile, so that a profile cannot be planted a second time: what refers to it still has to be.
do $$ begin if not exists (select from pg_roles where rolname = 'corpus_plant_made_by_trigger_app') then create role corpus_plant_made_by_trigger_app login; end if; end $$;
create table account (id uuid primary key, email text not null);
create table profile (id uuid primary key references account (id), name text);
create function account_profile() returns trigger language plpgsql as $$ begin
  insert into profile (id, name) values (new.id, 'new');
  return new;
end $$;
create trigger made after insert on account for each row execute function account_profile();
create table post (id uuid primary key default gen_random_uuid(), org_id uuid not null,
  user_id uuid not null references profile (id), body text not null);
alter table post enable row level security;
alter table post force row level security;
create policy own on post using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid) or user_id is not null)
  with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
create index on post (org_id);
grant select, insert, update, delete on post to corpus_plant_made_by_trigger_app;
