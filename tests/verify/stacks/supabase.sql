-- As `supabase db push` leaves it: auth.uid() and auth.jwt() over the claims of PostgREST, roles anon, authenticated and
-- service_role, members in a table of the schema's own.
-- finds: policy-always-true truncate-granted secdef-search-path
do $$ begin create role anon nologin; exception when duplicate_object then null; end $$;
do $$ begin create role authenticated nologin; exception when duplicate_object then null; end $$;
do $$ begin create role service_role nologin bypassrls; exception when duplicate_object then null; end $$;
create schema auth;
grant usage on schema auth to anon, authenticated;
create table auth.users (id uuid primary key, email text);
create function auth.jwt() returns jsonb language sql stable as $$ select nullif(current_setting('request.jwt.claims', true), '')::jsonb $$;
create function auth.uid() returns uuid language sql stable as $$ select (auth.jwt() ->> 'sub')::uuid $$;
create table organizations (id uuid primary key default gen_random_uuid(), name text not null);
create table organization_members (organization_id uuid not null references organizations, user_id uuid not null references auth.users,
    role text not null default 'member', primary key (organization_id, user_id));
create index on organization_members (user_id);
create table projects (id uuid primary key default gen_random_uuid(), organization_id uuid not null references organizations,
    name text not null);
create index on projects (organization_id);
create table invoices (id uuid primary key default gen_random_uuid(), organization_id uuid not null references organizations,
    amount numeric not null);
create index on invoices (organization_id);
alter table organizations enable row level security;
alter table organization_members enable row level security;
alter table projects enable row level security;
alter table invoices enable row level security;
create function is_admin() returns boolean language sql stable security definer as $$
    select exists (select from organization_members m where m.user_id = auth.uid() and m.role = 'admin') $$;
create policy "members see their rows" on organization_members for select to authenticated using (user_id = (select auth.uid()));
create policy "members see projects" on projects for select to authenticated
    using (organization_id in (select organization_id from organization_members where user_id = (select auth.uid())));
create policy "anyone may look" on invoices for select using (true);
grant all on organizations, organization_members, projects, invoices to anon, authenticated, service_role;
