-- A schema that keeps its tenants apart in every way that verify knows. mutants.py breaks one thing at a time.
create type invoice_status as enum ('draft', 'open', 'paid');
create domain amount as numeric check (value >= 0);

create table organization (id uuid primary key, name text not null);

create table customer (
  org_id uuid not null references organization (id),
  id uuid not null default gen_random_uuid(),
  name text not null check (length(name) > 2),
  email text not null,
  number bigint generated always as identity,
  is_public boolean not null default false,
  primary key (org_id, id),
  unique (org_id, email)
);

create table invoice (
  org_id uuid not null,
  id uuid not null default gen_random_uuid(),
  customer_id uuid not null,
  number integer not null,
  status invoice_status not null default 'draft',
  net amount not null default 0,
  gross numeric generated always as (net * 1.2) stored,
  due date not null default current_date,
  primary key (org_id, id),
  unique (org_id, number),
  foreign key (org_id, customer_id) references customer (org_id, id) on delete cascade
);
create index on invoice (org_id, customer_id);

-- No tenant column: it belongs to whoever sees its invoice.
create table invoice_line (
  org uuid not null,
  invoice_id uuid not null,
  position integer not null check (position between 1 and 999),
  text text not null,
  primary key (invoice_id, position),
  foreign key (org, invoice_id) references invoice (org_id, id) on delete cascade
);

create table event (
  org_id uuid not null,
  at date not null,
  kind text not null
) partition by range (at);
create index on event (org_id, at);
create table event_2026 partition of event for values from ('2026-01-01') to ('2027-01-01');
create table event_rest partition of event default;

create table note (
  org_id uuid not null,
  id uuid not null default gen_random_uuid() primary key,
  body text not null,
  status text not null default 'draft',
  picture bytea
);
create index on note (org_id);

create table country (code text primary key, name text not null);
insert into country values ('FR', 'France'), ('JP', 'Japan');

create table support_grant (login text not null, org_id uuid not null, primary key (login, org_id));
create index on support_grant (org_id);

do $$
declare name text;
begin
  foreach name in array array['customer', 'invoice', 'event', 'note'] loop
    execute format('alter table %I enable row level security', name);
    execute format('alter table %I force row level security', name);
    execute format($p$create policy tenant on %I
      using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid))
      with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid))$p$, name);
    execute format('grant select, insert, update, delete on %I to verify_app', name);
  end loop;
end $$;
alter table invoice_line enable row level security;
alter table invoice_line force row level security;
create policy tenant on invoice_line
  using (exists (select from invoice i where i.org_id = invoice_line.org and i.id = invoice_line.invoice_id));
grant select, insert, update, delete on invoice_line to verify_app;
grant select on country to verify_app;

create view invoice_open with (security_invoker = true) as
  select id, number, net from invoice where status = 'open';
grant select on invoice_open to verify_app;

create function invoice_count() returns bigint language sql stable security definer set search_path = ''
  return (select count(*) from public.invoice
          where org_id = nullif(pg_catalog.current_setting('app.org_id', true), '')::uuid);
revoke all on function invoice_count() from public;
grant execute on function invoice_count() to verify_app;

create function use_org(org uuid) returns text language sql
  as $$ select pg_catalog.set_config('app.org_id', org::text, true) $$;
revoke all on function use_org(uuid) from public;
grant execute on function use_org(uuid) to verify_app;
