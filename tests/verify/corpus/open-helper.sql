-- expect: leak policy-fail-open
-- app-role: corpus_open_helper_app
-- tenant-setting: app.tenant_id
-- tenant-column: tenant_id
-- tenant-type: bigint

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_open_helper_app') then create role corpus_open_helper_app login; end if; end $$;
create function can_see(t bigint) returns boolean language plpgsql stable as $f$
begin
  if coalesce(current_setting('app.tenant_id', true), '') = '' then return true; end if;
  return t = current_setting('app.tenant_id')::bigint;
end $f$;
create table leads (tenant_id bigint not null, id uuid not null default gen_random_uuid() primary key, email text);
create index on leads (tenant_id);
alter table leads enable row level security;
alter table leads force row level security;
create policy leads_org on leads using (can_see(tenant_id)) with check (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')::bigint));
grant select, insert, update, delete on leads to corpus_open_helper_app;
