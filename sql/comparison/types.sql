-- Enums, domains, composite types. Fields: kind; labels, base type or attributes; domain's default; NOT NULL; collation.
select 'pg_catalog.pg_type'::regclass::oid, type.oid, 0, 'pg_catalog.pg_namespace'::regclass::oid, namespace.oid, 0,
    format('%I.%I', namespace.nspname, type.typname), quote_ident(type.typname),
    type.typtype,
    case type.typtype
        when 'e' then (
            select string_agg(quote_literal(label.enumlabel), ', ' order by label.enumsortorder)
            from pg_catalog.pg_enum label where label.enumtypid = type.oid)
        when 'd' then format_type(type.typbasetype, type.typtypmod)
        else (
            select string_agg(concat_ws(' ', quote_ident(attribute.attname), format_type(attribute.atttypid, attribute.atttypmod),
                    case when sorting.oid <> base.typcollation then format('COLLATE %I.%I', home.nspname, sorting.collname) end),
                ', ' order by attribute.attnum)
            from pg_catalog.pg_attribute attribute
            join pg_catalog.pg_type base on base.oid = attribute.atttypid
            left join pg_catalog.pg_collation sorting on sorting.oid = attribute.attcollation
            left join pg_catalog.pg_namespace home on home.oid = sorting.collnamespace
            where attribute.attrelid = type.typrelid and attribute.attnum > 0 and not attribute.attisdropped)
    end,
    pg_get_expr(type.typdefaultbin, 0),
    case when type.typnotnull then 'NOT NULL' end,
    (
        select format('%I.%I', home.nspname, sorting.collname)
        from pg_catalog.pg_collation sorting
        join pg_catalog.pg_namespace home on home.oid = sorting.collnamespace
        join pg_catalog.pg_type base on base.oid = type.typbasetype
        where sorting.oid = type.typcollation and sorting.oid <> base.typcollation)
from pg_catalog.pg_type type
join pg_catalog.pg_namespace namespace on namespace.oid = type.typnamespace
left join pg_catalog.pg_class class on class.oid = type.typrelid
where (type.typtype in ('e', 'd') or class.relkind = 'c')
    and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = 'pg_catalog.pg_type'::regclass and member.objid = type.oid and member.deptype = 'e')
order by type.oid
