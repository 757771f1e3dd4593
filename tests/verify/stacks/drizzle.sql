-- As `drizzle-kit migrate` leaves it: names in mixed case, uuid keys, policies by pgPolicy(…) for a role of pgRole(…), and one
-- table whose .enableRLS() was forgotten.
-- finds: indirect-unprotected tenant-column-mutable
do $$ begin create role stack_drizzle login; exception when duplicate_object then null; end $$;
create schema drizzle;
create table drizzle."__drizzle_migrations" (id serial primary key, hash text not null, created_at bigint);
create table "organization" ("id" uuid primary key default gen_random_uuid() not null, "name" text not null);
create table "document" ("id" uuid primary key default gen_random_uuid() not null, "organizationId" uuid not null,
    "title" text not null, constraint "document_organizationId_organization_id_fk" foreign key ("organizationId")
    references "public"."organization" ("id") on delete cascade);
create index "document_organizationId_idx" on "document" using btree ("organizationId");
create table "documentVersion" ("id" uuid primary key default gen_random_uuid() not null,
    "documentId" uuid not null references "public"."document" ("id") on delete cascade, "content" text not null);
alter table "document" enable row level security;
create policy "document_select" on "document" as permissive for select to "stack_drizzle"
    using ("document"."organizationId" = (select nullif(current_setting('app.organizationId', true), '')::uuid));
create policy "document_insert" on "document" as permissive for insert to "stack_drizzle"
    with check ("document"."organizationId" = (select nullif(current_setting('app.organizationId', true), '')::uuid));
create policy "document_update" on "document" as permissive for update to "stack_drizzle"
    using ("document"."organizationId" = (select nullif(current_setting('app.organizationId', true), '')::uuid))
    with check (true);
grant select, insert, update, delete on "document", "documentVersion" to stack_drizzle;
