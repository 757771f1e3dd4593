-- expect: leak secdef-bypass
-- app-role: corpus_sd_dynamic_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_sd_dynamic_app') then create role corpus_sd_dynamic_app login; end if; end $$;
create table people (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, email text not null);
create index on people (org_id);
alter table people enable row level security;
alter table people force row level security;
create policy people_tenant on people using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on people to corpus_sd_dynamic_app;
create function row_by_id(tab text, i uuid) returns text language plpgsql stable security definer set search_path = '' as $f$
declare r text; begin execute format('select to_jsonb(t)::text from public.%I t where id = $1', tab) into r using i; return r; end $f$;
