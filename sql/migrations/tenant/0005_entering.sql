-- A parameter that enters its organization when it is bound, which is before the statement that it belongs
-- to begins: a query needs no statement of its own in front of it for that. What it sets ends with the
-- transaction, as with the other form.

create function tenantry.enter(organization text)
returns text
language sql
volatile
return case
    when organization <> '' then pg_catalog.set_config('app.org_id', organization, true)
    else tenantry.refuse()
end;

-- PostgreSQL asks a domain's check for each value that comes as a parameter. Only what a flight binds has
-- this type: no column, no cast.
create domain tenantry.entered as text check (tenantry.enter(value) is not null);

revoke all on function tenantry.enter(text) from public;
revoke all on type tenantry.entered from public;
grant execute on function tenantry.enter(text) to tenantry_app;
grant usage on type tenantry.entered to tenantry_app;
