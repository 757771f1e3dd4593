-- Fields: ENABLE; FORCE.
select 0, 0, 0, 'pg_catalog.pg_class'::regclass::oid, class.oid, 0,
    format('%I.%I', namespace.nspname, class.relname), quote_ident(class.relname),
    case when class.relrowsecurity then 'ENABLE' end,
    case when class.relforcerowsecurity then 'FORCE' end
from pg_catalog.pg_class class
join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
where class.relkind in ('r', 'p') and (class.relrowsecurity or class.relforcerowsecurity)
    and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = 'pg_catalog.pg_class'::regclass and member.objid = class.oid and member.deptype = 'e')
order by class.oid
