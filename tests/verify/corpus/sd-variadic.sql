-- expect: leak secdef-bypass
-- shown: secdef-bypass
-- app-role: corpus_sd_variadic_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_sd_variadic_app') then create role corpus_sd_variadic_app login; end if; end $$;
create table docs (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text not null);
create index on docs (org_id);
alter table docs enable row level security;
alter table docs force row level security;
create policy tenant on docs using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on docs to corpus_sd_variadic_app;
create function docs_of(variadic ids uuid[]) returns setof public.docs language sql stable security definer set search_path = '' as $f$ select * from public.docs where id = any (ids) $f$;
revoke all on function docs_of(uuid[]) from public;
grant execute on function docs_of(uuid[]) to corpus_sd_variadic_app;
