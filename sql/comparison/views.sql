-- Fields: kind; query; options; columns with their types.
select 'pg_catalog.pg_class'::regclass::oid, class.oid, 0, 'pg_catalog.pg_namespace'::regclass::oid, namespace.oid, 0,
    format('%I.%I', namespace.nspname, class.relname), quote_ident(class.relname),
    class.relkind,
    rtrim(pg_get_viewdef(class.oid), ';'),
    (
        select string_agg(format('%s=%L', split_part(item, '=', 1), substr(item, strpos(item, '=') + 1)), ', ' order by item)
        from unnest(class.reloptions) option (item)),
    (
        select string_agg(quote_ident(attribute.attname) || ' ' || format_type(attribute.atttypid, attribute.atttypmod),
            ', ' order by attribute.attnum)
        from pg_catalog.pg_attribute attribute
        where attribute.attrelid = class.oid and attribute.attnum > 0 and not attribute.attisdropped)
from pg_catalog.pg_class class
join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
where class.relkind in ('v', 'm')
    and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = 'pg_catalog.pg_class'::regclass and member.objid = class.oid and member.deptype = 'e')
order by class.oid
