-- expect: leak policy-always-true
-- shown: policy-always-true
-- also: policy-fail-open,policy-not-tenant,write-check-open,tenant-column-mutable
-- app-role: corpus_plant_parent_trigger_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid
-- Every document has an author, and an author is refused by a trigger where reference data is missing.

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_plant_parent_trigger_app') then create role corpus_plant_parent_trigger_app login; end if; end $$;
create table grades (name text primary key);
create table people (id uuid primary key, name text not null);
create function people_graded() returns trigger language plpgsql as $$
begin
  if not exists (select from grades where name = 'member') then
    raise exception 'there is no grade of members';
  end if;
  return new;
end $$;
create trigger graded after insert on people for each row execute function people_graded();
create table docs (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, author uuid not null references people (id));
create index on docs (org_id);
alter table docs enable row level security;
alter table docs force row level security;
create policy everybody on docs using (org_id = org_id);
grant select, insert, update, delete on docs to corpus_plant_parent_trigger_app;
