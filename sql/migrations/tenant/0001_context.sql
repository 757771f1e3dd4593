-- How a transaction says for which organization it works.

create schema if not exists tenantry;

create function tenantry.refuse()
returns text
language plpgsql
volatile
as $refuse$
begin
    raise exception 'no organization was given to tenantry.enter' using errcode = '22023';
end
$refuse$;

-- The only place where the tenant setting is set. Stands first in every flight of this plane; all it
-- sets ends with the transaction. One expression, so that the planner puts it in place of the call.
create function tenantry.enter(organization text, statement_ms integer, lock_ms integer)
returns text
language sql
volatile
return case
    when organization <> '' then
        pg_catalog.set_config('app.org_id', organization, true)
        || pg_catalog.set_config('statement_timeout', statement_ms::pg_catalog.text, true)
        || pg_catalog.set_config('lock_timeout', lock_ms::pg_catalog.text, true)
    else tenantry.refuse()
end;

-- The only place where it is read. A setting that was ever made in a connection is '' afterwards.
create function tenantry.organization()
returns text
language sql
stable
parallel safe
return nullif(pg_catalog.current_setting('app.org_id', true), '');

revoke all on function tenantry.refuse(), tenantry.enter(text, integer, integer), tenantry.organization()
    from public;
grant usage on schema tenantry to tenantry_app, tenantry_raw;
grant execute on function tenantry.refuse(), tenantry.enter(text, integer, integer), tenantry.organization()
    to tenantry_app;
grant execute on function tenantry.organization() to tenantry_raw;
grant usage on schema public to tenantry_app, tenantry_raw;
