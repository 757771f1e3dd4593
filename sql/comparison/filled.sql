-- Tables with rows in a scratch database: rows that its files put there.
select class.oid::regclass::text
from pg_catalog.pg_class class
join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
where class.relkind = 'r' and class.relpersistence <> 't' and pg_relation_size(class.oid) > 0
    and namespace.nspname !~ '^pg_' and namespace.nspname not in ('information_schema', 'tenantry')
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = 'pg_catalog.pg_class'::regclass and member.objid = class.oid and member.deptype = 'e')
order by 1
