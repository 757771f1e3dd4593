"""One thing broken at a time in base.sql: (name, the code that verify has to say, SQL[, SQL that takes it back from the cluster])."""

OWN = "org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)"


def policy(table, name, text):
    return "drop policy tenant on %s; create policy %s on %s %s" % (table, name, table, text)


def every(tables, template):
    return [template % {"table": table} for table in tables]


TABLES = ("customer", "invoice", "note")
MUTANTS = []


def add(code, name, sql, undo=None):
    MUTANTS.append((name, code, sql, undo))


# Row-level security off, or not for everybody.
for table in TABLES + ("event",):
    add("rls-disabled", "off on " + table, "alter table %s disable row level security" % table)
add("rls-disabled", "a new table", "create table file (org_id uuid not null, name text); create index on file (org_id); grant select on file to verify_app")
add("rls-disabled", "a copy", "create table note_old as table note; grant select on note_old to verify_app")
add("rls-disabled", "granted to PUBLIC", "create table file (org_id uuid not null, name text); create index on file (org_id); grant insert on file to public")
add("rls-disabled", "one column granted", "create table file (org_id uuid not null, name text); create index on file (org_id); grant select (name) on file to verify_app")
add("rls-disabled", "another schema", "create schema archive; grant usage on schema archive to verify_app; create table archive.note (like public.note including all); grant delete on archive.note to verify_app")
add("rls-disabled", "by a group", "create table file (org_id uuid not null, name text); create index on file (org_id); grant select on file to verify_group; grant verify_group to verify_app", "revoke verify_group from verify_app")
add("rls-disabled", "by pg_read_all_data", "create table file (org_id uuid not null, name text); create index on file (org_id); grant pg_read_all_data to verify_app", "revoke pg_read_all_data from verify_app")
add("rls-not-forced", "the owner works", "alter table note no force row level security; alter table note owner to verify_app")
add("rls-not-forced", "a member of the owner works", "alter table note no force row level security; alter table note owner to verify_owner; grant verify_owner to verify_app", "revoke verify_owner from verify_app")

# Who the application is.
add("role-bypass", "superuser", "alter role verify_app superuser", "alter role verify_app nosuperuser")
add("role-bypass", "bypassrls", "alter role verify_app bypassrls", "alter role verify_app nobypassrls")
add("role-replication", "replication", "alter role verify_app replication", "alter role verify_app noreplication")
add("role-escalation", "member of a bypassing role", "grant verify_support to verify_app", "revoke verify_support from verify_app")
add("role-escalation", "two steps, not inherited", "alter role verify_group noinherit; alter role verify_app noinherit; grant verify_group to verify_app; grant verify_support to verify_group",
    "revoke verify_group from verify_app; revoke verify_support from verify_group; alter role verify_group inherit; alter role verify_app inherit")
add("role-escalation", "member of the owner", "alter table note owner to verify_owner; grant verify_owner to verify_app", "revoke verify_owner from verify_app")
add("role-escalation", "createrole", "alter role verify_app createrole", "alter role verify_app nocreaterole")
add("setting-default-tenant", "of the role", "alter role verify_app set app.org_id = '11111111-1111-4111-8111-111111111111'", "alter role verify_app reset all")
add("setting-default-tenant", "of the database", "do $$ begin execute format('alter database %I set app.org_id = %L', current_database(), '11111111-1111-4111-8111-111111111111'); end $$")

# Policies.
for table in TABLES:
    add("policy-always-true", "true for SELECT on " + table, "create policy everyone on %s for select using (true)" % table)
