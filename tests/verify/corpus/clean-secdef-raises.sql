-- expect: clean
-- app-role: corpus_clean_secdef_raises_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_clean_secdef_raises_app') then create role corpus_clean_secdef_raises_app login; end if; end $$;
create table bills (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, total numeric);
create index on bills (org_id);
alter table bills enable row level security;
alter table bills force row level security;
create policy bills_tenant on bills using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on bills to corpus_clean_secdef_raises_app;
create function bills_of(o uuid) returns setof bills language plpgsql stable security definer set search_path = '' as $f$
begin if o is distinct from nullif(pg_catalog.current_setting('app.org_id', true), '')::uuid then raise exception 'not yours' using errcode = '42501'; end if;
return query select * from public.bills b where b.org_id = o; end $f$;
