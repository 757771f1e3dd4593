-- Who was granted what: r a relation (with 0) or its column, s a schema, f a function.
select kind, object, column_number, item.grantee, item.privilege_type
from (
    select 'r' as kind, class.oid as object, 0 as column_number, coalesce(class.relacl, acldefault('r', class.relowner)) as acl,
        class.relnamespace as namespace
    from pg_catalog.pg_class class where class.relkind in ('r', 'p', 'v', 'm', 'f')
    union all
    select 'r', attribute.attrelid, attribute.attnum, attribute.attacl, class.relnamespace
    from pg_catalog.pg_attribute attribute join pg_catalog.pg_class class on class.oid = attribute.attrelid
    where attribute.attacl is not null and not attribute.attisdropped and class.relkind in ('r', 'p', 'v', 'm', 'f')
    union all
    select 's', namespace.oid, 0, coalesce(namespace.nspacl, acldefault('n', namespace.nspowner)), namespace.oid
    from pg_catalog.pg_namespace namespace
    union all
    select 'f', function.oid, 0, coalesce(function.proacl, acldefault('f', function.proowner)), function.pronamespace
    from pg_catalog.pg_proc function
) granted
join pg_catalog.pg_namespace namespace on namespace.oid = granted.namespace
cross join aclexplode(granted.acl) item
where namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
order by kind, object, column_number
