-- expect: leak policy-not-tenant
-- shown: policy-not-tenant
-- proven: yes
-- app-role: corpus_claim_of_postgrest_app
-- A token's claims as PostgREST gives them in both its ways: the whole document in request.jwt.claim too, and the role as a
-- setting of its own. A policy that asks for the role alone lets everybody in who is signed in.
do $$ begin if not exists (select from pg_roles where rolname = 'corpus_claim_of_postgrest_app') then create role corpus_claim_of_postgrest_app login; end if; end $$;
create schema auth;
grant usage on schema auth to corpus_claim_of_postgrest_app;
create function auth.uid() returns uuid language sql stable as $$ select coalesce(
  nullif(current_setting('request.jwt.claim.sub', true), ''),
  nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'sub')::uuid $$;
create function auth.role() returns text language sql stable as $$ select coalesce(
  nullif(current_setting('request.jwt.claim.role', true), ''),
  nullif(current_setting('request.jwt.claims', true), '')::jsonb ->> 'role') $$;
create function auth.jwt() returns jsonb language sql stable as $$ select coalesce(
  nullif(current_setting('request.jwt.claim', true), ''),
  nullif(current_setting('request.jwt.claims', true), ''))::jsonb $$;
create table task (id uuid primary key default gen_random_uuid(), user_id uuid not null, title text not null);
alter table task enable row level security;
alter table task force row level security;
create function live() returns boolean language plpgsql stable as $$ begin
  if to_timestamp((auth.jwt() ->> 'exp')::int) > now() and auth.jwt() ->> 'aud' = 'authenticated' then return true; end if;
  raise exception 'the token has expired';
end $$;
create policy own on task using (user_id = auth.uid() and live());
create policy service on task using ((auth.jwt() ->> 'role') = 'service_role');
create table plan (id uuid primary key default gen_random_uuid(), user_id uuid not null, title text not null);
alter table plan enable row level security;
alter table plan force row level security;
create policy signed_in on plan using (auth.role() = 'authenticated' and user_id is not null) with check (user_id = auth.uid());
create index on task (user_id);
create index on plan (user_id);
grant select, insert, update, delete on task, plan to corpus_claim_of_postgrest_app;
