-- expect: clean
-- app-role: corpus_clean_secdef_broken_app
-- tenant-column: org_id
-- tenant-setting: app.org_id
-- Functions that nothing comes through: one fails whenever it is called, since its argument is called like the column; the other
-- names a setting in which a table's name occurs, and reads no table.
do $$ begin if not exists (select from pg_roles where rolname = 'corpus_clean_secdef_broken_app') then create role corpus_clean_secdef_broken_app login; end if; end $$;
create table invitation (org_id uuid not null, id uuid default gen_random_uuid(), code text not null, primary key (org_id, id));
create table settings (org_id uuid not null, id uuid default gen_random_uuid(), note text not null, primary key (org_id, id));
alter table invitation enable row level security;
alter table invitation force row level security;
alter table settings enable row level security;
alter table settings force row level security;
create policy own on invitation using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
create policy own on settings using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on invitation, settings to corpus_clean_secdef_broken_app;
create function invitation_count(code text) returns bigint language plpgsql security definer set search_path = public, pg_temp as $$ begin
  return (select count(*) from invitation where invitation.code = code);
end $$;
create function mail_address() returns text language plpgsql security definer set search_path = public, pg_temp as $$ begin
  perform pg_sleep(0);
  return current_setting('app.settings.mail');
end $$;
