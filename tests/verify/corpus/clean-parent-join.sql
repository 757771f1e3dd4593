-- expect: clean
-- app-role: corpus_clean_parent_join_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_clean_parent_join_app') then create role corpus_clean_parent_join_app login; end if; end $$;
create table orders (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, ref text);
create index on orders (org_id);
alter table orders enable row level security;
alter table orders force row level security;
create policy orders_tenant on orders using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on orders to corpus_clean_parent_join_app;
create table order_lines (order_id uuid not null references orders(id) on delete cascade, pos int not null, sku text, primary key (order_id, pos));
alter table order_lines enable row level security; alter table order_lines force row level security;
create policy l on order_lines using (exists (select from orders o where o.id = order_lines.order_id));
grant select, insert, update, delete on order_lines to corpus_clean_parent_join_app;
