-- expect: clean
-- app-role: corpus_clean_rule_own_app
-- tenant-column: org_id
-- tenant-setting: app.org_id
-- A rule writes a journal of the same tenant.
do $$ begin if not exists (select from pg_roles where rolname='corpus_clean_rule_own_app') then create role corpus_clean_rule_own_app login; end if; end $$;
create table doc (org_id uuid not null, id uuid not null default gen_random_uuid(), body text not null, primary key (org_id, id));
alter table doc enable row level security;
alter table doc force row level security;
create policy own on doc using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on doc to corpus_clean_rule_own_app;
create table trail (org_id uuid not null, id uuid not null, primary key (org_id, id));
alter table trail enable row level security;
alter table trail force row level security;
create policy own on trail using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select on trail to corpus_clean_rule_own_app;
create rule r as on delete to doc do also insert into trail values (old.org_id, old.id) on conflict do nothing;
