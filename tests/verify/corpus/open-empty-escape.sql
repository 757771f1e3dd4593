-- expect: leak policy-fail-open
-- app-role: corpus_open_empty_escape_app
-- tenant-setting: app.account
-- tenant-column: account
-- tenant-type: text

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_open_empty_escape_app') then create role corpus_open_empty_escape_app login; end if; end $$;
create table leads (account text not null, id uuid not null default gen_random_uuid() primary key, email text);
create index on leads (account);
alter table leads enable row level security;
alter table leads force row level security;
create policy leads_org on leads using (current_setting('app.account', true) = '' or account = current_setting('app.account', true)) with check (account = (select nullif(current_setting('app.account', true), '')));
grant select, insert, update, delete on leads to corpus_open_empty_escape_app;
