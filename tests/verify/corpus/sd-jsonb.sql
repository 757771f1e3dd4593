-- expect: leak secdef-bypass
-- app-role: corpus_sd_jsonb_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_sd_jsonb_app') then create role corpus_sd_jsonb_app login; end if; end $$;
create table cards (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, pan text);
create index on cards (org_id);
alter table cards enable row level security;
alter table cards force row level security;
create policy cards_tenant on cards using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on cards to corpus_sd_jsonb_app;
create function card_get(params jsonb) returns jsonb language plpgsql stable security definer set search_path = '' as $f$
declare r jsonb; begin select to_jsonb(c) into r from public.cards c where c.id = (params ->> 'id')::uuid; return r; end $f$;
