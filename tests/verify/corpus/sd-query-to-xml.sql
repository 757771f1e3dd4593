-- expect: leak secdef-bypass
-- app-role: corpus_sd_query_to_xml_app
-- tenant-column: org_id
-- tenant-setting: app.org_id
-- A definer function that reads by a query in a text.
do $$ begin if not exists (select from pg_roles where rolname='corpus_sd_query_to_xml_app') then create role corpus_sd_query_to_xml_app login; end if; end $$;
create table doc (org_id uuid not null, id uuid not null default gen_random_uuid(), body text not null, primary key (org_id, id));
alter table doc enable row level security;
alter table doc force row level security;
create policy own on doc using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on doc to corpus_sd_query_to_xml_app;
create function dump() returns xml language sql stable security definer set search_path=public,pg_temp as $$ select query_to_xml('select * from public.doc', true, false, '') $$;
