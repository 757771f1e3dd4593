-- The columns of those relations, domains seen through to the type below them.
with recursive base as (
    select type.oid, type.oid as at, '' as checks, false as is_not_null
    from pg_catalog.pg_type type
    union all
    select base.oid, type.typbasetype,
        base.checks || coalesce((select string_agg(pg_get_constraintdef(checked.oid), ' ')
                                 from pg_catalog.pg_constraint checked where checked.contypid = type.oid), ''),
        base.is_not_null or type.typnotnull
    from base join pg_catalog.pg_type type on type.oid = base.at and type.typtype = 'd'
), resolved as (
    select base.oid, type.oid as type, type.typname, type.typtype, type.typcategory, base.checks, base.is_not_null
    from base join pg_catalog.pg_type type on type.oid = base.at
    where type.typtype <> 'd'
)
select attribute.attrelid, attribute.attnum, attribute.attname, quote_ident(attribute.attname),
    format_type(attribute.atttypid, attribute.atttypmod), resolved.typname, resolved.typtype, resolved.typcategory,
    attribute.attnotnull or resolved.is_not_null, pg_get_expr(fallback.adbin, fallback.adrelid),
    attribute.attidentity, attribute.attgenerated,
    (select string_agg(label.enumlabel, chr(31) order by label.enumsortorder)
     from pg_catalog.pg_enum label where label.enumtypid = resolved.type),
    case when resolved.typname in ('varchar', 'bpchar') and attribute.atttypmod > 4
         then attribute.atttypmod - 4 else 0 end,
    resolved.checks,
    resolved.typname = 'citext' or exists (
        select from pg_catalog.pg_collation where oid = attribute.attcollation and not collisdeterministic)
from pg_catalog.pg_attribute attribute
join pg_catalog.pg_class class on class.oid = attribute.attrelid
join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
join resolved on resolved.oid = attribute.atttypid
left join pg_catalog.pg_attrdef fallback on fallback.adrelid = attribute.attrelid and fallback.adnum = attribute.attnum
where attribute.attnum > 0 and not attribute.attisdropped and class.relkind in ('r', 'p', 'v', 'm', 'f')
    and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
order by attribute.attrelid, attribute.attnum
