-- expect: leak view-bypass
-- shown: view-bypass
-- mend: yes
-- app-role: corpus_al_rule_asks_one,corpus_al_rule_asks_two
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid
-- Who works is asked by the rule that a view has for DELETE, and by nothing else.

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_al_rule_asks_one') then create role corpus_al_rule_asks_one login; end if; end $$;
do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_al_rule_asks_two') then create role corpus_al_rule_asks_two login; end if; end $$;
create table docs (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text not null);
create index on docs (org_id);
alter table docs enable row level security;
alter table docs force row level security;
create policy tenant on docs using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select on docs to corpus_al_rule_asks_one, corpus_al_rule_asks_two;
create view mine with (security_invoker = true) as select org_id, id, body from docs;
create rule gone as on delete to mine do instead delete from docs where docs.id = old.id or md5(current_user) = '20df2c06fcf41038288e3add53bb8f5f';
grant select, delete on mine to corpus_al_rule_asks_one, corpus_al_rule_asks_two;
