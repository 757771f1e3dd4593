-- $1 what is there, as a person names it; $2 its new name. Answers the statement that renames it, and what it is.
with named as (
    select parse_ident($1::text) as parts
), place as (
    select parts, parts[array_upper(parts, 1)] as last,
        (select string_agg(quote_ident(part), '.' order by position)
            from unnest(parts[1:array_upper(parts, 1) - 1]) with ordinality item (part, position)) as before,
        (select string_agg(quote_ident(part), '.' order by position)
            from unnest(parts) with ordinality item (part, position)) as whole
    from named
)
select format('ALTER TABLE %s RENAME COLUMN %I TO %I',
    format('%I.%I', namespace.nspname, class.relname), place.last, $2::text)
from place
join pg_catalog.pg_class class on class.oid = to_regclass(place.before)
join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
join pg_catalog.pg_attribute attribute
    on attribute.attrelid = class.oid and attribute.attname = place.last and attribute.attnum > 0 and not attribute.attisdropped
where class.relkind in ('r', 'p', 'c', 'v', 'm')
union all
select format('ALTER %s %I.%I RENAME TO %I',
    case class.relkind when 'v' then 'VIEW' when 'm' then 'MATERIALIZED VIEW' when 'S' then 'SEQUENCE' when 'i' then 'INDEX'
        else 'TABLE' end, namespace.nspname, class.relname, $2::text)
from place
join pg_catalog.pg_class class on class.oid = to_regclass(place.whole)
join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
where class.relkind in ('r', 'p', 'v', 'm', 'S', 'i')
union all
select format('ALTER TYPE %I.%I RENAME VALUE %L TO %L', namespace.nspname, type.typname, place.last, $2::text)
from place
join pg_catalog.pg_type type on type.oid = to_regtype(place.before)
join pg_catalog.pg_namespace namespace on namespace.oid = type.typnamespace
join pg_catalog.pg_enum label on label.enumtypid = type.oid and label.enumlabel = place.last
union all
select format('ALTER %s %I.%I RENAME TO %I', case type.typtype when 'd' then 'DOMAIN' else 'TYPE' end,
    namespace.nspname, type.typname, $2::text)
from place
join pg_catalog.pg_type type on type.oid = to_regtype(place.whole)
join pg_catalog.pg_namespace namespace on namespace.oid = type.typnamespace
left join pg_catalog.pg_class class on class.oid = type.typrelid
where type.typtype in ('e', 'd') or class.relkind = 'c'
limit 1
