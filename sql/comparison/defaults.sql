-- Fields: expression; whether it has to be worked out for each row.
select 'pg_catalog.pg_attrdef'::regclass::oid, value.oid, 0, 'pg_catalog.pg_class'::regclass::oid, class.oid, value.adnum,
    format('%I.%I.%I', namespace.nspname, class.relname, attribute.attname), quote_ident(attribute.attname),
    pg_get_expr(value.adbin, value.adrelid),
    case when exists (
        select from regexp_matches(pg_get_expr(value.adbin, value.adrelid), '([a-z_][a-z0-9_]*)\(', 'g') called (name)
        join pg_catalog.pg_proc function on function.proname = called.name[1]
        where function.provolatile = 'v') then 'VOLATILE' end
from pg_catalog.pg_attrdef value
join pg_catalog.pg_class class on class.oid = value.adrelid
join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
join pg_catalog.pg_attribute attribute on attribute.attrelid = class.oid and attribute.attnum = value.adnum
where class.relkind in ('r', 'p') and attribute.attgenerated = '' and attribute.attislocal and not class.relispartition
    and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = 'pg_catalog.pg_class'::regclass and member.objid = class.oid and member.deptype = 'e')
order by class.oid, value.adnum
