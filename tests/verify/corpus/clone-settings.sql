-- expect: leak secdef-bypass
-- shown: secdef-bypass
-- clone: yes
-- app-role: corpus_clone_settings_app
-- tenant-column: org_id
-- tenant-setting: app.org_id
-- What ALTER DATABASE set is the application's too: here, where a function of its own is found, and which plan lets all be seen.
do $$ begin if not exists (select from pg_roles where rolname = 'corpus_clone_settings_app') then create role corpus_clone_settings_app login; end if; end $$;
do $$ begin execute format('alter database %I set search_path = "$user", public, "My Tools"', current_database()); end $$;
do $$ begin execute format('alter database %I set app.plan = %L', current_database(), 'it''s open'); end $$;
create schema "My Tools";
grant usage on schema "My Tools" to corpus_clone_settings_app;
create function "My Tools".is_open() returns boolean language sql stable as $$
  select current_setting('app.plan', true) = 'it''s open' $$;
create table job (org_id uuid not null, id uuid default gen_random_uuid(), name text not null, primary key (org_id, id));
alter table job enable row level security;
alter table job force row level security;
create policy own on job using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on job to corpus_clone_settings_app;
create function job_names() returns setof text language plpgsql security definer as $$ begin
  return query select name from job where is_open() or org_id = nullif(current_setting('app.org_id', true), '')::uuid;
end $$;
