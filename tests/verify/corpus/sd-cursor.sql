-- expect: leak secdef-bypass
-- app-role: corpus_sd_cursor_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_sd_cursor_app') then create role corpus_sd_cursor_app login; end if; end $$;
create table bills (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, total numeric not null);
create index on bills (org_id);
alter table bills enable row level security;
alter table bills force row level security;
create policy bills_tenant on bills using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on bills to corpus_sd_cursor_app;
create function bills_cursor() returns refcursor language plpgsql security definer set search_path = '' as $f$ declare c refcursor := 'bills_c'; begin open c for select * from public.bills; return c; end $f$;
