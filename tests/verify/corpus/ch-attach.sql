-- expect: leak child-table-exposed
-- also: rls-disabled,missing-tenant-index
-- shown: child-table-exposed
-- app-role: corpus_ch_attach_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_ch_attach_app') then create role corpus_ch_attach_app login; end if; end $$;
create table log (org_id uuid not null, at date not null, body text) partition by range (at);
create index on log (org_id);
create table log_a partition of log for values from ('2020-01-01') to ('2030-01-01');
alter table log enable row level security;
alter table log force row level security;
create policy tenant on log using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert on log to corpus_ch_attach_app;
create table log_b (like log);
grant select on log_b to corpus_ch_attach_app;
alter table log attach partition log_b for values from ('2030-01-01') to ('2040-01-01');
