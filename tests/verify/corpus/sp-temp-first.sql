-- expect: leak secdef-search-path
-- also: secdef-bypass
-- app-role: corpus_sp_temp_first_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_sp_temp_first_app') then create role corpus_sp_temp_first_app login; end if; end $$;
create table docs (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text not null);
create index on docs (org_id);
alter table docs enable row level security;
alter table docs force row level security;
create policy tenant on docs using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on docs to corpus_sp_temp_first_app;
create table allow (login text primary key);
revoke all on allow from public;
create function vault(o uuid) returns setof text language plpgsql stable security definer set search_path = pg_temp, public as $$ begin if not exists (select from allow a where a.login = session_user) then raise exception 'no'; end if; return query select d.body from public.docs d where d.org_id = o; end $$;
revoke all on function vault(uuid) from public;
grant execute on function vault(uuid) to corpus_sp_temp_first_app;
