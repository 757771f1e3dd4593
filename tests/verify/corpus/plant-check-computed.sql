-- expect: leak policy-not-tenant
-- shown: policy-not-tenant
-- proven: yes
-- clone: yes
-- app-role: corpus_plant_check_computed_app
-- tenant-column: org_id
-- tenant-setting: app.org_id
-- A check that only the application knows how to meet: one column is computed of the others, another has a check digit.
do $$ begin if not exists (select from pg_roles where rolname = 'corpus_plant_check_computed_app') then create role corpus_plant_check_computed_app login; end if; end $$;
create function digit(code text) returns int language sql immutable as $$
  select (sum(ascii(letter) * place) % 97)::int from unnest(string_to_array(left(code, -2), null)) with ordinality x (letter, place) $$;
create table endpoint (org_id uuid not null, id uuid default gen_random_uuid(), name text not null, version text not null,
  path text not null check (path = '/api/' || name || '/' || version), code text not null check (digit(code) = right(code, 2)::int),
  primary key (org_id, id));
alter table endpoint enable row level security;
alter table endpoint force row level security;
create policy own on endpoint using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid) or version <> 'v0')
  with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
create table header (org_id uuid not null, id uuid default gen_random_uuid(), endpoint_id uuid not null, value text,
  primary key (org_id, id), foreign key (org_id, endpoint_id) references endpoint (org_id, id));
alter table header enable row level security;
alter table header force row level security;
create policy own on header using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on endpoint, header to corpus_plant_check_computed_app;
