-- As `rails db:migrate` leaves it: one role that owns what it made and connects as well, bigint keys, and policies added by
-- `execute` in a migration.
-- finds: rls-not-forced rls-disabled fk-cross-tenant
do $$ begin create role stack_rails login; exception when duplicate_object then null; end $$;
grant create on schema public to stack_rails;
set role stack_rails;
create table schema_migrations (version character varying not null primary key);
create table ar_internal_metadata (key character varying not null primary key, value character varying,
    created_at timestamp(6) not null, updated_at timestamp(6) not null);
create table accounts (id bigserial primary key, name character varying not null, created_at timestamp(6) not null default now(),
    updated_at timestamp(6) not null default now());
create table projects (id bigserial primary key, account_id bigint not null references accounts, name character varying);
create index index_projects_on_account_id on projects (account_id);
create table tasks (id bigserial primary key, account_id bigint not null references accounts,
    project_id bigint references projects, title character varying);
create index index_tasks_on_account_id on tasks (account_id);
create table comments (id bigserial primary key, account_id bigint not null references accounts, body text);
create index index_comments_on_account_id on comments (account_id);
alter table projects enable row level security;
alter table tasks enable row level security;
create policy projects_account on projects using (account_id = current_setting('app.account_id')::bigint);
create policy tasks_account on tasks using (account_id = current_setting('app.account_id')::bigint);
reset role;
