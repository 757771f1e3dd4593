-- expect: leak policy-fail-open
-- app-role: corpus_nested_claim_open_app
-- tenant-setting: request.jwt.claims
-- tenant-claim: app_metadata.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_nested_claim_open_app') then create role corpus_nested_claim_open_app login; end if; end $$;
create table notes (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, body text);
create index on notes (org_id);
alter table notes enable row level security;
alter table notes force row level security;
create policy t on notes using (org_id = coalesce((nullif(current_setting('request.jwt.claims', true), '')::jsonb -> 'app_metadata' ->> 'org_id')::uuid, org_id));
grant select, insert, update, delete on notes to corpus_nested_claim_open_app;