add("policy-always-true", "true for everything", policy("note", "open", "using (true)"))
add("policy-always-true", "a column is itself", policy("note", "open", "using (org_id = org_id)"))
add("policy-always-true", "DELETE only", "create policy tidy on note for delete using (true)")
add("policy-always-true", "UPDATE only", "create policy tidy on note for update using (true) with check (%s)" % OWN)
add("policy-always-true", "or not", policy("note", "open", "using (body is null or body is not null)"))
add("permissive-or", "published", "create policy shared on note for select using (status = 'published')")
add("permissive-or", "public customers", "create policy shared on customer for select using (is_public)")
add("permissive-or", "paid invoices", "create policy shared on invoice using (status = 'paid')")
add("permissive-or", "by a group", "create policy shared on note for select to verify_group using (length(body) > 0); grant verify_group to verify_app", "revoke verify_group from verify_app")
add("policy-not-tenant", "an empty list means all", "alter table note add readers uuid[] not null default '{}'; " + policy("note", "loose", "using (cardinality(readers) = 0 or %s)" % OWN))
add("policy-fail-open", "is null or", policy("note", "loose", "using (nullif(current_setting('app.org_id', true), '') is null or %s)" % OWN))
add("policy-fail-open", "coalesce to the column", policy("note", "loose", "using (org_id = coalesce(nullif(current_setting('app.org_id', true), '')::uuid, org_id))"))
add("policy-fail-open", "case in a helper", "create function in_org(org uuid) returns boolean language plpgsql stable as $$ begin "
    "return case when coalesce(current_setting('app.org_id', true), '') = '' then true else org = current_setting('app.org_id', true)::uuid end; end $$; "
    + policy("note", "loose", "using (in_org(org_id))"))
add("policy-fail-open", "new rows only", policy("note", "loose", "using (%s) with check (%s or nullif(current_setting('app.org_id', true), '') is null)" % (OWN, OWN)))
add("policy-not-tenant", "only that one is set", policy("note", "loose", "using (nullif(current_setting('app.org_id', true), '') is not null)"))
add("policy-not-tenant", "helper ignores its argument", "create function in_org(org uuid) returns boolean language sql stable as $$ select nullif(current_setting('app.org_id', true), '') is not null $$; "
    + policy("note", "loose", "using (in_org(org_id))"))
add("policy-not-tenant", "begins alike", policy("note", "loose", "using (left(org_id::text, 8) = left(nullif(current_setting('app.org_id', true), ''), 8))"))
add("policy-not-tenant", "inner column of the same name",
    policy("note", "loose", "using (exists (select from customer c where c.org_id = org_id and c.org_id = (select nullif(current_setting('app.org_id', true), '')::uuid)))"))
add("policy-not-tenant", "unequal", policy("note", "loose", "using (org_id <> (select nullif(current_setting('app.org_id', true), '')::uuid))"))
add("policy-not-tenant", "OR for AND", policy("note", "loose", "using (%s or status = 'draft')" % OWN))
for table in TABLES:
    add("write-check-open", "check true on " + table, policy(table, "tenant", "using (%s) with check (true)" % OWN))
add("write-check-open", "an INSERT policy", "create policy pour on note for insert with check (true)")
add("write-check-open", "check of something else", policy("note", "tenant", "using (%s) with check (length(body) > 0)" % OWN))
add("tenant-column-mutable", "UPDATE check true", policy("note", "tenant", "for select using (%s)" % OWN) + "; create policy pour on note for insert with check (%s)" % OWN + "; create policy change on note for update using (%s) with check (true)" % OWN)
add("tenant-column-mutable", "UPDATE check of something else",
    policy("customer", "tenant", "for select using (%s)" % OWN) + "; create policy change on customer for update using (%s) with check (name <> '')" % OWN)
add("nullable-tenant", "NULL is shared", "alter table note alter org_id drop not null; " + policy("note", "tenant", "using (org_id is null or %s)" % OWN))
add("nullable-tenant", "NULL may be written", "alter table note alter org_id drop not null; " + policy("note", "tenant", "using (%s) with check (org_id is null or %s)" % (OWN, OWN)))
add("nullable-tenant", "a policy for it", "alter table note alter org_id drop not null; create policy shared on note for select using (org_id is null)")

