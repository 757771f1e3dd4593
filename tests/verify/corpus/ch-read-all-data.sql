-- expect: leak child-table-exposed
-- mend: yes
-- app-role: corpus_ch_read_all_data_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid
-- No grant reaches the parts: the role reads everything that is not held by a policy.

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_ch_read_all_data_app') then create role corpus_ch_read_all_data_app login; end if; end $$;
grant pg_read_all_data to corpus_ch_read_all_data_app;
create table log (org_id uuid not null, at date not null, body text) partition by range (at);
create index on log (org_id);
create table log_1 partition of log for values from ('2020-01-01') to ('2030-01-01');
create table log_rest partition of log default;
alter table log enable row level security;
alter table log force row level security;
create policy tenant on log using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert on log to corpus_ch_read_all_data_app;
