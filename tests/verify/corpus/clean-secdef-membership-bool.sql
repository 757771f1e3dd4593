-- expect: clean
-- app-role: corpus_clean_secdef_membership_bool_app
-- tenant-setting: app.user_id
-- tenant-column: team_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_clean_secdef_membership_bool_app') then create role corpus_clean_secdef_membership_bool_app login; end if; end $$;
create table members (team_id uuid not null, user_id uuid not null, primary key (team_id, user_id));
create index on members (user_id);
alter table members enable row level security; alter table members force row level security;
create policy m on members for select using (user_id = (select nullif(current_setting('app.user_id', true), '')::uuid));
grant select on members to corpus_clean_secdef_membership_bool_app;
create function my_teams() returns uuid[] language sql stable security definer set search_path = '' as $f$
select coalesce(array_agg(m.team_id), '{}') from public.members m where m.user_id = nullif(pg_catalog.current_setting('app.user_id', true), '')::uuid $f$;
create table docs (team_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text);
create index on docs (team_id);
alter table docs enable row level security;
alter table docs force row level security;
create policy d on docs using (team_id = any ((select my_teams())::uuid[]));
grant select, insert, update, delete on docs to corpus_clean_secdef_membership_bool_app;