# Around the table.
add("view-bypass", "definer view", "create view note_all as select * from note; grant select on note_all to verify_app")
add("view-bypass", "sums", "create view note_sum as select count(*) as notes from note; grant select on note_sum to verify_app")
add("view-bypass", "invoker over definer", "create view note_all as select * from note; create view note_safe with (security_invoker = true) as select * from note_all; grant select on note_all, note_safe to verify_app")
add("view-bypass", "written through", "create view note_in as select id, body from note; grant update (body), delete on note_in to verify_app")
add("view-bypass", "invoker switched off", "alter view invoice_open set (security_invoker = false)")
add("matview-exposed", "granted", "create materialized view note_count as select org_id, count(*) as n from note group by org_id with no data; grant select on note_count to verify_app")
add("matview-exposed", "granted to PUBLIC", "create materialized view note_count as select org_id, count(*) as n from note group by org_id; grant select on note_count to public")
add("secdef-bypass", "by an id inside JSON", "create function note_rpc(request jsonb) returns jsonb language plpgsql security definer set search_path = '' as $$ begin return (select to_jsonb(n) from public.note n where n.id = (request ->> 'noteId')::uuid); end $$")
add("secdef-bypass", "by a list of ids", "create function notes_by(ids uuid[]) returns setof public.note language sql stable security definer set search_path = '' as $$ select * from public.note where id = any (ids) $$")
add("secdef-bypass", "by the row", "create function note_full(n note) returns text language sql stable security definer set search_path = '' as $$ select x.body from public.note x where x.id = n.id $$")
add("secdef-bypass", "by id", "create function note_by(id uuid) returns text language sql stable security definer set search_path = '' as $$ select n.body from public.note n where n.id = note_by.id $$")
add("secdef-bypass", "by search", "create function find_notes(term text) returns setof public.note language sql stable security definer set search_path = '' as $$ select * from public.note where body like '%' || term || '%' $$")
add("secdef-bypass", "counts", "create function notes_in_all() returns bigint language sql stable security definer set search_path = '' as $$ select count(*) from public.note $$")
add("secdef-bypass", "deletes", "create procedure forget(note uuid) language plpgsql security definer set search_path = '' as $$ begin delete from public.note n where n.id = note; end $$")
add("secdef-bypass", "by the tenant that the caller names", "create function notes_of(org uuid) returns setof text language sql stable security definer set search_path = '' as $$ select body from public.note where org_id = org $$")
add("secdef-bypass", "tells what exists", "create function has_customer(email text) returns boolean language sql stable security definer set search_path = '' as $$ select exists (select from public.customer c where c.email = has_customer.email) $$")
GATE = ("create function %s(target uuid) returns setof text language plpgsql stable security definer %s as $$ begin "
        "if not exists (select from support_grant g where g.login = session_user and g.org_id = target) then raise exception 'not allowed'; end if; "
        "return query select n.body from public.note n where n.org_id = target; end $$")
add("secdef-search-path", "a schema that the caller can still make", "do $$ begin execute format('grant create on database %I to verify_app', current_database()); end $$; " + GATE % ("gate", "set search_path = plugin, public, pg_temp"))
add("secdef-search-path", "none", GATE % ("gate", ""))
add("secdef-search-path", "pg_temp comes first", GATE % ("gate", "set search_path = public"))
add("secdef-search-path", "a schema of the caller's", "create schema shared; grant usage, create on schema shared to verify_app; " + GATE % ("gate", "set search_path = shared, public, pg_temp"))
add("child-table-exposed", "a partition granted", "grant select on event_2026 to verify_app")
add("child-table-exposed", "a partition written", "grant insert on event_rest to verify_app")
add("child-table-exposed", "an inheriting table", "create table note_special (extra text) inherits (note); grant select on note_special to verify_app")
add("indirect-unprotected", "lines without policy", "alter table invoice_line disable row level security")
add("indirect-unprotected", "a join table", "create table invoice_tag (org uuid, invoice_id uuid, tag text, foreign key (org, invoice_id) references invoice); grant select, insert on invoice_tag to verify_app")
add("indirect-unprotected", "copied by a trigger", "create table log (id bigint generated always as identity, new_row jsonb); grant select on log to verify_app; "
    "create function keep() returns trigger language plpgsql security definer set search_path = '' as $$ begin insert into public.log (new_row) values (to_jsonb(new)); return new; end $$; "
    "create trigger keep after insert on note for each row execute function keep()")
