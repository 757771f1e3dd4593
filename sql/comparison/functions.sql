-- Fields: definition; kind; result; arguments with names and defaults.
select 'pg_catalog.pg_proc'::regclass::oid, function.oid, 0, 'pg_catalog.pg_namespace'::regclass::oid, namespace.oid, 0,
    format('%I.%I(%s)', namespace.nspname, function.proname, (
        select string_agg(format_type(argument.type, null), ', ' order by argument.position)
        from unnest(function.proargtypes::oid[]) with ordinality argument (type, position))),
    quote_ident(function.proname),
    rtrim(pg_get_functiondef(function.oid), E'\n'),
    case function.prokind when 'p' then 'PROCEDURE' else 'FUNCTION' end,
    pg_get_function_result(function.oid),
    pg_get_function_arguments(function.oid)
from pg_catalog.pg_proc function
join pg_catalog.pg_namespace namespace on namespace.oid = function.pronamespace
where function.prokind in ('f', 'p', 'w')
    and namespace.nspname !~ '^pg_' and namespace.nspname <> 'information_schema'
    and not exists (
        select from pg_catalog.pg_depend member
        where member.classid = 'pg_catalog.pg_proc'::regclass and member.objid = function.oid and member.deptype = 'e')
order by function.oid
