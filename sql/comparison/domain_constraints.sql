-- Fields: definition.
select 'pg_catalog.pg_constraint'::regclass::oid, constraints.oid, 0,
    'pg_catalog.pg_type'::regclass::oid, type.oid, 0,
    format('%I.%I.%I', namespace.nspname, type.typname, constraints.conname), quote_ident(constraints.conname),
    pg_get_constraintdef(constraints.oid)
from pg_catalog.pg_constraint constraints
join pg_catalog.pg_type type on type.oid = constraints.contypid
join pg_catalog.pg_namespace namespace on namespace.oid = type.typnamespace
where namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = 'pg_catalog.pg_type'::regclass and member.objid = type.oid and member.deptype = 'e')
order by constraints.oid
