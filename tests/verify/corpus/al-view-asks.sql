-- expect: leak policy-always-true
-- shown: policy-always-true
-- mend: yes
-- app-role: corpus_al_view_asks_one,corpus_al_view_asks_two
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid
-- Who works is asked in a view that the policy reads.

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_al_view_asks_one') then create role corpus_al_view_asks_one login; end if; end $$;
do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_al_view_asks_two') then create role corpus_al_view_asks_two login; end if; end $$;
create table docs (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text not null);
create index on docs (org_id);
alter table docs enable row level security;
alter table docs force row level security;
grant select, insert, update, delete on docs to corpus_al_view_asks_one, corpus_al_view_asks_two;
create view staff as select current_user = 'corpus_al_view_asks_two' as is_staff;
grant select on staff to corpus_al_view_asks_one, corpus_al_view_asks_two;
create policy tenant on docs using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid) or (select is_staff from staff)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
