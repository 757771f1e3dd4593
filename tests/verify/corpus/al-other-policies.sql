-- expect: leak policy-always-true
-- shown: policy-always-true
-- mend: yes
-- app-role: corpus_al_other_policies_one,corpus_al_other_policies_two
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid
-- Alike in the table, but its policy reads another one, of which the second sees everything.

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_al_other_policies_one') then create role corpus_al_other_policies_one login; end if; end $$;
do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_al_other_policies_two') then create role corpus_al_other_policies_two login; end if; end $$;
create table docs (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text not null);
create index on docs (org_id);
alter table docs enable row level security;
alter table docs force row level security;
grant select, insert, update, delete on docs to corpus_al_other_policies_one, corpus_al_other_policies_two;
create table open_days (day date primary key);
insert into open_days values ('2001-01-01');
grant select on open_days to corpus_al_other_policies_one, corpus_al_other_policies_two;
alter table open_days enable row level security;
create policy nothing on open_days to corpus_al_other_policies_one using (false);
create policy everything on open_days to corpus_al_other_policies_two using (true);
create policy tenant on docs using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid) or exists (select from open_days)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
