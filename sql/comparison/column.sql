-- $1 a column as a person names it. Answers its identity and type.
with named as (
    select parse_ident($1::text) as parts
), place as (
    select parts[array_upper(parts, 1)] as last,
        (select string_agg(quote_ident(part), '.' order by position)
            from unnest(parts[1:array_upper(parts, 1) - 1]) with ordinality item (part, position)) as before
    from named
)
select format('%I.%I.%I', namespace.nspname, class.relname, attribute.attname),
    format_type(attribute.atttypid, attribute.atttypmod)
from place
join pg_catalog.pg_class class on class.oid = to_regclass(place.before)
join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
join pg_catalog.pg_attribute attribute
    on attribute.attrelid = class.oid and attribute.attname = place.last and attribute.attnum > 0 and not attribute.attisdropped
