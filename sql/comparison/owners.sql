-- What belongs to somebody else than tenantry_owner. Fields: object with its kind; owner.
select 0, 0, 0, owned.class, owned.oid, 0, owned.object, '', owned.object, quote_ident(role.rolname)
from (
    select 'pg_catalog.pg_class'::regclass::oid as class, class.oid, class.relowner as owner,
        case class.relkind when 'v' then 'VIEW ' when 'm' then 'MATERIALIZED VIEW ' when 'S' then 'SEQUENCE '
            else 'TABLE ' end || format('%I.%I', namespace.nspname, class.relname) as object
    from pg_catalog.pg_class class
    join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
    where class.relkind in ('r', 'p', 'v', 'm', 'S')
        and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    union all
    select 'pg_catalog.pg_proc'::regclass::oid, function.oid, function.proowner,
        case function.prokind when 'p' then 'PROCEDURE ' else 'FUNCTION ' end || function.oid::regprocedure
    from pg_catalog.pg_proc function
    join pg_catalog.pg_namespace namespace on namespace.oid = function.pronamespace
    where namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
) owned
join pg_catalog.pg_roles role on role.oid = owned.owner
where role.rolname <> 'tenantry_owner'
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = owned.class and member.objid = owned.oid and member.deptype in ('e', 'i', 'a'))
order by owned.class, owned.oid
