-- expect: clean
-- app-role: corpus_clean_history_rule_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_clean_history_rule_app') then create role corpus_clean_history_rule_app login; end if; end $$;
create table prices (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, amount numeric not null);
create index on prices (org_id);
alter table prices enable row level security;
alter table prices force row level security;
create policy prices_tenant on prices using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on prices to corpus_clean_history_rule_app;
create table price_history (org_id uuid not null, price_id uuid not null, amount numeric not null);
create index on price_history (org_id);
alter table price_history enable row level security;
alter table price_history force row level security;
create policy t on price_history using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert on price_history to corpus_clean_history_rule_app;
create rule keep as on update to prices do also insert into price_history (org_id, price_id, amount) values (old.org_id, old.id, old.amount);
