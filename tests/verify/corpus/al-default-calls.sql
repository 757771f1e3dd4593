-- expect: leak write-check-open
-- shown: write-check-open
-- app-role: corpus_al_default_calls_one,corpus_al_default_calls_two
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid
-- Only one of two roles may call what a default calls.

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_al_default_calls_one') then create role corpus_al_default_calls_one login; end if; end $$;
do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_al_default_calls_two') then create role corpus_al_default_calls_two login; end if; end $$;
create table docs (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text not null, by_whom int not null default 0);
create index on docs (org_id);
alter table docs enable row level security;
alter table docs force row level security;
create function open_to() returns int language sql stable as 'select 7';
revoke execute on function open_to() from public;
grant execute on function open_to() to corpus_al_default_calls_two;
alter table docs alter by_whom set default open_to();
create policy tenant on docs using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid) or md5(by_whom::text) = '8f14e45fceea167a5a36dedd4bea2543');
grant select, delete on docs to corpus_al_default_calls_one, corpus_al_default_calls_two;
grant insert (org_id, id, body) on docs to corpus_al_default_calls_one, corpus_al_default_calls_two;