add("indirect-unprotected", "copied by a rule", "create table log (body text); grant select on log to verify_app; create rule keep as on insert to note do also insert into log values (new.body)")
add("fk-cross-tenant", "by id only", "create table attachment (org_id uuid not null, id uuid primary key default gen_random_uuid(), note_id uuid not null references note (id)); create index on attachment (org_id); "
    "alter table attachment enable row level security; alter table attachment force row level security; create policy tenant on attachment using (%s); grant select, insert on attachment to verify_app" % OWN)
add("fk-cross-tenant", "to itself", "alter table note add parent uuid references note (id)")
add("fk-cross-tenant", "by UPDATE only", "alter table note add parent uuid references note (id); revoke insert on note from verify_app")
add("unique-cross-tenant", "a name", "alter table customer add unique (name)")
add("unique-cross-tenant", "an expression", "create unique index on customer (lower(email))")
add("unique-cross-tenant", "partial", "create unique index on note (body) where status = 'draft'")
add("unique-cross-tenant", "two columns", "create unique index on invoice (number, due)")
add("unique-cross-tenant", "excluded", "create table booking (org_id uuid not null, id uuid primary key default gen_random_uuid(), span int4range not null, exclude using gist (span with &&)); create index on booking (org_id); "
    "alter table booking enable row level security; alter table booking force row level security; create policy tenant on booking using (%s); grant select, insert on booking to verify_app" % OWN)
for table in TABLES:
    add("truncate-granted", "on " + table, "grant truncate on %s to verify_app" % table)
add("truncate-granted", "on lines", "grant truncate on invoice_line to public")
add("trigger-granted", "on note", "grant trigger on note to verify_app")
add("references-granted", "on note", "grant references on note to verify_app; create schema mine authorization verify_app")
add("session-level-setting", "false", "create function use_it(org uuid) returns void language sql as $$ select set_config('app.org_id', org::text, false) $$")
add("session-level-setting", "unless asked", "create function use_it(org uuid, for_transaction boolean default false) returns void language sql as $$ select set_config('app.org_id', org::text, for_transaction) $$")
add("session-level-setting", "SET", "create function use_it(org uuid) returns void language plpgsql as $$ begin execute format('set app.org_id = %L', org); end $$")
add("leakproof-function", "a helper", "create function is_like(hay text, needle text) returns boolean language plpgsql immutable leakproof cost 0.0000001 as $$ begin raise notice '%', hay; return position(needle in hay) > 0; end $$")
add("large-object-exposed", "a picture", "alter table note add scan oid")

# Warnings.
add("setting-no-missing-ok", "one argument", policy("note", "tenant", "using (org_id = (select current_setting('app.org_id')::uuid))"))
add("setting-empty-string", "no nullif", policy("note", "tenant", "using (org_id = (select current_setting('app.org_id', true)::uuid))"))
add("policy-bypass-switch", "a switch", policy("note", "tenant", "using (%s or current_setting('app.bypass', true) = 'on')" % OWN))
add("missing-tenant-index", "dropped", "drop index note_org_id_idx")
add("policy-slow", "volatile", "create function now_org() returns uuid language plpgsql as $$ begin return nullif(current_setting('app.org_id', true), '')::uuid; end $$; " + policy("note", "tenant", "using (org_id = now_org())"))
add("policy-slow", "looked up for each row", policy("note", "tenant", "using (exists (select from customer c where c.org_id = note.org_id and c.%s))" % OWN))
add("policy-slow", "of the row", policy("note", "tenant", "using (org_id::text = (select nullif(current_setting('app.org_id', true), '')))"))
add("no-policy", "dropped", "drop policy tenant on note")
add("default-privileges", "tables", "alter default privileges in schema public grant select on tables to verify_app", "")
add("publication-unfiltered", "published", "create publication feed for table note")
add("publication-unfiltered", "everything published", "create publication feed for all tables")
