-- expect: leak secdef-bypass
-- app-role: corpus_sd_upsert_app
-- tenant-setting: app.tenant
-- tenant-column: tenant
-- tenant-type: text

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_sd_upsert_app') then create role corpus_sd_upsert_app login; end if; end $$;
create table prefs (tenant text not null, key text not null, value text, primary key (tenant, key));
create index on prefs (tenant);
alter table prefs enable row level security;
alter table prefs force row level security;
create policy prefs_tenant on prefs using (tenant = (select nullif(current_setting('app.tenant', true), ''))) with check (tenant = (select nullif(current_setting('app.tenant', true), '')));
grant select on prefs to corpus_sd_upsert_app;
create function put_pref(t text, k text, v text) returns void language sql security definer set search_path = '' as $f$
insert into public.prefs (tenant, key, value) values (t, k, v) on conflict (tenant, key) do update set value = excluded.value $f$;
