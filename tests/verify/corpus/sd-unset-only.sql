-- expect: leak secdef-bypass
-- shown: secdef-bypass
-- app-role: corpus_sd_unset_only_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_sd_unset_only_app') then create role corpus_sd_unset_only_app login; end if; end $$;
create table docs (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text not null);
create index on docs (org_id);
alter table docs enable row level security;
alter table docs force row level security;
create policy tenant on docs using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on docs to corpus_sd_unset_only_app;
create function mine() returns setof text language sql stable security definer set search_path = '' as $f$ select body from public.docs where nullif(pg_catalog.current_setting('app.org_id', true), '') is null or org_id = nullif(pg_catalog.current_setting('app.org_id', true), '')::uuid $f$;
revoke all on function mine() from public;
grant execute on function mine() to corpus_sd_unset_only_app;
