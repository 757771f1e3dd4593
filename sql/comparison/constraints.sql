-- Fields: type; definition; its index, behind the name; whether it holds for old rows; partitioned; the columns.
select 'pg_catalog.pg_constraint'::regclass::oid, constraints.oid, 0,
    'pg_catalog.pg_class'::regclass::oid, class.oid, 0,
    format('%I.%I.%I', namespace.nspname, class.relname, constraints.conname), quote_ident(constraints.conname),
    constraints.contype,
    -- What PostgreSQL prints of a key leaves out how its index is stored.
    regexp_replace(regexp_replace(pg_get_constraintdef(constraints.oid), ' NOT VALID$', ''), '( DEFERRABLE.*)?$',
        case when constraints.contype in ('p', 'u') and indexes.reloptions is not null
            then ' WITH (' || array_to_string(indexes.reloptions, ', ') || ')' else '' end || '\1'),
    case when constraints.contype in ('p', 'u') then
        substr(pg_get_indexdef(constraints.conindid),
            length('CREATE UNIQUE INDEX ' || quote_ident(indexes.relname)) + 1) end,
    case when not constraints.convalidated then 'NOT VALID' end,
    case when class.relkind = 'p' then 'partitioned' end,
    (
        select string_agg(quote_ident(attribute.attname), ', ' order by key.position)
        from unnest(constraints.conkey) with ordinality key (number, position)
        join pg_catalog.pg_attribute attribute on attribute.attrelid = class.oid and attribute.attnum = key.number)
from pg_catalog.pg_constraint constraints
join pg_catalog.pg_class class on class.oid = constraints.conrelid
join pg_catalog.pg_namespace namespace on namespace.oid = class.relnamespace
left join pg_catalog.pg_class indexes on indexes.oid = constraints.conindid
where constraints.contype in ('c', 'p', 'u', 'f', 'x') and constraints.conparentid = 0
    and (constraints.conislocal or constraints.coninhcount = 0)
    and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = 'pg_catalog.pg_class'::regclass and member.objid = class.oid and member.deptype = 'e')
order by constraints.oid
