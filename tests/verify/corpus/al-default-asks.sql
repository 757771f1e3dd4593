-- expect: leak write-check-open
-- shown: write-check-open
-- mend: yes
-- app-role: corpus_al_default_asks_one,corpus_al_default_asks_two
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid
-- Who works is asked by a default, and what it says by the policy.

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_al_default_asks_one') then create role corpus_al_default_asks_one login; end if; end $$;
do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_al_default_asks_two') then create role corpus_al_default_asks_two login; end if; end $$;
create table docs (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text not null, by_whom text not null default md5(current_user));
create index on docs (org_id);
alter table docs enable row level security;
alter table docs force row level security;
create policy tenant on docs using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid) or by_whom = 'd4fe1028c9d46ec4382dfa6bbcc00b2f');
grant select, delete on docs to corpus_al_default_asks_one, corpus_al_default_asks_two;
grant insert (org_id, id, body) on docs to corpus_al_default_asks_one, corpus_al_default_asks_two;
