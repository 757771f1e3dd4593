-- To others than the owner. Fields: object with its kind; privileges; the same with grant option; who has them; the column.
with granted as (
    select 'pg_catalog.pg_class'::regclass::oid as class, class.oid, 0 as part, class.relowner as owner,
        case class.relkind when 'S' then 'SEQUENCE ' else 'TABLE ' end || format('%I.%I', namespace.nspname, class.relname)
            as object,
        coalesce(class.relacl, acldefault(case class.relkind when 'S' then 's' else 'r' end::"char", class.relowner)) as acl,
        null as "column"
    from pg_catalog.pg_class class
    join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
    where class.relkind in ('r', 'p', 'v', 'm', 'S', 'f')
        and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    union all
    select 'pg_catalog.pg_class'::regclass::oid, class.oid, attribute.attnum, class.relowner,
        format('TABLE %I.%I', namespace.nspname, class.relname), attribute.attacl, quote_ident(attribute.attname)
    from pg_catalog.pg_attribute attribute
    join pg_catalog.pg_class class on class.oid = attribute.attrelid
    join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
    where attribute.attacl is not null and attribute.attnum > 0 and not attribute.attisdropped
        and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    union all
    select 'pg_catalog.pg_proc'::regclass::oid, function.oid, 0, function.proowner,
        case function.prokind when 'p' then 'PROCEDURE ' else 'FUNCTION ' end
            || format('%I.%I(%s)', namespace.nspname, function.proname, (
                select string_agg(format_type(argument.type, null), ', ' order by argument.position)
                from unnest(function.proargtypes::oid[]) with ordinality argument (type, position))),
        coalesce(function.proacl, acldefault('f', function.proowner)), null
    from pg_catalog.pg_proc function
    join pg_catalog.pg_namespace namespace on namespace.oid = function.pronamespace
    where function.prokind in ('f', 'p', 'w')
        and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    union all
    select 'pg_catalog.pg_type'::regclass::oid, type.oid, 0, type.typowner,
        case type.typtype when 'd' then 'DOMAIN ' else 'TYPE ' end || format('%I.%I', namespace.nspname, type.typname),
        coalesce(type.typacl, acldefault('T', type.typowner)), null
    from pg_catalog.pg_type type
    join pg_catalog.pg_namespace namespace on namespace.oid = type.typnamespace
    left join pg_catalog.pg_class class on class.oid = type.typrelid
    where (type.typtype in ('e', 'd') or class.relkind = 'c')
        and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    union all
    select 'pg_catalog.pg_namespace'::regclass::oid, namespace.oid, 0, namespace.nspowner,
        'SCHEMA ' || quote_ident(namespace.nspname), namespace.nspacl, null
    from pg_catalog.pg_namespace namespace
    where namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
        -- public is mostly the database's owner's, who says what others may there: no migration can.
        and (namespace.nspname <> 'public' or pg_get_userbyid(namespace.nspowner) = 'tenantry_owner')
)
select 0, 0, 0, granted.class, granted.oid, granted.part,
    concat_ws(' ', granted.object, granted."column",
        'to', case item.grantee when 0 then 'PUBLIC' else coalesce(quote_ident(grantee.rolname), item.grantee::text) end),
    '',
    granted.object,
    string_agg(item.privilege_type, ', '
        order by array_position(array['SELECT', 'INSERT', 'UPDATE', 'DELETE'], item.privilege_type), item.privilege_type)
        filter (where not item.is_grantable),
    string_agg(item.privilege_type, ', '
        order by array_position(array['SELECT', 'INSERT', 'UPDATE', 'DELETE'], item.privilege_type), item.privilege_type)
        filter (where item.is_grantable),
    case item.grantee when 0 then 'PUBLIC' else coalesce(quote_ident(grantee.rolname), item.grantee::text) end,
    granted."column"
from granted
cross join lateral aclexplode(granted.acl) item
left join pg_catalog.pg_roles grantee on grantee.oid = item.grantee
where item.grantee <> granted.owner
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = granted.class and member.objid = granted.oid and member.deptype = 'e')
group by granted.class, granted.oid, granted.part, granted.object, granted."column", item.grantee, grantee.rolname
order by granted.class, granted.oid, granted.part, item.grantee
