-- expect: leak child-table-exposed
-- app-role: corpus_ch_grandchild_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_ch_grandchild_app') then create role corpus_ch_grandchild_app login; end if; end $$;
create table logs (org_id uuid not null, at date not null, n int not null, line text) partition by range (at);
create index on logs(org_id, at);
create table logs_a partition of logs for values from ('2025-01-01') to ('2026-01-01') partition by list (n);
create table logs_a_1 partition of logs_a default;
alter table logs enable row level security; alter table logs force row level security;
create policy t on logs using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
alter table logs_a enable row level security; alter table logs_a force row level security;
create policy t on logs_a using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert on logs to corpus_ch_grandchild_app; grant select on logs_a_1 to public;
