-- expect: leak indirect-unprotected
-- app-role: corpus_in_trigger_outbox_app
-- tenant-setting: app.org_id
-- tenant-column: org_id
-- tenant-type: uuid

do $$ begin if not exists (select from pg_catalog.pg_roles where rolname = 'corpus_in_trigger_outbox_app') then create role corpus_in_trigger_outbox_app login; end if; end $$;
create table orders (org_id uuid not null, id uuid not null default gen_random_uuid() primary key, ref text);
create index on orders (org_id);
alter table orders enable row level security;
alter table orders force row level security;
create policy orders_tenant on orders using (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)) with check (org_id = (select nullif(current_setting('app.org_id', true), '')::uuid));
grant select, insert, update, delete on orders to corpus_in_trigger_outbox_app;
create table outbox (id bigint generated always as identity primary key, topic text not null, payload text not null);
create function emit() returns trigger language plpgsql as $f$ begin insert into outbox (topic, payload) values (tg_table_name, row_to_json(new)::text); return new; end $f$;
create trigger emit after insert or update on orders for each row execute function emit();
grant select, insert on outbox to corpus_in_trigger_outbox_app;
